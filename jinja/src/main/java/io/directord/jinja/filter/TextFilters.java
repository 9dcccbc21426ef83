package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.method.MapMethods;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.Percent;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;
import io.directord.jinja.value.Tuple;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters that change text. */
public final class TextFilters {
  private static final Pattern TITLE =
      Pattern.compile("[^-\\s({\\[<]+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final int CENTER_WIDTH = 80;
  private static final int INDENT = 4;
  private static final int TRUNCATE = 255;
  private static final int LEEWAY = 5;

  private TextFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    plain(all, "upper", Strings::upper);
    plain(all, "lower", Strings::lower);
    plain(all, "capitalize", Strings::capitalize);
    plain(all, "title", TextFilters::title);
    all.put("indent", TextFilters::indent);
    all.put("wordcount", TextFilters::wordCount);
    all.put("wordwrap", WordWrap::filter);
    all.put("truncate", TextFilters::truncate);
    all.put("urlencode", (value, arguments) -> encode(value));
    all.put("trim", TextFilters::trim);
    all.put("replace", TextFilters::replace);
    all.put("center", TextFilters::center);
    all.put("format", TextFilters::format);
  }

  public static void plain(
      Map<String, FilterFunction> all, String name, UnaryOperator<String> filter) {
    FilterFunction.add(all, name, value -> filter.apply(PythonValues.text(value)));
  }

  private static String title(String text) {
    Budget.characters(text);
    Matcher word = TITLE.matcher(text);
    StringBuilder titled = new StringBuilder();
    int from = 0;
    while (word.find()) {
      Budget.step(1);
      int second = text.offsetByCodePoints(word.start(), 1);
      titled.append(text, from, word.start());
      titled.append(Strings.upper(text.substring(word.start(), second)));
      titled.append(Strings.lower(text.substring(second, word.end())));
      from = word.end();
    }
    return titled.append(text.substring(from)).toString();
  }

  private static Object wordCount(Object value, Arguments arguments) {
    arguments.bind("wordcount");
    String text = PythonValues.text(value);
    Budget.characters(text);
    return WORD.matcher(text).results().count();
  }

  private static Object trim(Object value, Arguments arguments) {
    Object characters = arguments.bind("trim", "chars?")[0];
    boolean space = characters == Arguments.ABSENT || characters == null;
    return Strings.strip(
        PythonValues.text(value), space ? null : PythonValues.text(characters), true, true);
  }

  private static Object replace(Object value, Arguments arguments) {
    Object[] given = arguments.bind("replace", "old", "new", "count?");
    Object count = given[2] == null ? Arguments.ABSENT : given[2];
    return Strings.replace(
        PythonValues.text(value),
        PythonValues.text(given[0]),
        PythonValues.text(given[1]),
        Arguments.number(count, -1));
  }

  private static Object center(Object value, Arguments arguments) {
    int width = Arguments.number(arguments.bind("center", "width?")[0], CENTER_WIDTH);
    return Strings.center(PythonValues.text(value), width, " ");
  }

  private static Object format(Object value, Arguments arguments) {
    if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
      throw new TemplateException("can't handle positional and keyword arguments at the same time");
    }
    return Percent.format(
        PythonValues.text(value),
        arguments.named().isEmpty()
            ? Tuple.of(arguments.positional())
            : new LinkedHashMap<>(arguments.named()));
  }

  private static Object indent(Object value, Arguments arguments) {
    Object[] given = arguments.bind("indent", "width?", "first?", "blank?");
    String indention =
        given[0] instanceof String text
            ? text
            : Strings.repeat(" ", Arguments.number(given[0], INDENT));
    boolean first = Arguments.flag(given[1], false);
    boolean blank = Arguments.flag(given[2], false);
    Output out = new Output();
    boolean later = false;
    for (Object each : Strings.lines(Arguments.string(value) + "\n", false)) {
      String line = (String) each;
      boolean indented = !later ? first : blank || !line.isEmpty();
      out.add(later ? "\n" : "");
      out.add(indented ? indention : "");
      out.add(line);
      later = true;
    }
    return out.end();
  }

  private static Object truncate(Object value, Arguments arguments) {
    Object[] given = arguments.bind("truncate", "length?", "killwords?", "end?", "leeway?");
    int length = Arguments.number(given[0], TRUNCATE);
    String end = Arguments.text(given[2], "...");
    int leeway = given[3] == null ? LEEWAY : Arguments.number(given[3], LEEWAY);
    if (length < Strings.length(end) || leeway < 0) {
      throw new TemplateException("expected length >= " + Strings.length(end));
    }
    if (PythonValues.length(value) <= length + leeway) {
      return value;
    }
    String text = Arguments.string(value);
    String cut = text.substring(0, text.offsetByCodePoints(0, length - Strings.length(end)));
    int space = cut.lastIndexOf(' ');
    boolean whole = !Arguments.flag(given[1], false) && space >= 0;
    return (whole ? cut.substring(0, space) : cut) + end;
  }

  private static Object encode(Object value) {
    if (value instanceof String || !PythonValues.isIterable(value)) {
      return quote(PythonValues.text(value), "/");
    }
    List<String> pairs = new ArrayList<>();
    Iterable<Object> items =
        value instanceof Map<?, ?> map ? MapMethods.items(map) : PythonValues.iterate(value);
    for (Object item : items) {
      List<Object> pair = PythonValues.list(item);
      if (pair.size() != 2) {
        throw new TemplateException("a pair is wanted, not " + pair.size() + " values");
      }
      pairs.add(form(pair.get(0)) + "=" + form(pair.get(1)));
    }
    return String.join("&", pairs);
  }

  private static String form(Object value) {
    return quote(PythonValues.text(value), "").replace("%20", "+");
  }

  private static String quote(String text, String safe) {
    Budget.step(text.length() >> 2);
    String quoted =
        URLEncoder.encode(text, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
    return safe.isEmpty() ? quoted : quoted.replace("%2F", "/");
  }
}
