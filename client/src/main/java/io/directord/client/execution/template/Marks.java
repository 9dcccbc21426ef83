package io.directord.client.execution.template;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes templates so that the engine cuts them where Jinja2 does. */
final class Marks {
  private static final Pattern RAW =
      Pattern.compile("(?:(?:(?<!\\s)|\\G)(\\s*+)\\{%-|\\{%)(\\s*(?:end)?raw\\s*)(?:-%}(\\s*)|%})");
  private static final Pattern COMMENT =
      Pattern.compile("(?s)\\{%-?\\s*raw\\s*-?%}.*?\\{%-?\\s*endraw|\\{#([-+]?)(.*?)([-+]?)#}");
  private static final Pattern EXPRESSION =
      Pattern.compile("(?s)\\{%\\s*raw\\s*%}.*?\\{%\\s*endraw\\s*%}|\\{#.*?#}|\\{\\{");

  private Marks() {}

  /**
   * With line ends as Jinja2 reads them. The engine forgets comments before it strips what is
   * beside them, so they become expressions that print nothing. It does not strip at raw text: what
   * is stripped there is moved inside of the marks. And it takes the end of a map in a map for the
   * end of the expression, so spaces are put between.
   */
  static String normal(String text) {
    String lines = text.replace("\r\n", "\n").replace('\r', '\n');
    String comments = COMMENT.matcher(lines).replaceAll(Marks::comment);
    String raw = RAW.matcher(comments).replaceAll("{%$1$2$3%}");
    StringBuilder out = new StringBuilder();
    Matcher mark = EXPRESSION.matcher(raw);
    int from = 0;
    while (mark.find(from)) {
      out.append(raw, from, mark.end());
      from = mark.group().equals("{{") ? spaced(raw, mark.end(), out) : mark.end();
    }
    return out.append(raw, from, raw.length()).toString();
  }

  private static String comment(MatchResult found) {
    if (found.group(2) == null) {
      return "$0";
    }
    String before = found.group(1).equals("-") ? "-" : "";
    String after = found.group(3).equals("-") ? "-" : "";
    return "{{" + before + " '' " + found.group(2).replaceAll("[^\n]", "") + after + "}}";
  }

  /** Writes the expression that begins there, and gives its end. */
  private static int spaced(String text, int begin, StringBuilder out) {
    int depth = 0;
    char quote = 0;
    for (int i = begin; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote == 0 && c == '}' && depth == 0) {
        return i;
      }
      out.append(c);
      if (quote != 0 && c == '\\' && i + 1 < text.length()) {
        out.append(text.charAt(++i));
      } else if (c == '\'' || c == '"') {
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      } else if (quote == 0 && (c == '{' || c == '}')) {
        depth += c == '{' ? 1 : -1;
        out.append(c == '}' ? " " : "");
      }
    }
    return text.length();
  }
}
