package io.directord.common.fetch;

import java.io.IOException;

/** Thrown if an archive is damaged, or was never one, so that nothing more can be read from it. */
public final class InvalidArchiveException extends IOException {
  private static final long serialVersionUID = 1;

  InvalidArchiveException(String what) {
    super("what came from the node is " + what);
  }
}
