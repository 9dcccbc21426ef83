package io.directord.common.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/** The user's home directory. */
public final class Home {
  /** What Debian gives to users who are to have none. It is never there, and never to be made. */
  private static final Path NONE = Path.of("/nonexistent");

  private Home() {}

  /**
   * What {@code HOME} says, else what the system knows of the user. Without either, as with a
   * container's user that is only a number, a path that does not exist: never one that depends on
   * where this process was started.
   */
  public static Path of(Map<String, String> environment) {
    return of(environment.get("HOME"), System.getProperty("user.home"));
  }

  static Path of(String variable, String system) {
    return Stream.of(variable, system)
        .filter(home -> home != null && home.startsWith("/"))
        .findFirst()
        .map(Path::of)
        .orElse(NONE);
  }
}
