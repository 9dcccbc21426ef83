package io.directord.server.store;

import io.directord.common.validation.LaterVersionException;

/** The store cannot be opened, read or written; the message says why and what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was written by a later version of directord is not touched. */
  public StoreException(LaterVersionException cause) {
    this(cause.getMessage(), cause);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
