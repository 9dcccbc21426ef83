package io.directord.cli.follow;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.cli.follow.NodeTally.Kind;
import io.directord.common.api.Event;
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
                  answered.outcome())));
      out.flush();
    }
  }

  /** Prints the last line. */
  public void summarize(Run run, Duration time) {
    Recap recap = Recap.of(run);
    NodeTally all = recap.total();
    ObjectNode line =
        Json.object()
            .put("type", "summary")
            .put("jobs", run.jobs().size())
            .put("nodes", recap.nodes())
            .put("ok", all.count(Kind.OK))
            .put("skipped", all.count(Kind.SKIPPED))
            .put("failed", all.count(Kind.FAILED))
            .put("lost", all.count(Kind.UNREACHABLE) + all.count(Kind.UNKNOWN))
            .put("not_run", all.count(Kind.NOT_RUN))
            .put("unfinished", all.count(Kind.UNFINISHED));
    if (run.isDryRun()) {
      line.put("would_change", all.count(Kind.WOULD_CHANGE))
          .put("unchanged", all.count(Kind.UNCHANGED))
          .put("unknown", all.count(Kind.UNFORESEEN))
          .put("would_fail", all.count(Kind.WOULD_FAIL));
    }
    line.set("left_out", Json.tree(List.copyOf(run.leftOut())));
    line.set("forgotten", Json.tree(List.copyOf(run.forgotten())));
    line.set("omitted", Json.tree(run.omitted()));
    line.set("time", Json.tree(time));
    out.println(Json.text(line));
    out.flush();
  }
}
