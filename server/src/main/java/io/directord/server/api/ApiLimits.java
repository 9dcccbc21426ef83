package io.directord.server.api;

import java.time.Duration;

/**
 * Limits of one connection, and of all together.
 *
 * @param connections open at once
 * @param lineBytes of a request line
 * @param headerBytes of all headers of a request
 * @param tick interval of checks: partial requests end after two ticks, idle connections after
 *     four, and followers are sent a keep-alive at each
 * @param answer timeout of a reply
 */
record ApiLimits(int connections, int lineBytes, int headerBytes, Duration tick, Duration answer) {
  static final ApiLimits DEFAULT =
      new ApiLimits(512, 16 << 10, 16 << 10, Duration.ofSeconds(15), Duration.ofSeconds(50));
}
