package io.directord.client.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Where file systems are mounted, as the kernel says it. */
final class MountPoints {
  private static final Path ALL = Path.of("/proc/self/mountinfo");
  private static final int FIELD = 4;
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");

  private final Set<String> paths;

  private MountPoints(Set<String> paths) {
    this.paths = paths;
  }

  static MountPoints now() throws IOException {
    return new MountPoints(
        Files.readAllLines(ALL).stream()
            .map(line -> unescaped(line.split(" ")[FIELD]))
            .collect(Collectors.toSet()));
  }

  private static String unescaped(String text) {
    Matcher escapes = ESCAPED.matcher(text);
    return escapes.replaceAll(
        found ->
            Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 8))));
  }

  /** Whether something is mounted at this path, whose links are resolved. */
  boolean contain(Path path) {
    return paths.contains(path.toString());
  }
}
