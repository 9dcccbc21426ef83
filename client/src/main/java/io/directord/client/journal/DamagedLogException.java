package io.directord.client.journal;

import java.io.IOException;

/** A log with a damaged record that is followed by sound ones, or a file that is no log at all. */
public final class DamagedLogException extends IOException {
  public DamagedLogException(String message) {
    super(message);
  }
}
