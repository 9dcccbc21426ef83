package io.directord.server.api;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/**
 * An encoded server-sent event, shared by all followers for which it waits. When the last of them
 * has released it, its memory is released. Thread-safe.
 */
final class EncodedEvent {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int OBJECT_BYTES = 100;
  private static final int UNICODE_ESCAPE_BYTES = 6;

  private final byte[] line;
  private final Runnable whenUnused;
  private int users = 1;

  /**
   * @param whenUnused called once
   */
  EncodedEvent(byte[] json, Runnable whenUnused) {
    this.line = new byte[DATA.length + json.length + END.length];
    System.arraycopy(DATA, 0, line, 0, DATA.length);
    System.arraycopy(json, 0, line, DATA.length, json.length);
    System.arraycopy(END, 0, line, DATA.length + json.length, END.length);
    this.whenUnused = whenUnused;
  }

  /** Memory of an event of that JSON. */
  static long weight(byte[] json) {
    return OBJECT_BYTES + DATA.length + json.length + END.length;
  }

  /** Length of its texts as JSON, computed without encoding them. */
  static long textBytes(Event event) {
    if (event instanceof Event.JobOutput output) {
      return jsonBytes(output.text());
    }
    if (event instanceof Event.NodeAnswered answered) {
      NodeOutcome outcome = answered.outcome();
      return jsonBytes(outcome.stdout()) + jsonBytes(outcome.stderr()) + jsonBytes(outcome.info());
    }
    return 0;
  }

  private static long jsonBytes(String text) {
    return text == null ? 0 : text.chars().mapToLong(EncodedEvent::jsonBytes).sum();
  }

  /** Half of a surrogate pair takes two of the four bytes of the pair. */
  private static long jsonBytes(int character) {
    if (character < ' ') {
      return "\b\t\n\f\r".indexOf(character) >= 0 ? 2 : UNICODE_ESCAPE_BYTES;
    }
    if (character < 0x80) {
      return character == '"' || character == '\\' ? 2 : 1;
    }
    return character < 0x800 || Character.isSurrogate((char) character) ? 2 : 3;
  }

  /** Adds a user; false if all have released it. */
  synchronized boolean retain() {
    if (users == 0) {
      return false;
    }
    users++;
    return true;
  }

  void release() {
    synchronized (this) {
      users--;
      if (users > 0) {
        return;
      }
    }
    whenUnused.run();
  }

  int length() {
    return line.length;
  }

  /** A part of the bytes, not copied. */
  ByteBuf part(int from, int length) {
    return Unpooled.wrappedBuffer(line, from, length);
  }
}
