package io.directord.cli.follow;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Tells which jobs have not ended and on which nodes, when waiting is given up. */
final class UnendedText {
  private static final int MAX_JOBS = 5;
  private static final int MAX_LINES = 4;

  private UnendedText() {}

  /**
   * Adds lines about the first such jobs, as the server sees them now.
   *
   * @throws IOException if it cannot be asked for more
   */
  static void add(List<String> lines, Run run, ServerConnection server) throws IOException {
    List<Run.Progress> unended = run.jobs().stream().filter(job -> !job.ended()).toList();
    for (Run.Progress job : unended.subList(0, Math.min(MAX_JOBS, unended.size()))) {
      JobView view = server.job(job.job().id());
      run.learn(view);
      lines.addAll(of(job.title(), view));
    }
    if (unended.size() > MAX_JOBS) {
      lines.add("  and " + (unended.size() - MAX_JOBS) + " more jobs");
    }
  }

  /** Lines about a job; nodes on which it has not begun share one for each reason. */
  static List<String> of(String title, JobView job) {
    Set<String> running = new TreeSet<>();
    Map<String, Set<String>> notBegun = new LinkedHashMap<>();
    for (NodeOutcome node : job.nodes()) {
      if (node.state() == NodeOutcome.State.RUNNING) {
        running.add(node.node());
      } else if (!node.state().ended()) {
        notBegun.computeIfAbsent(why(node), same -> new TreeSet<>()).add(node.node());
      }
    }
    List<String> lines = new ArrayList<>();
    if (!running.isEmpty()) {
      lines.add("  " + title + " is running on " + FailureText.names(running));
    }
    notBegun.forEach(
        (why, nodes) ->
            lines.add("  " + title + " has not begun on " + FailureText.names(nodes) + why));
    if (lines.isEmpty()) {
      lines.add("  " + title + " has just ended");
    }
    if (lines.size() > MAX_LINES) {
      int more = lines.size() - MAX_LINES;
      lines.subList(MAX_LINES, lines.size()).clear();
      lines.add(
          "    and for " + more + " other reasons: see 'directord why " + job.summary().id() + "'");
    }
    return lines;
  }

  private static String why(NodeOutcome node) {
    return node.info() == null || node.info().isBlank() ? "" : ": " + node.info();
  }
}
