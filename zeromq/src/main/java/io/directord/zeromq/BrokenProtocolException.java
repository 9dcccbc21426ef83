package io.directord.zeromq;

/**
 * A peer has sent what the library cannot read; its connection is about to end. Told to the
 * context's handler of notified exceptions, on the library's thread.
 */
public final class BrokenProtocolException extends RuntimeException {
  /** The engine's timer of its handshake: what it does then is end. */
  public static final int ENGINE_ENDS_TIMER_ID = 0x40;

  private static final long serialVersionUID = 1;

  public BrokenProtocolException(RuntimeException cause) {
    super("it breaks the protocol", cause);
  }
}
