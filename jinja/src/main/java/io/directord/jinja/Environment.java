package io.directord.jinja;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.evaluate.Context;
import io.directord.jinja.filter.Library;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.limit.Pool;
import io.directord.jinja.limit.TemplateLimits;
import io.directord.jinja.parse.Marks;
import io.directord.jinja.parse.Parser;
import io.directord.jinja.parse.Vocabulary;
import io.directord.jinja.syntax.Page;

/** Reads and renders templates within limits, on any thread. */
public final class Environment {
  private final Pool pool;

  public Environment(TemplateLimits limits) {
    this.pool = new Pool(limits);
  }

  /** Whether a text has delimiters that make it a template; any other text is rendered as it is. */
  public static boolean isTemplate(String text) {
    return Marks.areIn(text);
  }

  /** A text that is not a template, with its line ends normalized as in templates. */
  public static String plain(String text) {
    return Marks.lineFeeds(text);
  }

  /**
   * Parses a template, which can be rendered any number of times.
   *
   * @throws TemplateException for the first error, with its line
   */
  public Template parse(String text) {
    return pool.within(() -> new Template(pool, parsed(text), Budget.mark()));
  }

  private static Page parsed(String text) {
    return Parser.parse(text, new Vocabulary(Library::filter, Library::test));
  }

  /**
   * Parses and renders a template.
   *
   * @throws TemplateException for the first error, with its line
   */
  public String render(String text, Context context) {
    return parse(text).render(context);
  }
}
