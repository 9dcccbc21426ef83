package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Captured;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.OutputPosition;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Prints the output of nodes as it comes, in whole lines, with a heading whenever node, stream or
 * job change, and a line for each job that has ended. In a run of several jobs the heading names
 * the job. Where output is missing, a line says so.
 */
public final class StreamedOutput implements RunDisplay {

  /** The mark that {@link Captured} leaves where it has cut output. */
  private static final String CUT = " bytes cut out by directord ...]";

  /** What stands for bytes that are not UTF-8. */
  private static final char REPLACEMENT = '\uFFFD';

  /** A job on a node. */
  private record Place(UUID job, String node) {}

  private record Source(UUID job, String node, Stream stream) {
    Place place() {
      return new Place(job, node);
    }
  }

  /** What was received from a source, and the last part of it, which is not a whole line yet. */
  private static final class Received {
    private final StringBuilder pending = new StringBuilder();
    private long characters;
    private long lines;

    /** Where the next piece stands, if none is lost; null if positions are not known. */
    private OutputPosition next = OutputPosition.START;

    /** Whether the node has written notes into it, which the output does not have. */
    private boolean noted;

    /** Whether a gap before the next piece is told already. */
    private boolean told;

    /** As {@link String#hashCode} of all that was received. */
    private int hash;

    /** Whether what was received is the beginning of the output, without a gap. */
    private boolean whole = true;

    /** Whether there may be a gap all the same, since the connection was renewed. */
    private boolean unsure;

    void add(Event.JobOutput output) {
      String text = output.text();
      OutputPosition position = output.position();
      next = position == null ? null : position.after(lines(text));
      told = false;
      characters += text.length();
      lines += lines(text);
      for (int i = 0; i < text.length(); i++) {
        hash = 31 * hash + text.charAt(i);
      }
      pending.append(text);
    }

    /** Whether the output is known, and what was received is the beginning of it. */
    boolean begins(String all) {
      return isComparable(all)
          && (!unsure || all.substring(0, (int) characters).hashCode() == hash);
    }

    boolean isComparable(String all) {
      return whole
          && all != null
          && all.length() >= characters
          && characters < Captured.MAX_BYTES / 2;
    }
  }

  private final PrintStream out;
  private final UnaryOperator<String> shown;
  private final UnaryOperator<String> heading;
  private final Consumer<String> warn;
  private final Show show;
  private final Map<Source, Received> sources = new HashMap<>();

  /** Number of lines missing before the next output of a job on a node; 0 if unknown. */
  private final Map<Place, Long> gaps = new HashMap<>();

  private Source last;
  private boolean saidNotText;

  /**
   * @param shown makes the text of nodes and jobs safe to print
   * @param heading gives a heading its colour
   * @param warn told once that output was not text
   * @param show if these are not all results, output is printed when the result is there
   */
  public StreamedOutput(
      PrintStream out,
      UnaryOperator<String> shown,
      UnaryOperator<String> heading,
      Consumer<String> warn,
      Show show) {
    this.out = out;
    this.shown = shown;
    this.heading = heading;
    this.warn = warn;
    this.show = show;
  }

  @Override
  public void on(Event event, Run run) {
    if (event instanceof Event.JobOutput output) {
      if (show == Show.ALL) {
        add(output, run);
      }
    } else if (event instanceof Event.NodeAnswered answered) {
      if (!show.shows(answered.outcome())) {
        return;
      }
      NodeOutcome outcome = answered.outcome();
      UUID job = answered.jobId();
      finish(new Source(job, outcome.node(), Stream.STDOUT), outcome.stdout(), run);
      finish(new Source(job, outcome.node(), Stream.STDERR), outcome.stderr(), run);
      gaps.remove(new Place(job, outcome.node()));
      if (outcome.details().lostOutput()) {
        run.outputMissing(0);
      }
    } else if (event instanceof Event.JobEnded ended && JobLines.shows(ended.job(), show)) {
      out.println(JobLines.line(ended.job()));
      last = null;
    }
    out.flush();
  }

  @Override
  public void missed(Event.Missed missed, Run run) {
    if (missed.mayHideEnds()) {
      serverAway();
    }
    long unnamed = missed.lines();
    for (Event.MissedOutput output : missed.output()) {
      gaps.merge(new Place(output.jobId(), output.node()), output.lines(), Long::sum);
      unnamed -= output.lines();
    }
    if (unnamed > 0) {
      run.outputMissing(unnamed);
      out.println("[... " + unnamed + " lines of other jobs and nodes are missing here ...]");
    }
  }

  @Override
  public boolean isUnread() {
    return out.checkError();
  }

  /** Running jobs may print more before the connection is back. */
  @Override
  public void serverAway() {
    sources.keySet().forEach(source -> gaps.putIfAbsent(source.place(), 0L));
  }

