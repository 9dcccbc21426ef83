package io.directord.cli.follow;

import io.directord.cli.console.Failure;
import io.directord.common.api.ApiException;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Receipt;
import io.directord.common.api.ServerConnection;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Follows a run until all its jobs have ended. Reconnects if the server closes the connection, so
 * that a restart of the server does not end the wait.
 */
public final class RunFollower {
  /** The server refuses the request, and would do so again. */
  private static final Set<ErrorCode> SHUT_OUT =
      Set.of(ErrorCode.NOT_AUTHENTICATED, ErrorCode.NO_PERMISSION, ErrorCode.CERTIFICATE_CHANGED);

  /**
   * Timeout of reconnecting. A restart takes seconds; a server that is away for longer was stopped.
   */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Limit set by the length of a request line; further parents are followed after these. */
  private static final int MAX_PARENTS = 300;

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

  /** Timeout of what is asked once the wait has taken too long. */
  private static final Duration LAST_QUESTIONS = Duration.ofSeconds(5);

  private final ServerConnection server;
  private final Run run;
  private final RunDisplay report;
  private final NodeNotices notices;
  private final EventFilter.Detail detail;
  private volatile boolean timeIsUp;
  private boolean resultsMissed;
  private boolean mayHaveMissedEnds;
  private boolean submitted;
  private boolean away;
  private Waiting waiting;
  private Standstill standstill;
  private Duration limit;
  private Thread alarm;

  /** The server does not have all of the jobs any more that it was given. */
  private static final class ForgottenException extends IOException {
    private static final long serialVersionUID = 1;
  }

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
   * @param limit timeout of the wait, or null for none; it begins once the server has the jobs, so
   *     that a submission is never cut off with nobody knowing whether it was taken
   * @throws Failure if waiting was given up
   * @throws IOException also if the run could not be submitted
   */
  public void follow(SubmissionCall submission, Duration limit)
      throws Failure, IOException, InterruptedException {
    this.limit = limit;
    try {
      while (!run.ended() && !run.isStopped() && !report.isUnread()) {
        followOnce(submission);
      }
      if (!run.ended() && report.isUnread()) {
        throw unshown();
      }
      if (!run.ended()) {
        learnOfStopped();
      }
    } catch (IOException | InterruptedException e) {
      if (timeIsUp) {
        throw tooLong(e);
      }
      if (!standsStill()) {
        throw e;
      }
      // Clears the interrupt.
      Thread.interrupted();
      learnOfStopped();
    } finally {
      if (alarm != null) {
        end(alarm);
      }
      if (waiting != null) {
        waiting.close();
        standstill.close();
      }
      if (timeIsUp || standsStill()) {
        // The thread that ended the wait may have done so when it was over.
        Thread.interrupted();
      }
      report.close();
    }
  }

