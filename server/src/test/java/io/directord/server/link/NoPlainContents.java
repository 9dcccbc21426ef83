package io.directord.server.link;

import java.io.IOException;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Has no content. */
final class NoPlainContents implements PlainContents {
  @Override
  public byte[] read(UUID jobId, String sha256, long position, int max) throws IOException {
    throw new IOException("there is no content");
  }

  @Override
  public void take(
      UUID jobId,
      String sha256,
      long position,
      int max,
      UnaryOperator<byte[]> form,
      ContentTaker taker) {
    taker.failed(new IOException("there is no content"));
  }

  @Override
  public boolean isOutOfMemory() {
    return false;
  }
}
