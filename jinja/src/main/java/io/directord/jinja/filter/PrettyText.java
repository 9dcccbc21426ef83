package io.directord.jinja.filter;

import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Numbers;
import io.directord.jinja.value.Operators;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Range;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Tuple;
import io.directord.jinja.value.Types;
import io.directord.jinja.value.View;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The filter {@code pprint}: values in lines of a limited width, as Python's module of that name.
 */
final class PrettyText {
  private static final int WIDTH = 80;
  private static final Pattern WORD =
      Pattern.compile("\\S+\\s*|\\s+", Pattern.UNICODE_CHARACTER_CLASS);

  private final Output out = new Output();

  private PrettyText() {}

  static Object filter(Object value, Arguments arguments) {
    arguments.bind("pprint");
    PrettyText text = new PrettyText();
    text.write(value, 0, 0, true);
    return text.out.end();
  }

  /**
   * @param indent how many characters stand before the value
   * @param after how many characters follow it in its last line
   */
  private void write(Object value, int indent, int after, boolean outermost) {
    Budget.enter();
    String whole = shown(value);
    boolean fits = Strings.length(whole) <= WIDTH - indent - after;
    if (fits) {
      out.add(whole);
    } else if (value instanceof Map<?, ?> map) {
      entries(map, indent + 1, after + 1);
    } else if (value instanceof String text) {
      text(text, outermost ? indent + 1 : indent, outermost ? after + 1 : after, outermost);
    } else if (isPlain(value)) {
      elements((List<?>) value, indent + 1, after);
    } else {
      out.add(whole);
    }
    Budget.leave();
  }

  private static boolean isPlain(Object value) {
    return value instanceof List && !(value instanceof View || value instanceof Range);
  }

  /** In one line, with the keys of maps in their order. */
  private static String shown(Object value) {
    Budget.step(1);
    if (!(value instanceof Map) && !isPlain(value)) {
      return PythonValues.repr(value);
    }
    Budget.enter();
    Output line = new Output();
    String separator = "";
    if (value instanceof Map<?, ?> map) {
      line.add("{");
      for (Object key : keys(map)) {
        line.add(separator + shown(key) + ": " + shown(map.get(key)));
        separator = ", ";
      }
      line.add("}");
    } else {
      List<?> list = (List<?>) value;
      line.add(value instanceof Tuple ? "(" : "[");
      for (Object element : list) {
        line.add(separator + shown(element));
        separator = ", ";
      }
      line.add(end(list));
    }
    Budget.leave();
    return line.end();
  }

  private static String end(List<?> list) {
    return !(list instanceof Tuple) ? "]" : list.size() == 1 ? ",)" : ")";
  }

  private static List<Object> keys(Map<?, ?> map) {
    List<Object> keys = PythonValues.list(map);
    keys.sort(PrettyText::order);
    return keys;
  }

  /** The order of keys; of those that cannot be compared the order of their types. */
  private static int order(Object left, Object right) {
    boolean numbers = Numbers.isNumeric(left) && Numbers.isNumeric(right);
    String type = Types.of(left);
    return numbers || type.equals(Types.of(right)) && left != null
        ? Operators.order(left, right)
        : type.compareTo(Types.of(right));
  }

  private void entries(Map<?, ?> map, int indent, int after) {
    out.add("{");
    Iterator<Object> keys = keys(map).iterator();
    while (keys.hasNext()) {
      Object key = keys.next();
      String name = shown(key);
      out.add(name + ": ");
      int begin = indent + Strings.length(name) + 2;
      write(map.get(key), begin, keys.hasNext() ? 1 : after, false);
      out.add(keys.hasNext() ? ",\n" + Strings.repeat(" ", indent) : "");
    }
    out.add("}");
  }

  private void elements(List<?> list, int indent, int after) {
    String end = end(list);
    out.add(list instanceof Tuple ? "(" : "[");
    Iterator<?> elements = list.iterator();
    while (elements.hasNext()) {
      Object element = elements.next();
      write(element, indent, elements.hasNext() ? 1 : after + end.length(), false);
      out.add(elements.hasNext() ? ",\n" + Strings.repeat(" ", indent) : "");
    }
    out.add(end);
  }

  /** A text in several lines, each of which is a string. */
  private void text(String text, int indent, int after, boolean outermost) {
    List<String> parts = new ArrayList<>();
    int width = WIDTH - indent;
    Iterator<Object> lines = Strings.lines(text, true).iterator();
    while (lines.hasNext()) {
      String line = (String) lines.next();
      int last = lines.hasNext() ? width : width - after;
      if (Strings.length(PythonValues.repr(line)) <= last) {
        parts.add(PythonValues.repr(line));
      } else {
        words(line, width, last, parts);
      }
    }
    boolean enclosed = outermost && parts.size() > 1;
    out.add(enclosed ? "(" : "");
    out.add(String.join("\n" + Strings.repeat(" ", indent), parts));
    out.add(enclosed ? ")" : "");
  }

  private static void words(String line, int width, int last, List<String> parts) {
    Matcher word = WORD.matcher(line);
    String current = "";
    while (word.find()) {
      Budget.step(1);
      String longer = current + word.group();
      int limit = word.end() == line.length() ? last : width;
      if (Strings.length(PythonValues.repr(longer)) > limit) {
        if (!current.isEmpty()) {
          parts.add(PythonValues.repr(current));
        }
        current = word.group();
      } else {
        current = longer;
      }
    }
    if (!current.isEmpty()) {
      parts.add(PythonValues.repr(current));
    }
  }
}
