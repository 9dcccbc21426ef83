package io.directord.cli.top;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/** Puts together the keys that a terminal sends, some of which are several characters. */
final class KeyReader {
  /** Returned in place of a character if none has come in time. */
  static final int EXPIRED = -2;

  /** Timeout of the second character of a key that is pressed with Alt: both are sent together. */
  private static final int AT_ONCE_MILLIS = 50;

  /**
   * On a slow line or a busy machine the rest of a sequence does not: so long is a lone Escape held
   * back.
   */
  private static final int LATE_MILLIS = 500;

  /** Nobody types what a sequence begins with, so its rest is on its way. */
  private static final int REST_MILLIS = 2000;

  /** A read without a timeout would keep the terminal from being closed until a key is pressed. */
  private static final int POLL_MILLIS = 1000;

  private static final int ESCAPE = 27;
  private static final int MAX_SEQUENCE = 16;
  private static final int INTERRUPT = 3;

  private final Source in;
  private final BooleanSupplier closed;

  /** A character that came behind a lone Escape. */
  private int ahead = EXPIRED;

  /** Where characters come from. */
  @FunctionalInterface
  interface Source {
    /** The next character, {@link #EXPIRED}, or -1 at the end. */
    int read(long millis) throws IOException;
  }

  /**
   * @param closed whether no key is wanted any more
   */
  KeyReader(Source in, BooleanSupplier closed) {
    this.in = in;
    this.closed = closed;
  }

  /** The next key; blocks. An end of the input is an interrupt. */
  KeyPress next() throws IOException {
    int first = ahead;
    ahead = EXPIRED;
    while (first == EXPIRED && !closed.getAsBoolean()) {
      first = in.read(POLL_MILLIS);
    }
    if (first < 0 || first == INTERRUPT) {
      return KeyPress.of(KeyPress.Kind.INTERRUPT);
    }
    StringBuilder sequence = new StringBuilder().append((char) first);
    if (Character.isHighSurrogate((char) first)) {
      sequence.append((char) in.read(REST_MILLIS));
    } else if (first == ESCAPE) {
      escaped(sequence);
    }
    return TopTerminal.key(sequence.toString());
  }

  private void escaped(StringBuilder sequence) throws IOException {
    int next = in.read(AT_ONCE_MILLIS);
    boolean late = next == EXPIRED;
    if (late) {
      next = in.read(LATE_MILLIS);
    }
    boolean begins = next == '[' || next == 'O';
    if (late && !begins) {
      ahead = next;
      return;
    }
    while (next >= 0 && sequence.length() < MAX_SEQUENCE) {
      sequence.append((char) next);
      if (sequence.length() > 2 && (Character.isLetter(next) || next == '~')) {
        return;
      }
      next = in.read(begins ? REST_MILLIS : AT_ONCE_MILLIS);
    }
  }
}
