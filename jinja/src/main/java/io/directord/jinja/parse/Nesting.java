package io.directord.jinja.parse;

import io.directord.jinja.error.TemplateException;

/** How deep a part of a template stands within others, before the stack ends. */
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
