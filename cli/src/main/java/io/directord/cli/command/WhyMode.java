package io.directord.cli.command;

import io.directord.cli.console.Colour;
import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.Display;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.ApiException;
import io.directord.common.api.Explanation;
import io.directord.common.api.Explanation.NodeExplanation;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.Settings;
import io.directord.common.target.FoldedNames;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;

/** Says why a job has not ended, or how it has, in a sentence for each node. */
final class WhyMode implements Mode {
  private static final int INDENT = 2;

  /** Of a parent, of which each asks nodes. */
  private static final int MAX_JOBS = 20;

  private static final Pattern WHOLE_ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final List<String> words = new ArrayList<>();
  private OutputFormat format = OutputFormat.TABLE;

  /** Nodes of which the same is said, but for their place in a queue. */
  private record Said(String text, NodeOutcome.State state, boolean isInQueue) {}

  @Override
  public Spec spec() {
    return Spec.of("why", this)
        .usage(
            "directord why JOB | PARENT [NODE] [--output FORMAT]",
            "Says why a job has not ended, or how it has: a sentence for each node, once for all"
                + " of which the same is true. Nodes that have the job are asked themselves.")
        .operands(
            "JOB",
            "Id of a job or the beginning of one, last, last~1 and so on; or the whole id of a"
                + " parent, for its jobs that have not ended, or all if they have. A NODE behind"
                + " it: only there.",
            words::add)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples("  directord why last", "  directord why 3acf5f9e web-1");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    if (words.isEmpty() || words.size() > 2) {
      throw Failure.usage("why: a JOB is expected, and perhaps a NODE; JOB may be last");
    }
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    String node = words.size() == 2 ? words.get(1) : null;
    try {
      Explanation why = server.explain(words.get(0), node);
      if (format == OutputFormat.TABLE) {
        tell(why, console);
      } else {
        console.out().print(Structured.text(why, format));
      }
    } catch (ApiException e) {
      List<JobSummary> jobs = ofParent(server, e);
      if (jobs.isEmpty()) {
        throw Failure.refused("why", e);
      }
      tell(jobs, node, server, console);
    }
    return ExitStatus.OK;
  }

  /** Those that have not ended, or all if they have; empty if it is not the id of a parent. */
  private List<JobSummary> ofParent(ServerConnection server, ApiException refused)
      throws IOException {
    if (refused.code() != ErrorCode.UNKNOWN_JOB || !WHOLE_ID.matcher(words.get(0)).matches()) {
      return List.of();
    }
    List<JobSummary> all = server.jobs(UUID.fromString(words.get(0)));
    List<JobSummary> open = all.stream().filter(JobSummary::processing).toList();
    return open.isEmpty() ? all : open;
  }

  private void tell(List<JobSummary> jobs, String node, ServerConnection server, Console console)
      throws Failure, IOException {
    List<Explanation> told = new ArrayList<>();
    for (JobSummary job : jobs.subList(0, Math.min(MAX_JOBS, jobs.size()))) {
      try {
        told.add(server.explain(job.id().toString(), node));
      } catch (ApiException e) {
        throw Failure.refused("why", e);
      }
    }
    if (format == OutputFormat.TABLE) {
      told.forEach(why -> tell(why, console));
    } else {
      console.out().print(Structured.text(told, format));
    }
    if (jobs.size() > MAX_JOBS) {
      console.error(
          "and "
              + Counted.of(jobs.size() - MAX_JOBS, "more job")
              + " of the parent: 'directord manage --list-jobs' names them");
    }
  }

  private static void tell(Explanation why, Console console) {
    console.out().println(console.shown(head(why.job(), console.columns())));
    said(why).forEach((said, nodes) -> tell(said, nodes, console));
  }

  private static void tell(Said said, List<NodeExplanation> nodes, Console console) {
    String names = names(nodes) + ":";
    List<String> lines =
        Display.wrapped(
            console.shown(names + " " + said.text() + places(nodes)), console.columns(), INDENT);
    String first = lines.get(0);
    console
        .out()
        .println(
            first.startsWith(names)
                ? console.coloured(colour(said.state()), names) + first.substring(names.length())
                : first);
    lines.stream().skip(1).forEach(console.out()::println);
  }

  private static String head(JobSummary job, int columns) {
    int open = job.counts().open();
    String end =
        open == 0
            ? ", has ended"
            : ", has not ended on " + open + " of " + Counted.of(job.targets(), "node");
    String title = Display.shortId(job.id()) + " " + job.title().line();
    return Display.cut(title, Math.max(20, columns - end.length())) + end;
  }

  /** What has not ended stands last, where it is seen. */
  private static Map<Said, List<NodeExplanation>> said(Explanation why) {
    Map<Said, List<NodeExplanation>> said = new LinkedHashMap<>();
    why.nodes().stream()
        .sorted(Comparator.comparing((NodeExplanation node) -> !node.state().ended()))
        .forEach(
            node ->
                said.computeIfAbsent(
                        new Said(
                            why.job().title().without(node.text()),
                            node.state(),
                            node.place() != null),
                        same -> new ArrayList<>())
                    .add(node));
    return said;
  }

  private static String names(List<NodeExplanation> nodes) {
    return FoldedNames.text(nodes.stream().map(NodeExplanation::node).toList());
  }

  /** The places of the nodes in a queue; empty if they are in none. */
  private static String places(List<NodeExplanation> nodes) {
    List<Explanation.Place> places =
        nodes.stream()
            .map(NodeExplanation::place)
            .filter(Objects::nonNull)
            .sorted(Comparator.comparing(Explanation.Place::at))
            .toList();
    if (places.isEmpty()) {
      return "";
    }
    Explanation.Place last = places.get(places.size() - 1);
    return places.size() == 1
        ? "; " + last.text()
        : "; places "
            + places.get(0).at()
            + " to "
            + last.at()
            + " of "
            + last.of()
            + " in the queue";
  }

  private static Colour colour(NodeOutcome.State state) {
    return switch (state) {
      case SUCCEEDED -> Colour.GREEN;
      case FAILED -> Colour.RED;
      case WAITING, SENT, RUNNING, SKIPPED -> Colour.YELLOW;
    };
  }
}
