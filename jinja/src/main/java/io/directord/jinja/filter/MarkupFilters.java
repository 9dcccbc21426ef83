package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Undefined;
import java.util.Map;
import java.util.regex.Pattern;

/** Filters for HTML. */
public final class MarkupFilters {
  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern NOT_A_NAME = Pattern.compile("[\\s/>=]");

  private MarkupFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    TextFilters.plain(all, "escape", MarkupFilters::escape);
    TextFilters.plain(all, "e", MarkupFilters::escape);
    TextFilters.plain(all, "forceescape", MarkupFilters::escape);
    TextFilters.plain(all, "safe", text -> text);
    TextFilters.plain(all, "striptags", MarkupFilters::stripTags);
    all.put("xmlattr", MarkupFilters::attributes);
  }

  public static String escape(String text) {
    Budget.text(text.length() * 5L);
    return text.replace("&", "&amp;")
        .replace(">", "&gt;")
        .replace("<", "&lt;")
        .replace("'", "&#39;")
        .replace("\"", "&#34;");
  }

  private static String stripTags(String text) {
    String plain = without(without(text, "<!--", "-->"), "<", ">");
    return unescape(SPACES.matcher(plain).replaceAll(" ").strip());
  }

  /** The text without these delimiters and everything between them. */
  private static String without(String text, String begin, String end) {
    Output out = new Output();
    int from = 0;
    int open = text.indexOf(begin);
    int close = open < 0 ? -1 : text.indexOf(end, open + begin.length());
    while (close >= 0) {
      out.add(text.substring(from, open));
      from = close + end.length();
      open = text.indexOf(begin, from);
      close = open < 0 ? -1 : text.indexOf(end, open + begin.length());
    }
    out.add(text.substring(from));
    return out.end();
  }

  /** The entities that {@link #escape} and most people write. */
  private static String unescape(String text) {
    return text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u00a0")
        .replace("&amp;", "&");
  }

  private static Object attributes(Object value, Arguments arguments) {
    boolean space = Arguments.flag(arguments.bind("xmlattr", "autospace?")[0], true);
    Output out = new Output();
    for (Map.Entry<?, ?> entry : PythonValues.map(value).entrySet()) {
      String key = PythonValues.text(entry.getKey());
      if (entry.getValue() == null || entry.getValue() instanceof Undefined) {
        continue;
      }
      if (NOT_A_NAME.matcher(key).find()) {
        throw new TemplateException(
            "Invalid character in attribute name: " + PythonValues.repr(key));
      }
      out.add(out.isEmpty() && !space ? "" : " ");
      out.add(escape(key) + "=\"" + escape(PythonValues.text(entry.getValue())) + "\"");
    }
    return out.end();
  }
}
