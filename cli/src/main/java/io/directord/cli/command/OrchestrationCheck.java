package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.Bodies;
import io.directord.common.api.NoServerException;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.Plan.PlannedJob;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place.InFile;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks whether an orchestration could run now, without running anything. */
final class OrchestrationCheck {
  private final ServerConnection server;
  private final Console console;
  private final OutputFormat format;
  private final boolean strict;

  OrchestrationCheck(Settings settings, Console console, FollowOptions options)
      throws Failure, IOException {
    this.server = new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    this.console = console;
    this.format = options.format;
    this.strict = options.strict;
  }

  /**
   * @param errors validation errors, of the command line or the server
   * @param obstacles what is not possible now, or would fail on some node now
   */
  private record Findings(
      List<ValidationError> errors, List<ValidationError> obstacles, NodeCheck nodes) {
    /**
     * The exit status that a run would have.
     *
     * @param strict whether every node must be reached
     */
    int status(boolean strict) {
      if (!errors.isEmpty()) {
        return ErrorCode.INVALID_JOBS.exitStatus();
      }
      boolean whole = obstacles.isEmpty() && (!strict || nodes.expired().isEmpty());
      return whole ? ExitStatus.OK : ExitStatus.FAILED;
    }
  }

  /**
   * Runs the check and returns the exit status that a run would have, as far as it can be known.
   * Errors in the files are reported even if the server cannot be reached.
   */
  int run(Planner.Attempt attempt, List<String> limit) throws IOException {
    ErrorList.note(attempt.plan().notes(), console);
    List<ValidationError> own = new ArrayList<>(attempt.errors());
    own.addAll(TemplateCheck.of(attempt.plan()));
    Findings findings;
    NoServerException unasked = null;
    try {
      findings = ask(attempt, own, limit);
    } catch (NoServerException e) {
      if (own.isEmpty()) {
        throw e;
      }
      unasked = e;
      findings = new Findings(ValidationError.sorted(own), List.of(), NodeCheck.NONE);
    }
    if (format == OutputFormat.TABLE) {
      print(attempt.plan(), findings);
    } else {
      console.out().print(Structured.text(document(attempt.plan(), findings), format));
    }
    if (unasked != null) {
      console.error("(The server could not be reached: " + unasked.getMessage() + ")");
    }
    return findings.status(strict);
  }

  /** Adds the server's findings to the known errors. */
  private Findings ask(Planner.Attempt attempt, List<ValidationError> own, List<String> limit)
      throws IOException {
    List<Job> jobs = attempt.askable().stream().map(PlannedJob::job).toList();
    Bodies.Checked checked =
        jobs.isEmpty()
            ? new Bodies.Checked(List.of(), List.of(), List.of(), List.of())
            : server.check(jobs, limit);
    NodeCheck nodes = NodeCheck.of(checked, server.nodes(), server.status().version());
    Set<ValidationError> errors = new LinkedHashSet<>(own);
    errors.addAll(PlanSubmission.placed(checked.errors(), attempt.askable(), limit));
    List<ValidationError> obstacles =
        new ArrayList<>(PlanSubmission.placed(checked.obstacles(), attempt.askable(), limit));
    // The server finds again what is wrong with an expression; it is told once.
    obstacles.removeAll(errors);
    return new Findings(
        ValidationError.sorted(List.copyOf(errors)), ValidationError.sorted(obstacles), nodes);
  }

  private void print(Plan plan, Findings findings) {
    List<ValidationError> wrong = new ArrayList<>(findings.errors());
    wrong.addAll(findings.obstacles());
    ErrorList.tell(ErrorCode.INVALID_JOBS, ValidationError.sorted(wrong), console);
    if (wrong.isEmpty()) {
      console
          .out()
          .println(
              Counted.of(plan.jobs().size(), "job")
                  + " of "
                  + Counted.of(parents(plan), "parent")
                  + " can run on "
                  + Counted.of(findings.nodes().targets().size(), "node")
                  + "; nothing was run");
    }
    if (findings.errors().isEmpty()) {
      findings.nodes().notes().forEach(console.out()::println);
    }
  }

  private static ObjectNode document(Plan plan, Findings findings) {
    NodeCheck nodes = findings.nodes();
    ObjectNode out = Json.object().put("jobs", plan.jobs().size()).put("parents", parents(plan));
    out.set("nodes", Json.tree(nodes.targets()));
    out.set("away", Json.tree(nodes.away()));
    out.set("expired", Json.tree(nodes.expired()));
    out.set("other_versions", Json.tree(nodes.otherVersions()));
    out.set("targets", Json.tree(nodes.lists()));
    out.set("omitted", Json.tree(nodes.omitted()));
    addAll(findings.errors(), out.putArray("errors"));
    addAll(findings.obstacles(), out.putArray("obstacles"));
    return out;
  }

  private static void addAll(List<ValidationError> errors, ArrayNode list) {
    for (ValidationError error : errors) {
      InFile place = error.place() instanceof InFile file ? file : null;
      list.addObject()
          .put("file", place == null ? null : place.file().toString())
          .put("line", place == null ? 0 : place.line())
          .put("column", place == null ? 0 : place.column())
          .put("message", error.message())
          .put("code", (error.code() == null ? ErrorCode.INVALID_JOBS : error.code()).text());
    }
  }

  private static int parents(Plan plan) {
    return (int) plan.jobs().stream().map(job -> job.parent().id()).distinct().count();
  }
}
