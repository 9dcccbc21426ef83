package io.directord.server.store;

import io.directord.common.validation.Counted;
import io.directord.common.validation.LaterVersionException;

/** The store cannot be opened, read or written; the message says why and what to do. */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What was written by a later version of directord is not touched. */
  public StoreException(LaterVersionException cause) {
    this(cause.getMessage(), cause);
  }

  /** A database that was used until now has another content. */
  public static StoreException replaced(String location) {
    return new StoreException(
        "the store "
            + location
            + " is another one than this server has used until now, or was emptied: put it back,"
            + " or start the server again to go on with what is there now",
        null);
  }

  /** A database that was used until now has less than it had. */
  public static StoreException older(String location, long commits) {
    return new StoreException(
        "the store "
            + location
            + " has lost the last "
            + Counted.of(commits, "commit")
            + " that it had acknowledged, as after a failure or when an older copy takes its place:"
            + " put it back, or start the server again to go on with what is there now",
        null);
  }

  /**
   * It has a part of a backup only, or has not all of it yet.
   *
   * @param what is restored, and where
   * @param remedy how the store is emptied
   */
  public static StoreException partOfBackup(String location, String what, String remedy) {
    return new StoreException(
        "the store "
            + location
            + " has a part of a backup only, as a restore ("
            + what
            + ") is under way or was broken off: wait for its end; if it has ended, empty the store ("
            + remedy
            + ") and restore again",
        null);
  }

  /** Another server leads, or may. */
  public static StoreException notLeading(String location) {
    return new StoreException(
        "this server does not lead any more, and so writes nothing to the store " + location, null);
  }

  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }
}
