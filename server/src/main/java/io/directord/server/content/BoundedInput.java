package io.directord.server.content;

import io.directord.common.input.BlockInput;
import java.io.IOException;
import java.io.InputStream;

/** The first bytes of a stream. */
public final class BoundedInput extends BlockInput {
  private final InputStream in;
  private long left;

  public BoundedInput(InputStream in, long bytes) {
    this.in = in;
    this.left = bytes;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(left, length));
    left -= Math.max(0, n);
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
