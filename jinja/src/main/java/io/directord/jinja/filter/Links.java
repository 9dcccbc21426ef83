package io.directord.jinja.filter;

import io.directord.jinja.error.TemplateException;
import io.directord.jinja.limit.Budget;
import io.directord.jinja.value.Arguments;
import io.directord.jinja.value.Escaping;
import io.directord.jinja.value.Output;
import io.directord.jinja.value.PythonValues;
import io.directord.jinja.value.Strings;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The filter {@code urlize}: addresses in a text become links. */
final class Links {
  private static final int FLAGS = Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CHARACTER_CLASS;
  private static final Pattern WORD = Pattern.compile("\\S+", FLAGS);
  private static final Pattern WEB =
      Pattern.compile(
          "((https?://|www\\.)([\\w%-]++\\.)*+([a-z]{2,63}|xn--[\\w%]{2,59})"
              + "|([\\w%-]{2,63}+\\.)++(com|net|int|edu|gov|org|info|mil)"
              + "|https?://(\\d{1,3}(\\.\\d{1,3}){3}|\\[([\\da-f]{0,4}:){2}([\\da-f]{0,4}:?){1,6}]))"
              + "(:\\d{1,5})?([/?#]\\S*+)?",
          FLAGS);
  private static final Pattern MAIL = Pattern.compile("\\S+@\\w[\\w.-]*\\.\\w+", FLAGS);
  private static final Pattern SCHEME = Pattern.compile("[\\w.+-]{2,}:(/){0,2}", FLAGS);
  private static final String MAILTO = "mailto:";
  private static final List<String> BEGINS = List.of("(", "<", "&lt;");
  private static final List<String> ENDS = List.of(")", ">", ".", ",", "&gt;");
  private static final List<List<String>> PAIRS =
      List.of(List.of("(", ")"), List.of("<", ">"), List.of("&lt;", "&gt;"));

  private final int limit;
  private final String attributes;
  private final List<String> schemes;

  private Links(int limit, String attributes, List<String> schemes) {
    this.limit = limit;
    this.attributes = attributes;
    this.schemes = schemes;
  }

  static Object filter(Object value, Arguments arguments) {
    Object[] given =
        arguments.bind(
            "urlize", "trim_url_limit?", "nofollow?", "target?", "rel?", "extra_schemes?");
    Set<String> rel = new TreeSet<>(Set.of("noopener"));
    if (Arguments.flag(given[1], false)) {
      rel.add("nofollow");
    }
    if (Arguments.flag(given[3], false)) {
      rel.addAll(Arrays.asList(PythonValues.text(given[3]).strip().split("\\s+")));
    }
    String target =
        Arguments.flag(given[2], false)
            ? " target=\"" + Escaping.escape(PythonValues.text(given[2])) + "\""
            : "";
    List<String> schemes =
        Arguments.flag(given[4], false)
            ? PythonValues.iterate(given[4]).stream().map(Links::scheme).toList()
            : List.of();
    boolean whole = given[0] == Arguments.ABSENT || given[0] == null;
    return new Links(
            whole ? Integer.MAX_VALUE : Arguments.number(given[0], 0),
            " rel=\"" + Escaping.escape(String.join(" ", rel)) + "\"" + target,
            schemes)
        .all(Escaping.of(value).text());
  }

  private static String scheme(Object scheme) {
    if (!SCHEME.matcher(PythonValues.text(scheme)).matches()) {
      throw new TemplateException(PythonValues.repr(scheme) + " is not a valid URI scheme prefix.");
    }
    return PythonValues.text(scheme);
  }

  private String all(String text) {
    Output out = new Output();
    Matcher word = WORD.matcher(text);
    int from = 0;
    while (word.find()) {
      Budget.step(1);
      Budget.characters(word.group());
      out.add(text.substring(from, word.start()));
      out.add(word(word.group()));
      from = word.end();
    }
    out.add(text.substring(from));
    return out.end();
  }

  private String word(String word) {
    int begin = 0;
    for (String mark = first(word, begin); mark != null; mark = first(word, begin)) {
      begin += mark.length();
    }
    int end = word.length();
    for (String mark = last(word, begin, end); mark != null; mark = last(word, begin, end)) {
      end -= mark.length();
    }
    for (List<String> pair : PAIRS) {
      end = balanced(word, begin, end, pair.get(0), pair.get(1));
    }
    return word.substring(0, begin) + link(word.substring(begin, end)) + word.substring(end);
  }

  private static String first(String word, int begin) {
    return BEGINS.stream().filter(mark -> word.startsWith(mark, begin)).findFirst().orElse(null);
  }

  private static String last(String word, int begin, int end) {
    return ENDS.stream()
        .filter(mark -> end - mark.length() >= begin && word.startsWith(mark, end - mark.length()))
        .findFirst()
        .orElse(null);
  }

  /** Where a word ends that has as many ends as begins, as far as there are any behind it. */
  private static int balanced(String word, int begin, int end, String open, String close) {
    int missing = count(word.substring(begin, end), open);
    if (missing <= count(word.substring(begin, end), close)) {
      return end;
    }
    int moved = end;
    for (int at = word.indexOf(close, moved); missing > 0 && at >= 0; missing--) {
      moved = at + close.length();
      at = word.indexOf(close, moved);
    }
    return moved;
  }

  private static int count(String text, String part) {
    return (text.length() - text.replace(part, "").length()) / part.length();
  }

  private String link(String word) {
    if (WEB.matcher(word).matches()) {
      boolean schemed = word.startsWith("https://") || word.startsWith("http://");
      return link(schemed ? word : "https://" + word, cut(word), attributes);
    }
    if (word.startsWith(MAILTO) && MAIL.matcher(word.substring(MAILTO.length())).matches()) {
      return link(word, word.substring(MAILTO.length()), "");
    }
    if (word.indexOf(':') < 0 && !word.startsWith("www.") && MAIL.matcher(word).matches()) {
      return link(MAILTO + word, word, "");
    }
    boolean other =
        schemes.stream().anyMatch(scheme -> !word.equals(scheme) && word.startsWith(scheme));
    return other ? link(word, word, attributes) : word;
  }

  private static String link(String to, String shown, String attributes) {
    return "<a href=\"" + to + "\"" + attributes + ">" + shown + "</a>";
  }

  private String cut(String address) {
    return Strings.length(address) > limit
        ? address.substring(0, address.offsetByCodePoints(0, limit)) + "..."
        : address;
  }
}