  private void add(Event.JobOutput output, Run run) {
    Source source = new Source(output.jobId(), output.node(), output.stream());
    tellGap(source, run);
    Received received = received(source);
    tellLoss(source, received, output.position(), run);
    if (output.lostLines() > 0) {
      // The node has written into the text where lines are missing.
      run.outputMissing(output.lostLines());
      received.whole = false;
      received.noted = true;
    }
    received.add(output);
    int end = received.pending.lastIndexOf("\n") + 1;
    if (end > 0) {
      print(source, received.pending.substring(0, end), run);
      received.pending.delete(0, end);
    }
  }

  private Received received(Source source) {
    return sources.computeIfAbsent(source, s -> new Received());
  }

  private void tellGap(Source source, Run run) {
    Long lines = gaps.remove(source.place());
    if (lines == null) {
      return;
    }
    for (Stream stream : Stream.values()) {
      Received of = received(new Source(source.job(), source.node(), stream));
      of.unsure |= lines == 0;
      of.whole &= lines == 0;
      of.told |= lines > 0;
    }
    if (lines == 0) {
      // Whether something is missing shows when the job has ended.
      return;
    }
    run.outputMissing(lines);
    note(source, lines + " lines are missing here: they were not read in time", run);
  }

  /** Tells of output that was lost with a connection, or sent before this command followed. */
  private void tellLoss(Source source, Received received, OutputPosition position, Run run) {
    if (position == null || received.next == null) {
      return;
    }
    received.unsure = false;
    if (position.pieces() == received.next.pieces() || received.told) {
      return;
    }
    received.whole = false;
    long lines = Math.max(0, position.lines() - received.next.lines());
    run.outputMissing(lines);
    String what = lines == 0 ? "output is" : lines == 1 ? "1 line is" : lines + " lines are";
    String why = "with a connection, or came before it was followed";
    note(source, what + " missing here: lost " + why, run);
  }

  private void note(Source source, String text, Run run) {
    Received received = received(source);
    String begun = received.pending.isEmpty() ? "" : received.pending + "\n";
    received.pending.setLength(0);
    print(source, begun + "[... " + text + " ...]\n", run);
  }

  /**
   * Prints the output that was not streamed: all output of a short job, and the lost end of a
   * longer one. If the node has cut the middle out, the rest was streamed.
   */
  private void finish(Source source, String all, Run run) {
    Received received = sources.containsKey(source) ? sources.get(source) : new Received();
    boolean kept = received.begins(all);
    if (!kept) {
      tellGap(source, run);
    }
    boolean isGap = received.unsure && !kept;
    sources.remove(source);
    String rest =
        kept ? received.pending + all.substring((int) received.characters) : end(received, all);
    if (kept && rest.contains(CUT)) {
      run.outputMissing(0);
    }
    if (!rest.isEmpty()) {
      print(source, rest.endsWith("\n") ? rest : rest + "\n", run);
    }
    if (isGap) {
      tellRenewal(source, received, all, run);
    }
  }

  /** What was received last, and what of the output stands behind it, if that is known. */
  private static String end(Received received, String all) {
    String pending = received.pending.toString();
    if (received.noted || received.next == null || all == null || all.contains(CUT)) {
      return pending;
    }
    int from = 0;
    for (long line = 0; line < received.next.lines() && from >= 0; line++) {
      from = all.indexOf('\n', from) + 1;
      if (from == 0) {
        return pending;
      }
    }
    String rest = all.substring(from);
    return rest.startsWith(pending) ? rest : pending;
  }

  /** What is not the beginning of the output has a gap, or what was kept cannot tell. */
  private void tellRenewal(Source source, Received received, String all, Run run) {
    long missing =
        received.isComparable(all) && !all.contains(CUT) ? lines(all) - received.lines : 0;
    run.outputMissing(missing);
    String what =
        missing > 0
            ? missing + (missing == 1 ? " line is" : " lines are") + " missing"
            : "output may be missing";
    print(source, "[... " + what + " above: the connection was renewed ...]\n", run);
  }

  private static long lines(String text) {
    return text.chars().filter(c -> c == '\n').count();
  }

  private void print(Source source, String lines, Run run) {
    if (!source.equals(last)) {
      String of = source.node() + " -- " + source.stream();
      String title = run.isOne() ? of : of + " -- " + run.job(source.job()).label();
      out.println(heading.apply(shown.apply(title)));
      last = source;
    }
    if (!saidNotText && lines.indexOf(REPLACEMENT) >= 0) {
      saidNotText = true;
      warn.accept(
          "Output of "
              + source.node()
              + " is not UTF-8: such bytes are shown as U+FFFD here. FETCH brings files as they"
              + " are.");
    }
    out.print(shown.apply(lines));
  }
}
