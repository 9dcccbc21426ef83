package io.directord.server.store;

import java.io.IOException;

/** A block of a {@link BlockFile} is not as it was written. */
final class DamagedBlockException extends IOException {
  private static final long serialVersionUID = 1;

  DamagedBlockException(long block) {
    super("block " + block + " is not as it was written");
  }
}
