package io.directord.server.link;

/** What a node has proved of itself when it connected. */
public sealed interface Credential {

  /** That it holds the secret half of a key of its own, which is pinned when it enrols. */
  record NodeKey(String z85) implements Credential {
    @Override
    public String text() {
      return z85;
    }
  }

  /**
   * That it knows a secret which other nodes know too. Its identity is only what it says, and gives
   * way to a node that has a key.
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

  /** As it is kept with a node that has enrolled by it; never contains a blank. */
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
