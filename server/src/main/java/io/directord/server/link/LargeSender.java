package io.directord.server.link;

/** A connection that may be granted room for one large message at a time. */
public interface LargeSender extends NodeAddress {

  /**
   * Grants room for one message beyond the usual limit. Takes the place of an earlier grant; 0
   * takes it back.
   *
   * @return false if a message has begun, so that it is too late
   */
  boolean grant(long bytes);

  /** Whether room is granted that no message has used yet. */
  boolean isGranted();

  /** Bytes of the message that has begun; 0 if none has. */
  long begun();
}
