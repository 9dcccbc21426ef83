package io.directord.nats;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** What is sealed in the two messages of a handshake. */
final class HelloText {
  static final byte HELLO = 1;
  static final byte ANSWER = 2;

  /** No message of a handshake is longer. */
  static final int MAX_BYTES = 1024;

  private static final byte VERSION = 1;
  private static final byte ACCEPTED = 0;
  private static final byte REFUSED = 1;

  private HelloText() {}

  /** What both must agree on: what is said for one site is refused at every other. */
  static byte[] prologue(Subjects subjects) {
    return ("directord/1 nats " + subjects.prefix()).getBytes(StandardCharsets.UTF_8);
  }

  static byte[] node(byte[] previous, String inbox, String host) {
    byte[] where = bytes(inbox);
    byte[] from = bytes(host);
    return ByteBuffer.allocate(2 + SealedSession.ID_BYTES + where.length + 1 + from.length)
        .put(VERSION)
        .put(previous)
        .put((byte) where.length)
        .put(where)
        .put((byte) from.length)
        .put(from)
        .array();
  }

  static ServerHandshake.Hello readNode(byte[] text) throws GeneralSecurityException {
    ByteBuffer rest = ByteBuffer.wrap(text);
    try {
      if (rest.get() != VERSION) {
        throw new GeneralSecurityException("a handshake of another version");
      }
      byte[] previous = take(rest, SealedSession.ID_BYTES);
      String inbox = string(take(rest, rest.get() & 0xff));
      String host = string(take(rest, rest.get() & 0xff));
      return new ServerHandshake.Hello(previous, inbox, host);
    } catch (BufferUnderflowException | NegativeArraySizeException e) {
      throw new GeneralSecurityException("a handshake that is cut short", e);
    }
  }

  static byte[] accepted(byte[] session, String subject) {
    byte[] where = bytes(subject);
    return ByteBuffer.allocate(1 + SealedSession.ID_BYTES + where.length)
        .put(ACCEPTED)
        .put(session)
        .put(where)
        .array();
  }

  static byte[] refused(String why) {
    byte[] text = bytes(why);
    return ByteBuffer.allocate(1 + text.length).put(REFUSED).put(text).array();
  }

  /** The reason, if it was refused; null if it was not. */
  static String refusal(byte[] answer) {
    return answer.length > 0 && answer[0] == REFUSED
        ? new String(answer, 1, answer.length - 1, StandardCharsets.UTF_8)
        : null;
  }

  static byte[] session(byte[] answer) throws GeneralSecurityException {
    ByteBuffer rest = ByteBuffer.wrap(answer);
    if (answer.length <= 1 + SealedSession.ID_BYTES || rest.get() != ACCEPTED) {
      throw new GeneralSecurityException("an answer that cannot be read");
    }
    return take(rest, SealedSession.ID_BYTES);
  }

  static String subject(byte[] answer) {
    int from = 1 + SealedSession.ID_BYTES;
    return new String(answer, from, answer.length - from, StandardCharsets.UTF_8);
  }

  private static byte[] take(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return bytes;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String string(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
