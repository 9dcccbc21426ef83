package io.directord.common.config;

import java.nio.file.Path;
import java.util.Map;

/** The user's home directory. */
public final class Home {
  /**
   * What Debian gives to users without a home directory. It does not exist and must not be created.
   */
  private static final Path NONE = Path.of("/nonexistent");

  private Home() {}

  /**
   * The value of {@code HOME}, else the home directory in the user database. Without either, as
   * with a user of a container that is only a number, a path that does not exist: never one that
   * depends on the working directory.
   */
  public static Path of(Map<String, String> environment) {
    return of(environment.get("HOME"), System.getProperty("user.home"));
  }

  static Path of(String variable, String system) {
    if (variable != null && variable.startsWith("/")) {
      return Path.of(variable);
    }
    return system != null && system.startsWith("/") ? Path.of(system) : NONE;
  }
}
