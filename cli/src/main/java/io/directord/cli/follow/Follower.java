package io.directord.cli.follow;

import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.common.api.ApiException;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/**
 * Follows a run until all its jobs have ended. A server that goes away is waited for, and followed
 * anew when it is back, so its restart does not lose the wait.
 */
public final class Follower {
  /** A restart takes seconds; what is away for longer was stopped. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  private final ServerConnection server;
  private final Run run;
  private final Report report;
  private final EventFilter.Detail detail;
  private volatile boolean timeIsUp;

  public Follower(ServerConnection server, Run run, Report report, EventFilter.Detail detail) {
    this.server = server;
    this.run = run;
    this.report = report;
    this.detail = detail;
  }

  /**
   * Returns when every job has ended.
   *
   * @param limit null to wait for as long as it takes
   * @throws Failure if waiting was given up
   */
  public void follow(Duration limit) throws Failure, IOException, InterruptedException {
    Thread alarm = limit == null ? null : alarm(Thread.currentThread(), limit);
    try {
      while (!run.ended()) {
        followOnce();
      }
    } catch (IOException | InterruptedException e) {
      if (timeIsUp) {
        throw gaveUp("The jobs have not ended within " + limit.toSeconds() + " seconds", e);
      }
      throw e;
    } finally {
      if (alarm != null) {
        alarm.interrupt();
      }
      report.close();
    }
  }

  private void followOnce() throws Failure, IOException, InterruptedException {
    try {
      server.follow(new EventFilter(run.liveParents(), detail), this::on);
    } catch (ApiException e) {
      throw e;
    } catch (IOException e) {
      if (timeIsUp) {
        throw e;
      }
      report.serverAway();
      awaitServer();
    }
  }

  /** False, to be told anew what has happened, if the server had to leave something out. */
  private boolean on(Event event) {
    if (event instanceof Event.Missed) {
      return false;
    }
    if (run.apply(event)) {
      report.on(event, run);
    }
    return !run.ended();
  }

  private void awaitServer() throws Failure, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        for (UUID parent : run.liveParents()) {
          if (server.jobs(parent).isEmpty()) {
            throw gaveUp("The server was restarted and does not know these jobs any more", null);
          }
        }
        return;
      } catch (IOException e) {
        if (timeIsUp || System.nanoTime() > end) {
          throw gaveUp(
              "The server went away and did not come back for " + PATIENCE.toSeconds() + " seconds",
              e);
        }
        Thread.sleep(BETWEEN_TRIES.toMillis());
      }
    }
  }

  private Failure gaveUp(String why, Exception cause) {
    return new Failure(
        ExitStatus.GAVE_UP,
        why
            + "; waiting was given up, the jobs were not cancelled.\nSee 'directord manage"
            + " --list-jobs'.",
        cause);
  }

  private Thread alarm(Thread waiting, Duration limit) {
    Thread alarm =
        new Thread(
            () -> {
              try {
                Thread.sleep(limit.toMillis());
                timeIsUp = true;
                waiting.interrupt();
              } catch (InterruptedException e) {
                // The run ended in time.
                Thread.currentThread().interrupt();
              }
            },
            "wait-timeout");
    alarm.setDaemon(true);
    alarm.start();
    return alarm;
  }
}
