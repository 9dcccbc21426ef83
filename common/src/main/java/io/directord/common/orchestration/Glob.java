package io.directord.common.orchestration;

import io.directord.common.tree.Wildcards;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Finds files by {@code *}, {@code ?} and {@code [ ]} in any part of a path, as a shell does: no
 * part matches across a {@code /}, and a leading dot must be written.
 */
final class Glob {
  private Glob() {}

  /**
   * The matching paths, sorted. A pattern that matches nothing is taken as a plain name, as a shell
   * does; {@code [*]}, {@code [?]} and {@code [[]} stand for these characters themselves. Dangling
   * links are included if a pattern matches them.
   */
  static List<Path> find(Path directory, String pattern) throws IOException {
    Path plain = directory.resolve(pattern);
    List<Path> asPlain = Files.exists(plain) ? List.of(plain) : List.of();
    if (!Wildcards.isPattern(pattern)) {
      return asPlain;
    }
    try {
      List<Path> found = matching(directory, pattern);
      return found.isEmpty() ? asPlain : found;
    } catch (PatternSyntaxException e) {
      if (asPlain.isEmpty()) {
        throw e;
      }
      return asPlain;
    }
  }

  private static List<Path> matching(Path directory, String pattern) throws IOException {
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
      if (!Wildcards.isPattern(part)) {
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
    Pattern pattern = Wildcards.ofName(part);
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
}
