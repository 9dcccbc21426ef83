package io.directord.cli.follow;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.cli.follow.NodeTally.Kind;
import io.directord.common.api.Event;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.json.Json;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prints the results of a run as JSON, one a line, each as soon as the server has it, and at the
 * end a line that sums up. {@code docs/output.md} has the keys, which stay as they are.
 */
public final class ResultLines implements RunDisplay {
  private final PrintStream out;
  private final Show show;

  public ResultLines(PrintStream out, Show show) {
    this.out = out;
    this.show = show;
  }

  /** The line of a result; a later line for the same job and node replaces it. */
  private record Result(
      String type,
      UUID jobId,
      UUID parentId,
      String verb,
      String title,
      int undelivered,
      @JsonUnwrapped NodeOutcome outcome) {}

  @Override
  public void on(Event event, Run run) {
    if (event instanceof Event.NodeAnswered answered && show.shows(answered.outcome())) {
      Run.Progress job = run.job(answered.jobId());
      out.println(
          Json.text(
              new Result(
                  "result",
                  answered.jobId(),
                  answered.parentId(),
                  job.job().verb(),
                  job.title(),
                  undelivered(job),
                  answered.outcome())));
      out.flush();
    }
  }

  private static int undelivered(Run.Progress job) {
    return JobTitle.of(job.job()).undelivered();
  }

  /** Prints the last line. */
  public void summarize(Run run, Duration time) {
    out.println(Json.text(summary(run, time)));
    out.flush();
  }

  /** What the last line says. */
  public static ObjectNode summary(Run run, Duration time) {
    Recap recap = Recap.of(run);
    NodeTally all = recap.total();
    ObjectNode line =
        Json.object()
            .put("type", "summary")
            .put("jobs", run.jobs().size())
            .put("nodes", recap.nodes());
    for (Kind kind : Kind.values()) {
      if (!kind.isForeseen() || run.isDryRun()) {
        line.put(kind.key(), all.count(kind));
      }
    }
    line.put("undelivered", run.jobs().stream().mapToInt(ResultLines::undelivered).sum());
    line.put("results_lost", run.resultsLost());
    line.set("paused", Json.tree(run.paused()));
    line.set("left_out", Json.tree(List.copyOf(run.leftOut())));
    line.set("forgotten", Json.tree(List.copyOf(run.forgotten())));
    line.set("omitted", Json.tree(run.omitted()));
    line.set("time", Json.tree(time));
    return line;
  }
}
