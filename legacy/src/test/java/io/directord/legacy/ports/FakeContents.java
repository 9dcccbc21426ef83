package io.directord.legacy.ports;

import io.directord.server.link.ContentTaker;
import io.directord.server.link.PlainContents;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Contents that are all of the same size.
 *
 * @param size in bytes
 */
record FakeContents(int size) implements PlainContents {
  @Override
  public byte[] read(UUID jobId, String sha256, long position, int max) {
    return new byte[(int) Math.max(0, Math.min(max, size - position))];
  }

  @Override
  public void take(
      UUID jobId,
      String sha256,
      long position,
      int max,
      UnaryOperator<byte[]> form,
      ContentTaker taker) {
    taker.taken(form.apply(read(jobId, sha256, position, max)), () -> {});
  }

  @Override
  public boolean isOutOfMemory() {
    return false;
  }
}
