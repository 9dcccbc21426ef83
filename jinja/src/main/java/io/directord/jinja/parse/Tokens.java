package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.parse.Token.Kind;
import java.util.List;

/** The tokens of one print or statement, consumed one by one. */
final class Tokens {
  private final String text;
  private final int line;
  private final List<Token> tokens;
  private int place;

  /**
   * @param text as it is written
   * @param line where it begins
   */
  Tokens(String text, int line) {
    this.text = text;
    this.line = line;
    this.tokens = Scanner.tokens(text, line);
  }

  /** The line where the print or statement begins. */
  int line() {
    return line;
  }

  Token next() {
    return tokens.get(place);
  }

  /** The token behind the next one. */
  Token second() {
    return tokens.get(Math.min(place + 1, tokens.size() - 1));
  }

  boolean at(String operatorOrName) {
    return next().is(operatorOrName);
  }

  boolean at(Kind kind) {
    return next().kind() == kind;
  }

  Token take() {
    Token token = next();
    place += token.kind() == Kind.END ? 0 : 1;
    return token;
  }

  boolean skip(String operatorOrName) {
    boolean there = at(operatorOrName);
    if (there) {
      take();
    }
    return there;
  }

  void expect(String operatorOrName) {
    if (!skip(operatorOrName)) {
      throw expected("'" + operatorOrName + "'");
    }
  }

  String name() {
    if (!at(Kind.NAME)) {
      throw expected("a name");
    }
    return take().text();
  }

  /** Fails if tokens are left; the message shows them. */
  void end(String of) {
    if (!at(Kind.END)) {
      throw fail("expected token 'end of " + of + "', got '" + rest() + "'");
    }
  }

  private String rest() {
    return text.substring(next().from()).strip();
  }

  TemplateException expected(String what) {
    return fail("expected " + what + ", got " + next().shown() + " in '" + text.strip() + "'");
  }

  TemplateException fail(String message) {
    return new TemplateException(message, next().line());
  }
}
