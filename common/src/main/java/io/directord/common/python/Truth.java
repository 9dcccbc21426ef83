package io.directord.common.python;

import java.util.Locale;
import java.util.Optional;

/** Truth values as people write them, in options, settings and files. */
public final class Truth {
  private Truth() {}

  /** The truth value of the text; empty if it is none. */
  public static Optional<Boolean> parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "y", "t", "1" -> Optional.of(true);
      case "false", "no", "off", "n", "f", "0" -> Optional.of(false);
      default -> Optional.empty();
    };
  }
}
