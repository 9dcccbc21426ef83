package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Escaping;
import io.directord.jinja.value.Markup;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Undefined;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Filters for HTML. */
public final class MarkupFilters {
  private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);
  private static final Pattern ENTITY =
      Pattern.compile("&(#\\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]\\w{1,9});");

  /** The entities that people write, as HTML names them. */
  private static final String ENTITIES =
      " amp=& lt=< gt=> quot=\" apos=' nbsp=\u00a0 copy=\u00a9 reg=\u00ae trade=\u2122 "
          + "hellip=\u2026 mdash=\u2014 ndash=\u2013 lsquo=\u2018 rsquo=\u2019 ldquo=\u201c "
          + "rdquo=\u201d laquo=\u00ab raquo=\u00bb euro=\u20ac pound=\u00a3 yen=\u00a5 "
          + "cent=\u00a2 sect=\u00a7 deg=\u00b0 plusmn=\u00b1 times=\u00d7 divide=\u00f7 "
          + "middot=\u00b7 bull=\u2022 para=\u00b6 larr=\u2190 rarr=\u2192 uarr=\u2191 "
          + "darr=\u2193 le=\u2264 ge=\u2265 ne=\u2260 frac12=\u00bd frac14=\u00bc "
          + "iexcl=\u00a1 iquest=\u00bf micro=\u00b5 szlig=\u00df auml=\u00e4 ouml=\u00f6 "
          + "uuml=\u00fc Auml=\u00c4 Ouml=\u00d6 Uuml=\u00dc aring=\u00e5 Aring=\u00c5 "
          + "aelig=\u00e6 oslash=\u00f8 eacute=\u00e9 egrave=\u00e8 agrave=\u00e0 "
          + "acirc=\u00e2 ecirc=\u00ea ccedil=\u00e7 ntilde=\u00f1 ";

  private static final Pattern NOT_A_NAME = Pattern.compile("[\\s/>=]");

  /** The filters that know {@link Markup}, or give back what they are given. */
  static final Set<String> AWARE =
      Set.of(
          "escape",
          "e",
          "forceescape",
          "safe",
          "string",
          "default",
          "d",
          "attr",
          "urlize",
          "pprint");

  /** The filters that give markup of markup. */
  static final Set<String> KEEP =
      Set.of(
          "upper",
          "lower",
          "capitalize",
          "trim",
          "center",
          "indent",
          "truncate",
          "reverse",
          "format");

  private MarkupFilters() {}

  public static void register(Map<String, FilterFunction> all) {
    FilterFunction.add(all, "escape", Escaping::of);
    FilterFunction.add(all, "e", Escaping::of);
    FilterFunction.add(all, "forceescape", value -> Escaping.of(PythonValues.text(value)));
    FilterFunction.add(all, "safe", value -> new Markup(PythonValues.text(value)));
    FilterFunction.add(
        all, "string", value -> value instanceof Markup ? value : PythonValues.text(value));
    TextFilters.plain(all, "striptags", MarkupFilters::stripTags);
    all.put("xmlattr", MarkupFilters::attributes);
  }

  private static String stripTags(String text) {
    Budget.step(text.length() >> 2);
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

  private static String unescape(String text) {
    return ENTITY
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group(1);
              int place = ENTITIES.indexOf(" " + name + "=");
              String character =
                  name.startsWith("#")
                      ? numbered(name.substring(1).toLowerCase(Locale.ROOT))
                      : place < 0
                          ? found.group()
                          : ENTITIES.substring(place + name.length() + 2).substring(0, 1);
              return Matcher.quoteReplacement(character);
            });
  }

  private static String numbered(String number) {
    int code =
        number.startsWith("x")
            ? Integer.parseInt(number.substring(1), 16)
            : Integer.parseInt(number);
    boolean valid = Character.isValidCodePoint(code) && code != 0 && !isSurrogate(code);
    return valid ? Character.toString(code) : "\ufffd";
  }

  private static boolean isSurrogate(int code) {
    return code >= Character.MIN_SURROGATE && code <= Character.MAX_SURROGATE;
  }

  private static Object attributes(Object value, Arguments arguments) {
    boolean space = Arguments.flag(arguments.bind("xmlattr", "autospace?")[0], true);
    Output out = new Output();
    for (Map.Entry<?, ?> entry : PythonValues.map(value).entrySet()) {
      if (entry.getValue() == null || entry.getValue() instanceof Undefined) {
        continue;
      }
      String key = Arguments.string(entry.getKey());
      if (NOT_A_NAME.matcher(key).find()) {
        throw new TemplateException(
            "Invalid character in attribute name: " + PythonValues.repr(key));
      }
      out.add(out.isEmpty() && !space ? "" : " ");
      out.add(Escaping.escape(key) + "=\"" + Escaping.of(entry.getValue()).text() + "\"");
    }
    return out.end();
  }
}
