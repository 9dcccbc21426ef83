package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;

/** Limits how deep parts of a template may be nested, before the stack overflows. */
final class Nesting {
  private static final int MAX = 200;

  private int depth;

  void enter(int line) {
    if (++depth > MAX) {
      throw new TemplateException("the template is nested too deeply", line);
    }
  }

  void leave() {
    depth--;
  }
}
