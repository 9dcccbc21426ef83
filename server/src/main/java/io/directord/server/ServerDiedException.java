package io.directord.server;

/** Thrown when a thread that the server needs has died; the message says which and why. */
public final class ServerDiedException extends Exception {
  private final String thread;

  ServerDiedException(String thread, Throwable cause) {
    super("thread " + thread + " died: " + reason(cause), cause);
    this.thread = thread;
  }

  /** Name of the thread. */
  public String thread() {
    return thread;
  }

  private static String reason(Throwable cause) {
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
