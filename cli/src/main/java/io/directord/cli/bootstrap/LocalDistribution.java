package io.directord.cli.bootstrap;

import io.directord.common.config.Product;
import io.directord.common.security.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The distribution that is to be copied, with the Java runtime that it may carry in {@code java}.
 *
 * @param name made of its version and of all its files, so that another one has another name
 * @param files SHA-256 of every file, by its path in the distribution
 */
record LocalDistribution(Path home, String name, Map<String, String> files) {
  private static final int ID_DIGITS = 12;

  /** Not copied: a class archive can only be used in the directory where it was made. */
  private static final String CLASS_ARCHIVE = ".jsa";

  static LocalDistribution read(Path home) throws IOException {
    Map<String, String> files = new TreeMap<>();
    StringBuilder all = new StringBuilder();
    for (String part : List.of("bin", "lib", "share", "java")) {
      if (Files.isDirectory(home.resolve(part))) {
        for (Path file : filesIn(home.resolve(part))) {
          String path = home.relativize(file).toString();
          files.put(path, Digests.sha256(file));
          all.append(files.get(path)).append(Files.isExecutable(file)).append(path).append('\n');
        }
      }
    }
    String id = Digests.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    return new LocalDistribution(
        home, "directord-" + Product.version() + "-" + id.substring(0, ID_DIGITS), files);
  }

  boolean hasJava() {
    return files.containsKey("java/bin/java");
  }

  private static List<Path> filesIn(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(CLASS_ARCHIVE))
          .sorted()
          .toList();
    }
  }
}
