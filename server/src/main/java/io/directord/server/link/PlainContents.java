package io.directord.server.link;

import java.io.IOException;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Contents in the clear, for nodes that cannot open sealed ones. Thread-safe. */
public interface PlainContents {

  /**
   * Reads a piece; blocks on the disk.
   *
   * @param jobId a live job that names the content
   * @return the bytes from that position, at most {@code max}; none at the end
   */
  byte[] read(UUID jobId, String sha256, long position, int max) throws IOException;

  /**
   * Has the same piece read by another thread, when there is memory for it; does not block.
   *
   * @param form makes what is taken of what was read, always the same; at most twice as long
   */
  void take(
      UUID jobId,
      String sha256,
      long position,
      int max,
      UnaryOperator<byte[]> form,
      ContentTaker taker);

  /** Whether pieces cannot be read, since others that were taken use all memory there is. */
  boolean isOutOfMemory();
}
