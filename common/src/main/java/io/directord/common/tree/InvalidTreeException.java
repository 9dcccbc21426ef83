package io.directord.common.tree;

import java.io.IOException;

/** Thrown if a content is not a manifest; the message is for people. */
public final class InvalidTreeException extends IOException {
  private static final long serialVersionUID = 1;

  InvalidTreeException(String message) {
    super(message);
  }
}
