package io.directord.server.link;

import java.io.IOException;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Plain contents, for nodes that cannot open sealed ones. Thread-safe. */
public interface PlainContents {

  /**
   * Reads a chunk; blocks on the disk.
   *
   * @param jobId a live job that names the content
   * @return the bytes from that position, at most {@code max}; none at the end
   */
  byte[] read(UUID jobId, String sha256, long position, int max) throws IOException;

  /**
   * Requests the same chunk from another thread, when there is memory for it; does not block.
   *
   * @param form converts the bytes, deterministically, to at most twice their length
   */
  void take(
      UUID jobId,
      String sha256,
      long position,
      int max,
      UnaryOperator<byte[]> form,
      ContentTaker taker);

  /** Whether chunks must wait for memory. */
  boolean isOutOfMemory();
}
