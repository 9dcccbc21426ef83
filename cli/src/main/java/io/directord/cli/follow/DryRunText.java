package io.directord.cli.follow;

import io.directord.cli.console.Colour;
import io.directord.cli.console.Console;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.target.FoldedNames;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the jobs of a dry run would do, for people: the jobs in their order, and of each the nodes,
 * those of which the same is said together, with the diff behind them.
 */
public final class DryRunText {
  private static final String INDENT = "  ";

  private final Console console;

  /** What is said of a job on a node. */
  private record Said(String info, String diff) {}

  public DryRunText(Console console) {
    this.console = console;
  }

  /**
   * Prints an ended run.
   *
   * @param show which results
   * @param server is asked for diffs, and for results that the run does not have
   */
  public void print(Run run, Show show, ServerConnection server) throws IOException {
    for (Run.Progress job : run.jobs()) {
      // The run keeps no output, so diffs are read from the server.
      Collection<NodeOutcome> answers =
          isKnown(job) ? job.answers().values() : server.job(job.job().id()).nodes();
      Map<Said, Set<String>> groups = new LinkedHashMap<>();
      for (NodeOutcome answer : sorted(answers)) {
        if (show.shows(answer)) {
          groups.computeIfAbsent(said(answer), same -> new TreeSet<>()).add(answer.node());
        }
      }
      if (!groups.isEmpty() || show == Show.ALL) {
        console.out().println(console.shown(job.label()));
      }
      groups.forEach(this::print);
    }
    console.out().flush();
  }

  private static boolean isKnown(Run.Progress job) {
    return !job.job().options().dryRun().diff()
        && job.summary() != null
        && job.answers().size() == job.summary().targets();
  }

  private static List<NodeOutcome> sorted(Collection<NodeOutcome> answers) {
    return answers.stream().sorted(Comparator.comparing(NodeOutcome::node)).toList();
  }

  private static Said said(NodeOutcome answer) {
    String info = answer.info() == null ? "" : answer.info().strip();
    return new Said(
        info.isEmpty() ? String.valueOf(answer.state()).toLowerCase(Locale.ROOT) : info,
        answer.stdout() == null ? "" : answer.stdout());
  }

  private void print(Said said, Set<String> nodes) {
    String info = said.info.replace("\n", "\n" + INDENT + INDENT);
    console.out().println(console.shown(INDENT + FoldedNames.text(nodes) + ": " + info));
    said.diff.lines().map(this::diffLine).forEach(console.out()::println);
  }

  private String diffLine(String line) {
    String text = INDENT + INDENT + console.shown(line);
    if (line.startsWith("+")) {
      return console.coloured(Colour.GREEN, text);
    }
    if (line.startsWith("-")) {
      return console.coloured(Colour.RED, text);
    }
    return line.startsWith("@@") ? console.coloured(Colour.CYAN, text) : text;
  }
}
