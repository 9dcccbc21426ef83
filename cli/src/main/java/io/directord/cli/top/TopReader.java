package io.directord.cli.top;

import io.directord.common.api.Bodies;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.ServerStatus;
import java.io.IOException;
import java.time.Instant;

/** Asks the server for what is shown: three small requests each time. For one thread. */
final class TopReader {
  private static final double NANOS = 1e9;

  private final ServerConnection server;
  private ServerLoad before;
  private Instant startedAt;
  private long beforeNanos;

  TopReader(ServerConnection server) {
    this.server = server;
  }

  TopReading read(Wanted wanted) throws IOException {
    ServerStatus status = server.status();
    ServerLoad load = ServerLoad.of(new MetricsText(server.metrics()));
    long nanos = System.nanoTime();
    boolean goesOn = before != null && status.startedAt().equals(startedAt);
    Double rate =
        goesOn ? (load.results() - before.results()) * NANOS / (nanos - beforeNanos) : null;
    before = load;
    startedAt = status.startedAt();
    beforeNanos = nanos;
    boolean isJobs = wanted.view() == Listed.JOBS;
    return new TopReading(
        Instant.now(),
        status,
        load,
        rate,
        isJobs ? jobs(wanted) : null,
        isJobs
            ? null
            : server.nodePage(wanted.target(), wanted.order(), wanted.offset(), wanted.limit()));
  }

  private Bodies.Jobs jobs(Wanted wanted) throws IOException {
    return wanted.ended()
        ? new Bodies.Jobs(server.newestJobs(Wanted.MAX_JOBS), 0)
        : server.openJobs(Wanted.MAX_JOBS, wanted.filter());
  }
}
