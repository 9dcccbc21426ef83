package io.directord.jinja.parse;

/**
 * A word of an expression.
 *
 * @param text as it is written; of a string what it means
 * @param value of a number
 * @param from where it begins in its part of the template
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

  /** Whether it is this operator or word. */
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
