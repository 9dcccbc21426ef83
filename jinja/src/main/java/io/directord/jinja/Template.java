package io.directord.jinja;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.evaluate.Context;
import io.directord.jinja.evaluate.Renderer;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.limit.Pool;
import io.directord.jinja.syntax.Statement;
import java.util.List;

/** A parsed template. */
public final class Template {
  private final Pool pool;
  private final List<Statement> statements;
  private final long bytes;

  Template(Pool pool, List<Statement> statements, long bytes) {
    this.pool = pool;
    this.statements = statements;
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
          return Renderer.render(statements, context);
        });
  }
}
