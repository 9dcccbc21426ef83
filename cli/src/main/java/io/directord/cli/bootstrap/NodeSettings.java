package io.directord.cli.bootstrap;

import java.io.IOException;
import java.util.Map;

/**
 * What every new node is given.
 *
 * @param sharedKey the server's; null if nodes are given a join token instead
 * @param joinToken makes one for a node; null if nodes are given the shared key
 * @param settings lines of {@code config.yaml} by key; without {@code server_address}, that is
 *     where this command was run
 */
record NodeSettings(String sharedKey, TokenSource joinToken, Map<String, String> settings) {
  static final String SERVER_ADDRESS = "server_address";

  /** Gives a join token, as text. */
  @FunctionalInterface
  interface TokenSource {
    String get() throws IOException;
  }
}
