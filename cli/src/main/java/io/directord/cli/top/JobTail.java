package io.directord.cli.top;

import io.directord.cli.output.Display;
import io.directord.cli.output.JobSheet;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.CapturedOutput;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.OutputPosition;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
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

  /** By node and stream, the last line as long as its end has not come. */
  private final Map<String, String> begun = new TreeMap<>();

  /** By node and stream, the position behind the last output that came. */
  private final Map<Source, OutputPosition> streamed = new HashMap<>();

  /** Streams whose positions do not fit the text of the result. */
  private final Set<Source> uncounted = new HashSet<>();

  /** The results that are shown, without their output, by node: followers are told them again. */
  private final Map<String, NodeOutcome> answers = new HashMap<>();

  private long dropped;
  private boolean ended;

  /** A stream of output. */
  private record Source(String node, Stream stream) {}

  /** Thrown if the server does not have the job. */
  private static final class NotKnownException extends IOException {
    private static final long serialVersionUID = 1;
  }

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
    EventFilter filter =
        new EventFilter(Set.of(job.parent().id()), EventFilter.Detail.OUTPUT, Set.of(job.id()));
    while (!Thread.currentThread().isInterrupted()) {
      try {
        server.follow(
            filter,
            this::requireKnown,
            event -> {
              boolean goesOn = on(event) && !hasEndedUnseen(event);
              changed.run();
              return goesOn;
            });
        return;
      } catch (NotKnownException e) {
        changed.run();
        return;
      } catch (IOException e) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        away("-- " + IoErrors.sayWhere(e) + "; trying again");
        changed.run();
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** While it is followed: of one that was deleted before, no event would tell. */
  private void requireKnown() throws IOException {
    if (known().isEmpty()) {
      throw new NotKnownException();
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

  /** Whether the job has ended, and the event of that is among those that were missed. */
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

  /** Once for each reason, however often it is tried. */
  private synchronized void away(String line) {
    if (!line.equals(lines.peekLast())) {
      say(line);
    }
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
      streamed(output);
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

  private void streamed(Event.JobOutput output) {
    String of = output.node() + "| ";
    Source source = new Source(output.node(), output.stream());
    OutputPosition last = streamed.getOrDefault(source, OutputPosition.START);
    OutputPosition now = output.position() == null ? last : output.position();
    if (now.lines() > last.lines()) {
      say(of + "-- lines that are missing here: " + (now.lines() - last.lines()));
    }
    if (output.position() == null || output.lostLines() > 0) {
      uncounted.add(source);
    }
    if (output.lostLines() > 0) {
      say(of + "-- " + output.lostLines() + " lines were not sent");
    }
    streamed.put(source, now.after(output.text().chars().filter(one -> one == '\n').count()));
    add(of, output.text());
  }

  private void answered(NodeOutcome outcome) {
    NodeOutcome brief = outcome.withOutput(CapturedOutput.EMPTY);
    if (brief.equals(answers.put(outcome.node(), brief))) {
      return;
    }
    String of = outcome.node() + "| ";
    boolean more = rest(outcome, Stream.STDOUT, outcome.stdout());
    more |= rest(outcome, Stream.STDERR, outcome.stderr());
    String rest = begun.remove(of);
    if (rest != null && !more) {
      say(of + rest);
    }
    say("-- " + outcome.node() + ": " + job.title().without(JobSheet.how(outcome)));
  }

  /** Shows what of a result's output was not streamed, whole lines of it; whether there is any. */
  private boolean rest(NodeOutcome outcome, Stream stream, String text) {
    Source source = new Source(outcome.node(), stream);
    OutputPosition seen = streamed.getOrDefault(source, OutputPosition.START);
    boolean unknown = uncounted.contains(source) || outcome.details().cut();
    if (text == null || seen.pieces() > 0 && unknown) {
      return false;
    }
    int from = 0;
    for (long line = 0; line < seen.lines(); line++) {
      from = text.indexOf('\n', from) + 1;
      if (from == 0) {
        return false;
      }
    }
    lines(outcome.node() + "| ", text.substring(from));
    return from < text.length();
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
