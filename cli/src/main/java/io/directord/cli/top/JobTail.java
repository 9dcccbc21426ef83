package io.directord.cli.top;

import io.directord.cli.output.Display;
import io.directord.cli.output.JobSheet;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The output of a job as it comes, or with the results of its nodes. Follows on a thread of its own
 * until it is closed; what it has may be read by others meanwhile.
 */
final class JobTail implements AutoCloseable {
  private static final long PAUSE_MILLIS = 1000;

  private final ServerConnection server;
  private final JobSummary job;
  private final Runnable changed;
  private final Thread thread;
  private final Deque<String> lines = new ArrayDeque<>();

  /** By node and stream, what has no line end yet. */
  private final Map<String, String> begun = new TreeMap<>();

  private final Set<String> streamed = new HashSet<>();
  private long dropped;
  private boolean ended;

  /**
   * Lines that are kept.
   *
   * @param dropped how many stood before them
   */
  record Lines(List<String> lines, long dropped) {}

  /**
   * @param changed called whenever there is more, on the thread that follows
   */
  JobTail(ServerConnection server, JobSummary job, Runnable changed) {
    this.server = server;
    this.job = job;
    this.changed = changed;
    this.thread = new Thread(this::run, "tail");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  String title() {
    return "Output of " + Display.shortId(job.id()) + " " + job.title().line();
  }

  synchronized Lines lines() {
    List<String> all = new ArrayList<>(lines);
    begun.forEach((of, text) -> all.add(of + text));
    if (!ended) {
      all.add(
          all.isEmpty()
              ? "-- nothing yet; without --stream the output of a node comes with its result"
              : "-- waiting for more");
    }
    return new Lines(all, dropped);
  }

  private void run() {
    EventFilter filter = new EventFilter(Set.of(job.parent().id()), EventFilter.Detail.OUTPUT);
    while (!Thread.currentThread().isInterrupted()) {
      try {
        reset();
        if (known().isEmpty()) {
          changed.run();
          return;
        }
        server.follow(
            filter,
            event -> {
              boolean goesOn = on(event) && !hasEndedUnseen(event);
              changed.run();
              return goesOn;
            });
        return;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        say("-- " + IoErrors.sayWhere(e) + "; trying again");
        changed.run();
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The job as it stands; empty, which is said, if the server does not have it any more. */
  private Optional<JobSummary> known() throws IOException {
    Optional<JobSummary> found =
        server.jobs(job.parent().id()).stream().filter(one -> one.id().equals(job.id())).findAny();
    if (found.isEmpty()) {
      end("-- the server does not have this job any more");
    }
    return found;
  }

  /** Whether its end was among what is missing, and is not told again. */
  private boolean hasEndedUnseen(Event event) throws IOException {
    if (!(event instanceof Event.Missed missed) || !missed.mayHideEnds()) {
      return false;
    }
    Optional<JobSummary> now = known();
    if (now.isPresent() && now.get().processing()) {
      return false;
    }
    now.ifPresent(this::end);
    return true;
  }

  private void end(JobSummary as) {
    end("-- has ended: " + as.succeeded() + " ok, " + as.failed() + " failed");
  }

  private synchronized void end(String line) {
    ended = true;
    say(line);
  }

  /** A follower is told the results again that were there before. */
  private synchronized void reset() {
    lines.clear();
    begun.clear();
    streamed.clear();
    dropped = 0;
  }

  private synchronized void say(String line) {
    lines.add(line);
    if (lines.size() > TextPane.MAX_LINES) {
      lines.removeFirst();
      dropped++;
    }
  }

  private synchronized boolean on(Event event) {
    if (event instanceof Event.JobOutput output && output.jobId().equals(job.id())) {
      streamed.add(output.node());
      if (output.lostLines() > 0) {
        say(output.node() + "| -- " + output.lostLines() + " lines were not sent");
      }
      add(output.node() + "| ", output.text());
    } else if (event instanceof Event.NodeAnswered answered && answered.jobId().equals(job.id())) {
      answered(answered.outcome());
    } else if (event instanceof Event.Missed missed) {
      say("-- " + missed.events() + " events are missing here: too much for this connection");
    } else if (event instanceof Event.JobEnded end && end.job().id().equals(job.id())) {
      end(end.job());
      return false;
    }
    return true;
  }

  private void answered(NodeOutcome outcome) {
    String of = outcome.node() + "| ";
    if (streamed.contains(outcome.node())) {
      String rest = begun.remove(of);
      if (rest != null) {
        say(of + rest);
      }
    } else {
      lines(of, outcome.stdout());
      lines(of, outcome.stderr());
    }
    say("-- " + outcome.node() + ": " + job.title().without(JobSheet.how(outcome)));
  }

  private void lines(String of, String text) {
    if (text != null) {
      text.lines().forEach(line -> say(of + line));
    }
  }

  /** Output may be cut within a line. */
  private void add(String of, String text) {
    String all = begun.getOrDefault(of, "") + text;
    int end = all.lastIndexOf('\n') + 1;
    lines(of, all.substring(0, end));
    String rest = all.substring(end);
    if (rest.length() > TextPane.MAX_LINE) {
      say(of + rest);
      rest = "";
    }
    if (rest.isEmpty()) {
      begun.remove(of);
    } else {
      begun.put(of, rest);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
