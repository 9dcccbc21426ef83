package io.directord.jinja.parse;

/**
 * A word of an expression.
 *
 * @param text as it is written; the value of a string
 * @param value of a number
 * @param from its index in its part of the template
 */
record Token(Kind kind, String text, Object value, int line, int from) {
  /** What a token is. */
  enum Kind {
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  /** Whether the token is this operator or word. */
  boolean is(String operatorOrName) {
    return kind != Kind.STRING && kind != Kind.END && text.equals(operatorOrName);
  }

  /** As messages show it. */
  String shown() {
    return switch (kind) {
      case END -> "the end";
      case STRING -> "a string";
      default -> "'" + text + "'";
    };
  }
}
