package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Escapes values for HTML, which gives {@link Markup}. */
public final class Escaping {
  private Escaping() {}

  /** The value as HTML. */
  public static Markup of(Object value) {
    return value instanceof Markup markup ? markup : new Markup(escape(PythonValues.text(value)));
  }

  public static String escape(String text) {
    Budget.text(text.length() * 5L);
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  /** A value that is put together with markup: a text is escaped first. */
  public static Object escaped(Object value) {
    return value instanceof String text ? escape(text) : Markup.plain(value);
  }

  /** A value that is formatted into markup: whatever is not a number is its escaped text. */
  public static Object shown(Object value) {
    boolean number = value == null || Numbers.isNumeric(value);
    return number ? value : of(value).text();
  }

  /** The values of {@code %}, as {@link #shown}. */
  static Object allShown(Object values) {
    if (values instanceof Tuple tuple) {
      return Tuple.of(tuple.stream().map(Escaping::shown).toList());
    }
    if (values instanceof Map<?, ?> map) {
      Map<Object, Object> shown = new LinkedHashMap<>();
      map.forEach((key, element) -> shown.put(key, shown(element)));
      return shown;
    }
    return shown(values);
  }

  /** The result of work on the text of a markup, which is markup, too. */
  public static Object made(Object value) {
    if (value instanceof List<?> list) {
      List<Object> made = new ArrayList<>();
      list.forEach(element -> made.add(made(element)));
      return list instanceof Tuple ? Tuple.of(made) : made;
    }
    return value instanceof String text ? new Markup(text) : value;
  }
}
