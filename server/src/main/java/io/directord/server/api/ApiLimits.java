package io.directord.server.api;

import io.directord.server.link.OpenFiles;
import java.time.Duration;

/**
 * Limits of one connection, and of all together.
 *
 * @param connections open at once at one listener
 * @param lineBytes of a request line
 * @param headerBytes of all headers of a request
 * @param tick interval of checks: partial requests end after two ticks, idle connections after
 *     four, and followers are sent a keep-alive at each
 * @param answer timeout of a reply
 */
record ApiLimits(int connections, int lineBytes, int headerBytes, Duration tick, Duration answer) {
  private static final int MAX_CONNECTIONS = 512;

  /** Of the connections that the process may have: what the ports of nodes leave to two. */
  private static final int CONNECTIONS_PERCENT = 5;

  private static final int LINE_BYTES = 16 << 10;
  private static final int HEADER_BYTES = 16 << 10;
  private static final Duration TICK = Duration.ofSeconds(15);
  private static final Duration ANSWER = Duration.ofSeconds(50);

  /** Those of a process that may have so many files open. */
  static ApiLimits of(OpenFiles files) {
    int connections = Math.min(MAX_CONNECTIONS, files.connections(CONNECTIONS_PERCENT));
    return new ApiLimits(connections, LINE_BYTES, HEADER_BYTES, TICK, ANSWER);
  }
}
