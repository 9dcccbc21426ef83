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
   * What there is of that name, sorted by path; the pattern itself first of all, as a plain name. A
   * link that leads nowhere is there too, if a pattern matches it.
   */
  static List<Path> find(Path folder, String pattern) throws IOException {
    Path plain = folder.resolve(pattern);
    if (Files.exists(plain)) {
      return List.of(plain);
    }
    List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : folder);
    for (String part : pattern.split("/+")) {
      if (!part.isEmpty()) {
        found = step(found, part);
      }
    }
    return found.stream().sorted().toList();
  }

  private static List<Path> step(List<Path> folders, String part) throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path folder : folders) {
      if (!isPattern(part)) {
        if (Files.exists(folder.resolve(part))) {
          found.add(folder.resolve(part));
        }
      } else if (Files.isDirectory(folder)) {
        list(folder, part, found);
      }
    }
    return found;
  }

  private static void list(Path folder, String part, List<Path> found) throws IOException {
    Pattern pattern = Pattern.compile(regex(part), Pattern.DOTALL);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
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
