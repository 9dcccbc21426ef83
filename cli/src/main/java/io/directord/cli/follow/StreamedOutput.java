package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Captured;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Nodes' output while it is produced, in whole lines, under a heading whenever it is another node's
 * or another stream's than before; and a line for each job that ended.
 */
public final class StreamedOutput implements Report {

  private record Source(UUID job, String node, Stream stream) {}

  /** What of a source was received, and the part of it that is no whole line yet. */
  private static final class Received {
    private final StringBuilder pending = new StringBuilder();
    private long characters;
  }

  private final PrintStream out;
  private final Map<Source, Received> sources = new HashMap<>();
  private Source last;

  public StreamedOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void on(Event event, Run run) {
    if (event instanceof Event.JobOutput output) {
      add(new Source(output.jobId(), output.node(), output.stream()), output.text());
    } else if (event instanceof Event.NodeAnswered answered) {
      NodeOutcome outcome = answered.outcome();
      finish(new Source(answered.jobId(), outcome.node(), Stream.STDOUT), outcome.stdout());
      finish(new Source(answered.jobId(), outcome.node(), Stream.STDERR), outcome.stderr());
    } else if (event instanceof Event.JobEnded ended) {
      out.println(JobLines.line(ended.job()));
      last = null;
    }
    out.flush();
  }

  private void add(Source source, String text) {
    Received received = sources.computeIfAbsent(source, s -> new Received());
    received.characters += text.length();
    received.pending.append(text);
    int end = received.pending.lastIndexOf("\n") + 1;
    if (end > 0) {
      print(source, received.pending.substring(0, end));
      received.pending.delete(0, end);
    }
  }

  /**
   * Prints what did not come as it was produced: a short job's whole output, and what was lost
   * while the server was away. Of output so long that the node cut its middle out, the rest was
   * seen.
   */
  private void finish(Source source, String all) {
    Received received = sources.remove(source);
    long seen = received == null ? 0 : received.characters;
    String pending = received == null ? "" : received.pending.toString();
    boolean whole = all != null && all.length() > seen && seen < Captured.MAX_BYTES / 2;
    String rest = pending + (whole ? all.substring((int) seen) : "");
    if (!rest.isEmpty()) {
      print(source, rest.endsWith("\n") ? rest : rest + "\n");
    }
  }

  private void print(Source source, String lines) {
    if (!source.equals(last)) {
      out.println(source.node() + " -- " + source.stream());
      last = source;
    }
    out.print(lines);
  }
}
