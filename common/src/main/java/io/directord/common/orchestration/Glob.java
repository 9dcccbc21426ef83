package io.directord.common.orchestration;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Finds files by {@code *}, {@code ?} and {@code [ ]} in any part of a path, as a shell does: no
 * part matches across a {@code /}, and a leading dot must be written.
 */
final class Glob {
  private Glob() {}

  /** Whether it may name several files. */
  static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[');
  }

  /**
   * The matching paths, sorted; the pattern as a plain name comes first. Dangling links are
   * included if a pattern matches them.
   */
  static List<Path> find(Path directory, String pattern) throws IOException {
    Path plain = directory.resolve(pattern);
    if (Files.exists(plain)) {
      return List.of(plain);
    }
    List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : directory);
    for (String part : pattern.split("/+")) {
      if (!part.isEmpty()) {
        found = step(found, part);
      }
    }
    return found.stream().sorted().toList();
  }

  private static List<Path> step(List<Path> directories, String part) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path directory : directories) {
      if (!isPattern(part)) {
        if (Files.exists(directory.resolve(part))) {
          found.add(directory.resolve(part));
        }
      } else if (Files.isDirectory(directory)) {
        list(directory, part, found);
      }
    }
    return found;
  }

  private static void list(Path directory, String part, List<Path> found) throws IOException {
    Pattern pattern = Pattern.compile(regex(part), Pattern.DOTALL);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        if (name.startsWith(".") == part.startsWith(".") && pattern.matcher(name).matches()) {
          found.add(child);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static String regex(String part) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      int close = c == '[' ? part.indexOf(']', i + 2) : -1;
      if (c == '*') {
        out.append(".*");
      } else if (c == '?') {
        out.append('.');
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
