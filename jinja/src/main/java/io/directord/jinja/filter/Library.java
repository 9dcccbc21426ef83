package io.directord.jinja.filter;

import io.directord.jinja.error.Suggestion;
import io.directord.jinja.error.TemplateException;
import java.util.Map;

/** The filters and tests that Jinja2 has, by their names. */
public final class Library {
  private static final Map<String, FilterFunction> FILTERS =
      Filters.all(Library::filter, Library::test);
  private static final Map<String, TestFunction> TESTS =
      Tests.all(Library::isFilter, Library::isTest);

  private Library() {}

  /**
   * @throws TemplateException for an unknown name, with the nearest one
   */
  public static FilterFunction filter(String name) {
    return found(FILTERS, "filter", name);
  }

  /**
   * @throws TemplateException for an unknown name, with the nearest one
   */
  public static TestFunction test(String name) {
    return found(TESTS, "test", name);
  }

  private static boolean isFilter(Object name) {
    return name instanceof String && FILTERS.containsKey(name);
  }

  private static boolean isTest(Object name) {
    return name instanceof String && TESTS.containsKey(name);
  }

  private static <T> T found(Map<String, T> all, String kind, String name) {
    T found = all.get(name);
    if (found == null) {
      throw new TemplateException(
          "No " + kind + " named '" + name + "'" + Suggestion.hint(name, all.keySet()));
    }
    return found;
  }
}
