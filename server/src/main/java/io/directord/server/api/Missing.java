package io.directord.server.api;

import io.directord.common.api.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Counts the events dropped for a follower. Not thread-safe. */
final class Missing {
  /** Maximum number of named jobs and nodes; the others are only counted. */
  private static final int MAX_SOURCES = 50;

  private final Map<Source, Long> lines = new LinkedHashMap<>();
  private long events;
  private long outputs;
  private long allLines;

  private record Source(UUID jobId, String node) {}

  /**
   * The data of an event that is needed to count it.
   *
   * @param jobId null unless it is output
   */
  record Loss(UUID jobId, String node, long lines) {
    private static final Loss OF_ANY = new Loss(null, null, 0);

    static Loss of(Event event) {
      if (event instanceof Event.JobOutput output) {
        long lines = output.text().chars().filter(c -> c == '\n').count() + output.lostLines();
        return new Loss(output.jobId(), output.node(), lines);
      }
      return OF_ANY;
    }

    boolean isOutput() {
      return jobId != null;
    }
  }

  void add(Loss loss) {
    events++;
    if (loss.isOutput()) {
      outputs++;
      allLines += loss.lines();
      name(new Source(loss.jobId(), loss.node()), loss.lines());
    }
  }

  void add(Missing other) {
    events += other.events;
    outputs += other.outputs;
    allLines += other.allLines;
    other.lines.forEach(this::name);
  }

  private void name(Source source, long more) {
    if (lines.size() < MAX_SOURCES || lines.containsKey(source)) {
      lines.merge(source, more, Long::sum);
    }
  }

  Event.Missed told() {
    List<Event.MissedOutput> output = new ArrayList<>();
    lines.forEach(
        (source, count) ->
            output.add(new Event.MissedOutput(source.jobId(), source.node(), count)));
    return new Event.Missed(events, outputs, allLines, output);
  }
}