  /** Ends the thread of the alarm, which does not interrupt this one after that. */
  static void end(Thread thread) {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean standsStill() {
    return standstill != null && standstill.isFound();
  }

  private void followOnce(SubmissionCall submission)
      throws Failure, IOException, InterruptedException {
    if (mayHaveMissedEnds) {
      // A server that has no memory for events is not asked for them again at once.
      mayHaveMissedEnds = false;
      Thread.sleep(BETWEEN_TRIES.toMillis());
    }
    Set<UUID> parents = run.liveParents().stream().limit(MAX_PARENTS).collect(Collectors.toSet());
    EventFilter all = new EventFilter(parents, detail);
    try {
      server.follow(
          submitted ? all.resuming(open(parents)) : all,
          () -> {
            run.followed();
            if (submitted) {
              requireKnown(parents);
            } else {
              submit(submission);
            }
          },
          event ->
              on(event)
                  && !run.isStopped()
                  && !report.isUnread()
                  && !(event instanceof Event.JobEnded && allEnded(parents)));
    } catch (ForgottenException e) {
      throw gaveUp("The server no longer knows these jobs, or some of them", List.of(), e);
    } catch (IOException e) {
      boolean refused = e instanceof ApiException of && of.code() != ErrorCode.STANDBY;
      if (refused || timeIsUp || !submitted || standsStill()) {
        throw e;
      }
      reconnect();
    }
  }

  private void reconnect() throws Failure, IOException, InterruptedException {
    report.serverAway();
    awaitServer();
    if (away) {
      away = false;
      notices.say("Connected to the server again.");
    }
  }

  /** For what is shown at the end. */
  private void learnOfStopped() throws Failure, IOException, InterruptedException {
    Set<UUID> parents = new LinkedHashSet<>();
    run.paused().forEach(state -> parents.add(state.parentId()));
    parents.addAll(run.blocked().keySet());
    for (UUID parent : parents) {
      learnOf(parent);
    }
    notices.say(PausedText.of(run));
  }

  /** Asks for the jobs of which more is to be known than that nothing of them has begun. */
  private void learnOf(UUID parent) throws Failure, IOException, InterruptedException {
    Map<UUID, JobSummary> now =
        asked(() -> server.jobs(parent)).stream()
            .collect(Collectors.toMap(JobSummary::id, job -> job));
    Set<List<String>> seen = new HashSet<>();
    for (Run.Progress job : run.jobs()) {
      if (job.ended() || !job.job().parent().id().equals(parent)) {
        continue;
      }
      JobSummary summary = now.get(job.job().id());
      boolean hasResults =
          summary == null
              || summary.counts().targets() - summary.counts().open() > job.answers().size();
      // Nodes that have not begun are those of the parent, whichever of its jobs is asked for.
      if (seen.add(job.targets()) || hasResults) {
        run.learn(asked(() -> server.job(job.job().id())));
      }
    }
  }

  /** A question to the server. */
  @FunctionalInterface
  private interface Question<T> {
    T ask() throws IOException;
  }

  /** Asks again when the server is back. */
  private <T> T asked(Question<T> question) throws Failure, IOException, InterruptedException {
    while (true) {
      try {
        return question.ask();
      } catch (IOException e) {
        if (timeIsUp || e instanceof ApiException of && of.code() != ErrorCode.STANDBY) {
          throw e;
        }
        reconnect();
      }
    }
  }

  private boolean allEnded(Set<UUID> parents) {
    Set<UUID> live = run.liveParents();
    return parents.stream().noneMatch(live::contains);
  }

  private void submit(SubmissionCall submission) throws IOException {
    Receipt receipt = submission.submit();
    submitted = true;
    if (limit != null) {
      alarm = alarm(Thread.currentThread(), limit);
    }
    run.taken(receipt);
    notices.taken(receipt);
    report.begin();
    waiting = Waiting.start(server, run, report, notices);
    standstill = Standstill.watch(server, run);
  }

  /** Of jobs that were deleted before they were followed anew no event tells. */
  private void requireKnown(Set<UUID> parents) throws IOException {
    Set<UUID> known = new HashSet<>();
    for (UUID parent : parents) {
      server.jobs(parent).forEach(job -> known.add(job.id()));
    }
    if (!known.containsAll(open(parents))) {
      throw new ForgottenException();
    }
  }

  /** Jobs of these parents that have not ended as far as is known. */
  private Set<UUID> open(Set<UUID> parents) {
    return run.jobs().stream()
        .filter(job -> !job.ended() && parents.contains(job.job().parent().id()))
        .map(job -> job.job().id())
        .collect(Collectors.toSet());
  }

  /**
   * Handles an event. Returns false if the server may have dropped the end of a job, so that the
   * events must be requested again. Results that it has dropped are requested when their job ends.
   */
  private boolean on(Event event) throws IOException {
    if (event instanceof Event.Missed missed) {
      report.missed(missed, run);
      resultsMissed |= missed.results() > 0;
      mayHaveMissedEnds = missed.mayHideEnds();
      return !mayHaveMissedEnds;
    }
    if (event instanceof Event.JobEnded ended) {
      boolean all = detail.compareTo(EventFilter.Detail.NODES) >= 0;
      if (all || resultsMissed && detail == EventFilter.Detail.FAILURES) {
        fetchMissing(run.job(ended.job().id()), all ? Integer.MAX_VALUE : ended.job().failed());
      }
    }
    if (event instanceof Event.NodeChanged changed) {
      notices.changed(changed, run);
    } else if (run.apply(event)) {
      report.on(event, run);
      if (event instanceof Event.RunChanged changed) {
        notices.runChanged(changed.run(), run);
      }
      if (event instanceof Event.JobEnded ended) {
        notices.ended(run.job(ended.job().id()));
      }
    }
    return true;
  }

  /**
   * Requests the results of a job that has ended which were not told: those that the server dropped
   * since they were not read in time, or were too much.
   *
   * @param failures how many are wanted if only failures are; else beyond all
   */
  private void fetchMissing(Run.Progress job, int failures) throws IOException {
    if (job == null || job.ended()) {
      return;
    }
    boolean all = failures == Integer.MAX_VALUE;
    for (String node : job.targets()) {
      if (!all && job.answers().size() >= failures) {
        return;
      }
      if (!job.answers().containsKey(node)) {
        NodeOutcome outcome = server.result(job.job().id().toString(), node, null).result();
        Event.NodeAnswered answered =
            new Event.NodeAnswered(job.job().id(), job.job().parent().id(), outcome);
        boolean wanted =
            all ? outcome.state().ended() : outcome.state() == NodeOutcome.State.FAILED;
        if (wanted && run.apply(answered)) {
          report.on(answered, run);
        }
      }
    }
  }

  private void awaitServer() throws Failure, IOException, InterruptedException {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      try {
        for (UUID parent : run.liveParents().stream().limit(1).toList()) {
          server.jobs(parent);
        }
        return;
      } catch (IOException e) {
        if (timeIsUp || e instanceof Coded coded && SHUT_OUT.contains(coded.code())) {
          throw e;
        }
        if (System.nanoTime() > end) {
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

  private Failure tooLong(Exception cause) {
    String why = "The jobs have not ended within " + seconds(limit);
    // Clears the interrupt of the alarm.
    Thread.interrupted();
    List<String> more = new ArrayList<>();
    Thread end = alarm(Thread.currentThread(), LAST_QUESTIONS);
    try {
      UnendedText.add(more, run, server);
    } catch (InterruptedIOException e) {
      more.add("  The server has not said more within " + seconds(LAST_QUESTIONS));
    } catch (IOException e) {
      more.add("  The server cannot be asked for more: " + IoErrors.sayWhere(e));
    } finally {
      end(end);
      Thread.interrupted();
    }
    return gaveUp(why, more, cause);
  }

  /** What is shown as it comes reaches nobody; why it cannot be written is told by the command. */
  private Failure unshown() {
    return notices.outputFailure() == null
        ? gaveUp("Nobody reads the output any more", List.of(), null)
        : gaveUp(ErrorCode.OUTPUT_NOT_WRITTEN, "The output cannot be written", List.of(), null);
  }

  private static Failure gaveUp(String why, List<String> more, Exception cause) {
    return gaveUp(ErrorCode.GAVE_UP, why, more, cause);
  }

  private static Failure gaveUp(ErrorCode code, String why, List<String> more, Exception cause) {
    List<String> lines = new ArrayList<>();
    lines.add(why + "; waiting was given up, the jobs were not cancelled.");
    lines.addAll(more);
    lines.add("See 'directord manage --list-jobs'.");
    return new Failure(code, String.join("\n", lines), cause);
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
