package io.directord.nats;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The subjects at the broker, all of which begin with the site's prefix.
 *
 * @param prefix such as {@code directord.ham}
 */
public record Subjects(String prefix) {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int RANDOM_BYTES = 16;

  /** Where a node asks for a session, and the leading server listens. */
  public String hello() {
    return prefix + ".hello";
  }

  /** Where nodes ask for contents, and send theirs. */
  public String content() {
    return prefix + ".content";
  }

  /** A new one where a server receives what nodes say in their sessions. */
  public String newServer() {
    return prefix + ".s." + random();
  }

  /** A new one where a node receives. */
  public String newNode() {
    return prefix + ".n." + random();
  }

  /** Where every node hears that a server has begun. */
  public String everyNode() {
    return prefix + ".n.all";
  }

  /** Whether a node may receive there. */
  public boolean isNode(String subject) {
    return subject != null
        && subject.length() == prefix.length() + 3 + 2 * RANDOM_BYTES
        && subject.startsWith(prefix + ".n.")
        && isHex(subject.substring(prefix.length() + 3));
  }

  private static boolean isHex(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
  }

  private static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
