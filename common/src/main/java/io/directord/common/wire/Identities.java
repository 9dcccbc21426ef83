package io.directord.common.wire;

import java.util.Optional;

/** What may be the name of a node: it stands in logs, in tables and between commas in targets. */
public final class Identities {
  /** As long as ZeroMQ's own names may be. */
  static final int MAX_LENGTH = 255;

  private Identities() {}

  /** What is wrong with a name, to follow it in a sentence; empty if it may be one. */
  public static Optional<String> mistake(String identity) {
    if (identity.isBlank()) {
      return Optional.of("is empty");
    }
    if (identity.length() > MAX_LENGTH) {
      return Optional.of(
          "has " + identity.length() + " characters, and at most " + MAX_LENGTH + " are possible");
    }
    if (identity.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("has control characters");
    }
    if (identity.indexOf(',') >= 0) {
      return Optional.of("has a comma, which stands between the names of targets");
    }
    if (!identity.strip().equals(identity)) {
      return Optional.of("has whitespace at an end");
    }
    return Optional.empty();
  }
}
