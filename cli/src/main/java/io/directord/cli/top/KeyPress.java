package io.directord.cli.top;

/**
 * A key that was pressed.
 *
 * @param character of a {@link Kind#CHARACTER}
 */
record KeyPress(Kind kind, int character) {

  enum Kind {
    CHARACTER,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    ENTER,
    ESCAPE,
    TAB,
    BACKSPACE,
    /** Ctrl-C, or a terminal that is gone. */
    INTERRUPT,
    /** One that means nothing here. */
    OTHER
  }

  static KeyPress of(Kind kind) {
    return new KeyPress(kind, 0);
  }

  static KeyPress of(int character) {
    return new KeyPress(Kind.CHARACTER, character);
  }

  boolean is(char one) {
    return kind == Kind.CHARACTER && character == one;
  }
}
