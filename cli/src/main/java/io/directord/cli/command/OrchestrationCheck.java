package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.output.Format;
import io.directord.cli.output.Structured;
import io.directord.common.api.NoServerException;
import io.directord.common.api.Objection;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.json.Json;
import io.directord.common.orchestration.Mistake;
import io.directord.common.orchestration.Place;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.Planner;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Says whether an orchestration could run now, and runs nothing. */
final class OrchestrationCheck {
  private final ServerConnection server;
  private final Console console;
  private final Format format;

  OrchestrationCheck(Settings settings, Console console, Format format) {
    this.server = new ServerConnection(settings.serverSocket());
    this.console = console;
    this.format = format;
  }

  /**
   * The exit status that a run would have, as far as can be known; mistakes of the files are told
   * even if no server can be asked for more.
   */
  int run(Planner.Attempt attempt) throws IOException {
    List<Mistake> objections = List.of();
    NodeCheck nodes = NodeCheck.NONE;
    NoServerException unasked = null;
    try {
      nodes = NodeCheck.of(attempt.plan(), server.nodes(), server.status().version());
      objections = objections(attempt.plan());
    } catch (NoServerException e) {
      if (attempt.mistakes().isEmpty()) {
        throw e;
      }
      unasked = e;
    }
    if (format == Format.TABLE) {
      print(attempt, objections, nodes);
    } else {
      console.out().print(Structured.text(document(attempt, objections, nodes), format));
    }
    if (unasked != null) {
      console.complain("(The server could not be asked: " + unasked.getMessage() + ")");
    }
    if (!attempt.mistakes().isEmpty()) {
      return ExitStatus.USAGE;
    }
    return objections.isEmpty() ? ExitStatus.OK : ExitStatus.FAILED;
  }

  private List<Mistake> objections(Plan plan) throws IOException {
    if (plan.jobs().isEmpty()) {
      return List.of();
    }
    Map<UUID, Place> places = new HashMap<>();
    plan.planned().forEach(planned -> places.put(planned.job().id(), planned.place()));
    List<Mistake> mistakes = new ArrayList<>();
    for (Objection objection : server.check(plan.jobs())) {
      Place place = places.getOrDefault(objection.jobId(), new Place(null, 0, 0));
      mistakes.add(new Mistake(place.file(), place.line(), place.column(), objection.message()));
    }
    return Planner.sorted(mistakes);
  }

  private void print(Planner.Attempt attempt, List<Mistake> objections, NodeCheck nodes) {
    List<Mistake> wrong = new ArrayList<>(attempt.mistakes());
    wrong.addAll(objections);
    Mistakes.tell(Planner.sorted(wrong), console);
    if (wrong.isEmpty()) {
      Plan plan = attempt.plan();
      console
          .out()
          .println(
              count(plan.jobs().size(), "job")
                  + " of "
                  + count(parents(plan), "parent")
                  + " can run on "
                  + count(nodes.targets().size(), "node")
                  + "; nothing was run");
    }
    if (attempt.mistakes().isEmpty()) {
      nodes.notes().forEach(console.out()::println);
    }
  }

  private static ObjectNode document(
      Planner.Attempt attempt, List<Mistake> objections, NodeCheck nodes) {
    Plan plan = attempt.plan();
    ObjectNode out = Json.object().put("jobs", plan.jobs().size()).put("parents", parents(plan));
    out.set("nodes", Json.tree(nodes.targets()));
    out.set("away", Json.tree(nodes.away()));
    out.set("expired", Json.tree(nodes.expired()));
    out.set("other_versions", Json.tree(nodes.otherVersions()));
    addAll(attempt.mistakes(), out.putArray("mistakes"));
    addAll(objections, out.putArray("objections"));
    return out;
  }

  private static void addAll(List<Mistake> mistakes, ArrayNode list) {
    for (Mistake mistake : mistakes) {
      list.addObject()
          .put("file", mistake.file() == null ? null : mistake.file().toString())
          .put("line", mistake.line())
          .put("column", mistake.column())
          .put("message", mistake.message());
    }
  }

  private static int parents(Plan plan) {
    return (int) plan.jobs().stream().map(job -> job.parent().id()).distinct().count();
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
