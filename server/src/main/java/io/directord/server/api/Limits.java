package io.directord.server.api;

import java.time.Duration;

/**
 * What one connection, and all together, may take.
 *
 * @param connections open at once
 * @param lineBytes of a request line
 * @param headerBytes of all headers of a request
 * @param tick how often silence is looked at: half requests end after two ticks, idle connections
 *     after four, and followers are sent a sign of life at each
 * @param answer how long an answer may take
 */
record Limits(int connections, int lineBytes, int headerBytes, Duration tick, Duration answer) {
  static final Limits DEFAULT =
      new Limits(512, 16 << 10, 16 << 10, Duration.ofSeconds(15), Duration.ofSeconds(50));
}
