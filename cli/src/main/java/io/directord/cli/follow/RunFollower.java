package io.directord.cli.follow;

import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.common.api.ApiException;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.Receipt;
import io.directord.common.api.ServerConnection;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Follows a run until all its jobs have ended. Reconnects if the server closes the connection, so
 * that a restart of the server does not end the wait.
 */
public final class RunFollower {
  /**
   * Timeout of reconnecting. A restart takes seconds; a server that is away for longer was stopped.
   */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Limit set by the length of a request line; further parents are followed after these. */
  private static final int MAX_PARENTS = 300;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  private final ServerConnection server;
  private final Run run;
  private final RunDisplay report;
  private final NodeNotices notices;
  private final EventFilter.Detail detail;
  private volatile boolean timeIsUp;
  private boolean submitted;
  private boolean away;
  private Waiting waiting;

  /** Hands jobs to the server. */
  @FunctionalInterface
  public interface SubmissionCall {
    Receipt submit() throws IOException;
  }

  public RunFollower(
      ServerConnection server,
      Run run,
      RunDisplay report,
      NodeNotices notices,
      EventFilter.Detail detail) {
    this.server = server;
    this.run = run;
    this.report = report;
    this.notices = notices;
    this.detail = detail;
  }

  /**
   * Submits the run once events are being received, and returns when every job has ended.
   *
   * @param submission submits the jobs; called once
   * @param limit timeout of the wait, or null for none
   * @throws Failure if waiting was given up
   * @throws IOException also if the run could not be submitted
   */
  public void follow(SubmissionCall submission, Duration limit)
      throws Failure, IOException, InterruptedException {
    Thread alarm = limit == null ? null : alarm(Thread.currentThread(), limit);
    try {
      while (!run.ended()) {
        followOnce(submission);
      }
    } catch (IOException | InterruptedException e) {
      if (timeIsUp) {
        throw tooLong(limit, e);
      }
      throw e;
    } finally {
      if (alarm != null) {
        alarm.interrupt();
      }
      if (waiting != null) {
        waiting.close();
      }
      report.close();
    }
  }

  private void followOnce(SubmissionCall submission)
      throws Failure, IOException, InterruptedException {
    Set<UUID> parents = run.liveParents().stream().limit(MAX_PARENTS).collect(Collectors.toSet());
    try {
      server.follow(
          new EventFilter(parents, detail),
          () -> submitOnce(submission),
          event -> on(event) && !(event instanceof Event.JobEnded && allEnded(parents)));
    } catch (ApiException e) {
      throw e;
    } catch (IOException e) {
      if (timeIsUp || !submitted) {
        throw e;
      }
      report.serverAway();
      awaitServer();
      if (away) {
        away = false;
        notices.say("Connected to the server again.");
      }
    }
  }

  private boolean allEnded(Set<UUID> parents) {
    Set<UUID> live = run.liveParents();
    return parents.stream().noneMatch(live::contains);
  }

  private void submitOnce(SubmissionCall submission) throws IOException {
    if (!submitted) {
      Receipt receipt = submission.submit();
      submitted = true;
      run.taken(receipt);
      notices.taken(receipt);
      report.begin();
      waiting = Waiting.start(server, run, report, notices);
    }
  }

  /**
   * Handles an event. Returns false if the server has dropped more than output, so that the events
   * must be requested again.
   */
  private boolean on(Event event) {
    if (event instanceof Event.Missed missed) {
      report.missed(missed, run);
      return missed.onlyOutput();
    }
    if (event instanceof Event.NodeChanged changed) {
      notices.changed(changed, run);
    } else if (run.apply(event)) {
      report.on(event, run);
      if (event instanceof Event.JobEnded ended) {
        notices.ended(run.job(ended.job().id()));
      }
    }
    return true;
  }

  private void awaitServer() throws Failure, InterruptedException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        for (UUID parent : run.liveParents()) {
          if (server.jobs(parent).isEmpty()) {
            throw gaveUp(
                "The server was restarted and no longer knows these jobs", List.of(), null);
          }
        }
        return;
      } catch (IOException e) {
        if (timeIsUp || System.nanoTime() > end) {
          throw gaveUp(
              "The server went away and did not come back for " + TIMEOUT.toSeconds() + " seconds",
              List.of(),
              e);
        }
        if (!away) {
          away = true;
          notices.say("Reconnecting: the server has closed the connection; the jobs go on.");
        }
        Thread.sleep(BETWEEN_TRIES.toMillis());
      }
    }
  }

  private static String seconds(Duration limit) {
    BigDecimal seconds = BigDecimal.valueOf(limit.toMillis(), 3).stripTrailingZeros();
    return seconds.toPlainString() + (seconds.equals(BigDecimal.ONE) ? " second" : " seconds");
  }

  private Failure tooLong(Duration limit, Exception cause) {
    String why = "The jobs have not ended within " + seconds(limit);
    // Clears the interrupt of the alarm.
    Thread.interrupted();
    try {
      return gaveUp(why, submitted ? UnendedText.of(run, server) : List.of(), cause);
    } catch (IOException e) {
      return gaveUp(
          why, List.of("  The server cannot be asked for more: " + IoErrors.sayWhere(e)), cause);
    }
  }

  private static Failure gaveUp(String why, List<String> more, Exception cause) {
    List<String> lines = new ArrayList<>();
    lines.add(why + "; waiting was given up, the jobs were not cancelled.");
    lines.addAll(more);
    lines.add("See 'directord manage --list-jobs'.");
    return new Failure(ExitStatus.GAVE_UP, String.join("\n", lines), cause);
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
