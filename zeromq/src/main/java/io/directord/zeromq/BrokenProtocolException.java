package io.directord.zeromq;

/**
 * A peer has sent malformed data; its connection is about to end. Passed to the context's handler
 * of notified exceptions, on the library's thread.
 */
public final class BrokenProtocolException extends RuntimeException {
  /** The engine's handshake timer, which ends the connection. */
  public static final int ENGINE_ENDS_TIMER_ID = 0x40;

  private static final long serialVersionUID = 1;

  public BrokenProtocolException(Throwable cause) {
    super("it breaks the protocol", cause);
  }
}
