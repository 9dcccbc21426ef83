package io.directord.common.security;

/**
 * Shows the server that a node has a join token, and is of no use to anybody else: it counts for
 * the node's own key, its identity and machine, and for that server only.
 *
 * @param key public half of the token's key pair, in Z85
 * @param mac in Z85
 */
public record JoinProof(String key, String mac) {
  /** Of 32 bytes in Z85. */
  private static final int LENGTH = 40;

  /** Whether it has the form of one; it may be forged. */
  public boolean isWellFormed() {
    return key != null && key.length() == LENGTH && mac != null && mac.length() == LENGTH;
  }
}
