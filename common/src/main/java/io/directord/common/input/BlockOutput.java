package io.directord.common.input;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that is written in blocks; single bytes are possible, and slow. */
public abstract class BlockOutput extends OutputStream {
  @Override
  public final void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;
}
