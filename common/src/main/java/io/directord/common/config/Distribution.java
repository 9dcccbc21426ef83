package io.directord.common.config;

import java.nio.file.Path;
import java.util.Optional;

/** The distribution that this process runs from. */
public final class Distribution {
  private static final Path JAR = Path.of("lib", "directord.jar");

  private Distribution() {}

  /** Its directory, with {@code bin}, {@code lib} and {@code share}; empty in tests of classes. */
  public static Optional<Path> home() {
    Path first = Path.of(System.getProperty("java.class.path").split(":", 2)[0]).toAbsolutePath();
    return first.endsWith(JAR) ? Optional.of(first.getParent().getParent()) : Optional.empty();
  }
}
