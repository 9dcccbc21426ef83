package io.directord.server.link;

/** The credential that a node has proved when it connected. */
public sealed interface Credential {

  /** The secret half of a key of its own, which is pinned at enrolment. */
  record NodeKey(String z85) implements Credential {
    @Override
    public String text() {
      return z85;
    }
  }

  /**
   * A secret shared with other nodes. Its identity is only claimed, and gives way to a node with a
   * key.
   */
  record SharedSecret() implements Credential {
    private static final String TEXT = "legacy";

    @Override
    public String text() {
      return TEXT;
    }
  }

  /** Nothing: the link is insecure. */
  record None() implements Credential {
    @Override
    public String text() {
      return "";
    }
  }

  /** The stored form, without whitespace. */
  String text();

  /** From {@link #text}. */
  static Credential of(String text) {
    return switch (text) {
      case "" -> new None();
      case SharedSecret.TEXT -> new SharedSecret();
      default -> new NodeKey(text);
    };
  }
}
