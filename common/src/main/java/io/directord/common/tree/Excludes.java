package io.directord.common.tree;

import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What is left out of a tree, by patterns such as those of {@code .gitignore}: one without a slash
 * stands for every name that it matches, one with a slash for a path from the tree's root, and one
 * that ends with a slash for directories only. What is in a directory that is left out is left out
 * too.
 */
public final class Excludes {
  private final List<String> patterns;
  private final List<Rule> rules;

  private record Rule(Pattern pattern, boolean ofName, boolean directoriesOnly) {
    static Rule of(String text) {
      boolean directoriesOnly = text.endsWith("/");
      String rest = directoriesOnly ? text.substring(0, text.length() - 1) : text;
      if (!rest.contains("/")) {
        return new Rule(Wildcards.ofName(rest), true, directoriesOnly);
      }
      return new Rule(
          Wildcards.ofPath(rest.startsWith("/") ? rest.substring(1) : rest),
          false,
          directoriesOnly);
    }

    boolean matches(String path, boolean isDirectory) {
      String text = ofName ? path.substring(path.lastIndexOf('/') + 1) : path;
      return (isDirectory || !directoriesOnly) && pattern.matcher(text).matches();
    }
  }

  /**
   * @param patterns each valid, see {@link #error}
   */
  public Excludes(List<String> patterns) {
    this.patterns = List.copyOf(patterns);
    this.rules = patterns.stream().map(Rule::of).toList();
  }

  @Override
  public String toString() {
    return patterns.toString();
  }

  /** Why a text is not a pattern; null if it is one. */
  public static String error(String pattern) {
    if (pattern.isBlank() || pattern.replace("/", "").isEmpty()) {
      return "a pattern of names is expected, such as *.tmp or cache/, not '" + pattern + "'";
    }
    if (pattern.startsWith("!")) {
      return pattern + ": what is left out cannot be taken in again; write narrower patterns";
    }
    try {
      Rule.of(pattern);
      return null;
    } catch (PatternSyntaxException e) {
      return pattern + " is not a pattern: " + e.getDescription();
    }
  }

  /**
   * Whether this entry itself is left out.
   *
   * @param path relative to the tree's root, with slashes
   */
  public boolean match(String path, boolean isDirectory) {
    for (Rule rule : rules) {
      if (rule.matches(path, isDirectory)) {
        return true;
      }
    }
    return false;
  }
}
