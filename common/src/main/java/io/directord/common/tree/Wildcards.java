package io.directord.common.tree;

import java.util.regex.Pattern;

/** Patterns of {@code *}, {@code ?} and {@code [ ]}, as a shell has them. */
public final class Wildcards {
  private Wildcards() {}

  /** Whether it has one of these characters. */
  public static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /** A pattern of one name. */
  public static Pattern ofName(String name) {
    return Pattern.compile(regex(name, ".*", "."), Pattern.DOTALL);
  }

  /**
   * A pattern of a whole path: {@code *} and {@code ?} stay within a name, and {@code **} stands
   * for any number of names.
   */
  static Pattern ofPath(String path) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < path.length(); ) {
      int stars = path.indexOf("**", at);
      int end = stars < 0 ? path.length() : stars;
      out.append(regex(path.substring(at, end), "[^/]*", "[^/]"));
      at = end;
      if (path.startsWith("**/", at)) {
        out.append("(?:[^/]+/)*");
        at += "**/".length();
      } else if (stars >= 0) {
        out.append(".*");
        at += "**".length();
      }
    }
    return Pattern.compile(out.toString(), Pattern.DOTALL);
  }

  private static String regex(String part, String many, String one) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int close = c == '[' ? part.indexOf(']', i + 2) : -1;
      if (c == '*') {
        out.append(many);
      } else if (c == '?') {
        out.append(one);
      } else if (close > 0) {
        out.append(set(part.substring(i + 1, close)));
        i = close;
      } else {
        out.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return out.toString();
  }

  private static String set(String characters) {
    boolean negated = characters.startsWith("!");
    String members = negated ? characters.substring(1) : characters;
    return (negated ? "[^" : "[") + members.replaceAll("[\\[\\]\\\\^&]", "\\\\$0") + "]";
  }
}
