package io.directord.common.component;

import io.directord.common.validation.Quoted;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Limits of Linux for the environment of a command. */
public final class EnvironmentVariable {
  /** {@code MAX_ARG_STRLEN} with pages of 4 KiB, for {@code NAME=VALUE} and a NUL at its end. */
  public static final int MAX_BYTES = 128 << 10;

  /** All together; beside the command itself they fit into a quarter of the usual stack. */
  public static final int MAX_ALL_BYTES = 1 << 20;

  private EnvironmentVariable() {}

  /** The reason why a command with that variable could not be started; empty if it could. */
  public static Optional<String> validationError(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      return Optional.of("a name without = is expected, not " + Quoted.of(name));
    }
    if (name.indexOf('\0') >= 0 || value.indexOf('\0') >= 0) {
      return Optional.of(
          "the variable "
              + name.replace('\0', '?')
              + " has a NUL character in it, which ends a text");
    }
    long bytes = bytes(name, value);
    return bytes <= MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            "the variable "
                + name
                + " takes "
                + bytes
                + " bytes, and Linux gives no command one of more than "
                + MAX_BYTES
                + ": deliver a file");
  }

  /** The reason why a command with all these variables could not be started; empty if it could. */
  public static Optional<String> validationError(Map<String, String> all) {
    long bytes = 0;
    for (var entry : all.entrySet()) {
      bytes += bytes(entry.getKey(), entry.getValue());
    }
    return bytes <= MAX_ALL_BYTES
        ? Optional.empty()
        : Optional.of(
            "the node's variables would take "
                + bytes
                + " bytes, and may take "
                + MAX_ALL_BYTES
                + " together: CACHEEVICT envs, or deliver a file");
  }

  private static long bytes(String name, String value) {
    return utf8(name) + utf8(value) + 2L;
  }

  private static long utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
