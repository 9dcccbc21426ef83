package io.directord.cli.command;

import io.directord.cli.console.Confirmation;
import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.output.Display;
import io.directord.cli.output.Exported;
import io.directord.cli.output.NodeTable;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.NodeView;
import io.directord.common.api.RefusedNode;
import io.directord.common.api.ServerConnection;
import io.directord.common.target.FoldedNames;
import io.directord.common.target.Target;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The actions of {@code manage} on nodes; every method returns the exit status. */
final class ManageNodes {
  /** In characters; a request line has 16 KiB at most, in which each may take three bytes. */
  private static final int MAX_EXPRESSION = 4000;

  private final ServerConnection server;
  private final Console console;
  private final ManageOutput shown;

  ManageNodes(ServerConnection server, Console console, ManageOutput shown) {
    this.server = server;
    this.console = console;
    this.shown = shown;
  }

  /**
   * @param targets stand for the only nodes; empty for all
   */
  int listNodes(List<String> targets) throws Failure, IOException {
    Bodies.Nodes known = targets.isEmpty() ? server.nodeList() : nodesOf("--target", targets);
    int status = shown.list(known.nodes(), () -> NodeTable.of(known.nodes(), console.columns()));
    PrintStream people = shown.isTable() ? console.out() : console.err();
    for (RefusedNode node : known.refused()) {
      Display.wrapped(console.shown(refused(node)), console.columns()).forEach(people::println);
    }
    known.warnings().forEach(warning -> console.error("The server: " + warning));
    return status;
  }

  /** Those that any of the targets stands for. */
  private Bodies.Nodes nodesOf(String option, List<String> targets) throws Failure, IOException {
    Map<String, NodeView> nodes = new TreeMap<>();
    Bodies.Nodes last = null;
    for (String target : targets) {
      last = matching(option, List.of(target), () -> server.nodeList(target));
      last.nodes().forEach(node -> nodes.put(node.identity(), node));
    }
    return new Bodies.Nodes(List.copyOf(nodes.values()), last.refused(), last.warnings());
  }

  int listRefused() throws IOException {
    List<RefusedNode> refused = server.nodeList().refused();
    return shown.list(refused, () -> NodeTable.refused(refused, console.columns()));
  }

  /** Sets labels, and removes those whose value is null. */
  int label(List<String> targets, Map<String, String> labels) throws Failure, IOException {
    boolean removes = labels.containsValue(null);
    List<NodeView> before = removes ? server.nodes() : List.of();
    List<String> nodes = matching("--label", targets, () -> server.label(targets, labels));
    Removals removals = removes ? Removals.of(labels, nodes, before, server.nodes()) : null;
    boolean sets = labels.values().stream().anyMatch(Objects::nonNull);
    List<String> labelled = sets ? nodes : removals.unlabelled();
    int status =
        shown.show(
            Map.of("nodes", nodes),
            () ->
                labelled.isEmpty()
                    ? List.of()
                    : List.of(
                        Counted.of(labelled.size(), "node")
                            + " labelled: "
                            + FoldedNames.text(labelled)));
    if (removes) {
      removals.told().forEach(console::error);
    }
    return status;
  }

  /** Asks for the nodes of targets. */
  private static <T> T matching(
      String option, List<String> targets, ManageRequests.Question<T> question)
      throws Failure, IOException {
    try {
      return question.ask();
    } catch (ApiException e) {
      throw TargetOptions.refused(option, targets, e);
    }
  }

  private static String refused(RefusedNode node) {
    return "Refused: "
        + (node.identity() == null ? "a client" : node.identity())
        + " at "
        + node.address()
        + (node.count() == 1 ? "" : ", " + node.count() + " times")
        + ", last at "
        + node.lastAt().truncatedTo(ChronoUnit.SECONDS)
        + ": "
        + node.reason();
  }

  int exportNodes(String name) throws Failure, IOException {
    List<NodeView> nodes = server.nodes();
    if (nodes.isEmpty()) {
      return shown.noData();
    }
    Instant now = Instant.now();
    try (ExportFile file = new ExportFile(name, shown.format())) {
      for (NodeView node : nodes) {
        file.add(node.identity(), Exported.node(node, now));
      }
      return shown.finished(file, name);
    }
  }

  /**
   * @param sure whether to skip the confirmation
   */
  int purgeNodes(boolean sure) throws Failure, IOException {
    if (!sure && console.terminal() != null) {
      Confirmation.require(
          "Forget "
              + Counted.of(server.nodes().size(), "node")
              + " and their keys, and fail what they have not answered?",
          console);
    }
    return shown.done(server.forgetNodes(null), "node");
  }

  /** At a terminal it is asked whether all nodes are meant that an expression stands for. */
  int forgetNodes(List<String> targets, boolean sure) throws Failure, IOException {
    if (targets.size() == 1 && Target.of(targets.get(0)) instanceof Target.OneNode) {
      return shown.done(
          ManageRequests.asked("--forget-node", () -> server.forgetNodes(targets.get(0))), "node");
    }
    Set<String> enrolled = new TreeSet<>();
    server.nodes().forEach(node -> enrolled.add(node.identity()));
    Map<Boolean, List<String>> named =
        targets.stream()
            .collect(Collectors.partitioningBy(one -> Target.of(one) instanceof Target.OneNode));
    Set<String> names = new TreeSet<>(named.get(true));
    if (!named.get(false).isEmpty()) {
      nodesOf("--forget-node", named.get(false))
          .nodes()
          .forEach(node -> names.add(node.identity()));
    }
    if (!sure && console.terminal() != null) {
      Confirmation.require(
          "Forget "
              + Counted.of(names.size(), "node")
              + " and their keys, and fail what they have not answered: "
              + FoldedNames.text(names)
              + "?",
          console);
    }
    int forgotten = 0;
    // Jobs may be held for those that have not enrolled; if not, nothing else is forgotten.
    for (String name : names) {
      if (!enrolled.contains(name)) {
        forgotten += ManageRequests.asked("--forget-node", () -> server.forgetNodes(name));
      }
    }
    names.retainAll(enrolled);
    for (String some : expressions(names)) {
      forgotten += ManageRequests.asked("--forget-node", () -> server.forgetNodes(some));
    }
    return shown.done(forgotten, "node");
  }

  /** The names in as few expressions as requests can have. */
  private static List<String> expressions(Set<String> names) {
    List<String> expressions = new ArrayList<>();
    for (String term : FoldedNames.of(names)) {
      String one = names.contains(term) ? '"' + term + '"' : term;
      int last = expressions.size() - 1;
      if (last < 0 || expressions.get(last).length() + one.length() > MAX_EXPRESSION) {
        expressions.add(one);
      } else {
        expressions.set(last, expressions.get(last) + " or " + one);
      }
    }
    return expressions;
  }
}
