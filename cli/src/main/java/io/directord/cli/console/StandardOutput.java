package io.directord.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A stream of the process, in UTF-8, that keeps the reason of a failure, which a print stream does
 * not.
 */
public final class StandardOutput extends PrintStream {
  private static final int BUFFER = 1 << 16;

  private final Descriptor descriptor;

  private StandardOutput(Descriptor descriptor) {
    super(new BufferedOutputStream(descriptor, BUFFER), false, StandardCharsets.UTF_8);
    this.descriptor = descriptor;
  }

  public static StandardOutput of(FileDescriptor descriptor) {
    return new StandardOutput(new Descriptor(descriptor));
  }

  /** The first failure, or null. */
  IOException failure() {
    return descriptor.failure;
  }

  private static final class Descriptor extends FileOutputStream {
    private volatile IOException failure;

    Descriptor(FileDescriptor descriptor) {
      super(descriptor);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      try {
        super.write(bytes, from, count);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
