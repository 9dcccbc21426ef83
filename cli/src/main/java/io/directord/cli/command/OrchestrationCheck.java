package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.output.Format;
import io.directord.cli.output.Structured;
import io.directord.common.api.NoServerException;
import io.directord.common.api.NodeView;
import io.directord.common.api.Objection;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
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

  /** The exit status; mistakes of the file are told even if no server can be asked for more. */
  int run(Planner.Attempt attempt) throws IOException {
    List<Mistake> mistakes = new ArrayList<>(attempt.mistakes());
    List<NodeView> nodes = List.of();
    NoServerException unasked = null;
    try {
      nodes = server.nodes();
      mistakes.addAll(objections(attempt.plan()));
    } catch (NoServerException e) {
      if (mistakes.isEmpty()) {
        throw e;
      }
      unasked = e;
    }
    List<Mistake> sorted = Planner.sorted(mistakes);
    if (format != Format.TABLE) {
      console.out().print(Structured.text(document(attempt.plan(), nodes, sorted), format));
    } else if (sorted.isEmpty()) {
      lines(attempt.plan(), nodes).forEach(console.out()::println);
    } else {
      sorted.forEach(mistake -> console.complain(mistake.toString()));
    }
    if (unasked != null) {
      console.complain("(The server could not be asked: " + unasked.getMessage() + ")");
    }
    return sorted.isEmpty() ? ExitStatus.OK : ExitStatus.USAGE;
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
    return mistakes;
  }

  private static List<String> lines(Plan plan, List<NodeView> nodes) {
    List<String> lines = new ArrayList<>();
    lines.add(
        count(plan.jobs().size(), "job")
            + " of "
            + count(parents(plan), "parent")
            + " can run on "
            + count(targets(plan, nodes).size(), "node")
            + "; nothing was run");
    Set<String> away = away(plan, nodes);
    if (!away.isEmpty()) {
      lines.add("not connected now, so that their jobs would wait: " + String.join(", ", away));
    }
    return lines;
  }

  private static ObjectNode document(Plan plan, List<NodeView> nodes, List<Mistake> mistakes) {
    ObjectNode out = Json.object().put("jobs", plan.jobs().size()).put("parents", parents(plan));
    out.set("nodes", Json.tree(targets(plan, nodes)));
    out.set("away", Json.tree(away(plan, nodes)));
    var list = out.putArray("mistakes");
    for (Mistake mistake : mistakes) {
      list.addObject()
          .put("file", mistake.file() == null ? null : mistake.file().toString())
          .put("line", mistake.line())
          .put("column", mistake.column())
          .put("message", mistake.message());
    }
    return out;
  }

  private static int parents(Plan plan) {
    return (int) plan.jobs().stream().map(job -> job.parent().id()).distinct().count();
  }

  private static Set<String> targets(Plan plan, List<NodeView> nodes) {
    Set<String> targets = new TreeSet<>();
    for (Job job : plan.jobs()) {
      targets.addAll(job.targets());
    }
    if (plan.jobs().stream().anyMatch(job -> job.targets().isEmpty())) {
      nodes.stream()
          .filter(node -> node.state() != NodeView.State.EXPIRED)
          .forEach(node -> targets.add(node.identity()));
    }
    return targets;
  }

  private static Set<String> away(Plan plan, List<NodeView> nodes) {
    Set<String> away =
        nodes.stream()
            .filter(node -> node.state() == NodeView.State.AWAY)
            .map(NodeView::identity)
            .collect(Collectors.toCollection(TreeSet::new));
    away.retainAll(targets(plan, nodes));
    return away;
  }

  private static String count(int number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }
}
