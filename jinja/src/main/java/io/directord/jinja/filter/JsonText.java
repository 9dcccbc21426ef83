package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Range;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.Undefined;
import io.directord.jinja.value.View;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** JSON as Jinja2's {@code tojson} writes it: keys sorted, ASCII, and safe within HTML. */
public final class JsonText {
  private static final String ESCAPED = "\"\\<>&'";
  private static final String LETTERS = "\"\\\n\r\t\f\b";
  private static final String LETTERS_MEAN = "\"\\nrtfb";

  private JsonText() {}

  public static Object filter(Object value, Arguments arguments) {
    Object indent = arguments.bind("tojson", "indent?")[0];
    boolean plain = indent == Arguments.ABSENT || indent == null;
    String step = plain ? null : Strings.repeat(" ", Numbers.index(indent));
    return new Markup(json(value, step, plain ? "" : "\n"));
  }

  /**
   * @param step indentation of each level, or null for one line
   * @param line line break and indentation of this level
   */
  private static String json(Object value, String step, String line) {
    Budget.step(1);
    Budget.enter();
    String json = written(value, step, line);
    Budget.leave();
    return json;
  }

  private static String written(Object valueOrMarkup, String step, String line) {
    Object value = Markup.plain(valueOrMarkup);
    Undefined.refuse(value);
    String inner = step == null ? "" : line + step;
    if (value instanceof Map<?, ?> map) {
      StringJoiner out = joiner("{", "}", step, map.isEmpty() ? "" : inner, line);
      List<Object> keys = PythonValues.list(map);
      keys.sort(Operators::order);
      keys.forEach(key -> add(out, string(key(key)) + ": " + json(map.get(key), step, inner)));
      return map.isEmpty() ? "{}" : out.toString();
    }
    if (value instanceof List<?> list && !(list instanceof Range || list instanceof View)) {
      StringJoiner out = joiner("[", "]", step, inner, line);
      list.forEach(element -> add(out, json(element, step, inner)));
      return list.isEmpty() ? "[]" : out.toString();
    }
    if (value instanceof String text) {
      return string(text);
    }
    if (value instanceof Double number && !Double.isFinite(number)) {
      return Double.isNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
    }
    if (value == null || Numbers.isNumeric(value)) {
      return key(value);
    }
    throw new TemplateException("Object of type " + Types.of(value) + " is not JSON serializable");
  }

  private static void add(StringJoiner out, String more) {
    Budget.text((long) out.length() + more.length());
    out.add(more);
  }

  private static StringJoiner joiner(
      String begin, String end, String step, String inner, String line) {
    String separator = step == null ? ", " : "," + inner;
    return new StringJoiner(separator, begin + inner, (step == null ? "" : line) + end);
  }

  private static String key(Object key) {
    if (key == null) {
      return "null";
    }
    return key instanceof Boolean ? key.toString() : PythonValues.text(key);
  }

  private static String string(String text) {
    Budget.characters(text);
    Output out = new Output();
    out.add("\"");
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || ESCAPED.indexOf(c) >= 0) {
        out.add(text.substring(from, i));
        out.add(escaped(c));
        from = i + 1;
      }
    }
    out.add(text.substring(from));
    out.add("\"");
    return out.end();
  }

  private static String escaped(char c) {
    int letter = LETTERS.indexOf(c);
    return letter >= 0
        ? "\\" + LETTERS_MEAN.charAt(letter)
        : "\\u" + Integer.toHexString(0x10000 + c).substring(1);
  }
}
