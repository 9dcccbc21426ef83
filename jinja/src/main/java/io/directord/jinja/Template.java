package io.directord.jinja;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.evaluate.Context;
import io.directord.jinja.evaluate.Renderer;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.limit.Pool;
import io.directord.jinja.syntax.Page;

/** A parsed template. */
public final class Template {
  private final Pool pool;
  private final Page page;
  private final long bytes;

  Template(Pool pool, Page page, long bytes) {
    this.pool = pool;
    this.page = page;
    this.bytes = bytes;
  }

  /**
   * Renders the template with these names.
   *
   * @throws TemplateException for the first error, with its line
   */
  public String render(Context context) {
    return pool.within(
        () -> {
          Budget.bytes(bytes);
          return Renderer.render(page, context);
        });
  }
}
