package io.directord.cli.bootstrap;

import java.util.Map;

/**
 * What every new node is given.
 *
 * @param sharedKey the server's
 * @param settings lines of {@code config.yaml} by key; without {@code server_address}, that is
 *     where this command was run
 */
record NodeSettings(String sharedKey, Map<String, String> settings) {
  static final String SERVER_ADDRESS = "server_address";
}
