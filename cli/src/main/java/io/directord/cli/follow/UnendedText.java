package io.directord.cli.follow;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Tells which jobs have not ended and on which nodes, when waiting is given up. */
final class UnendedText {
  private static final int MAX_JOBS = 5;

  private UnendedText() {}

  /**
   * Lines about the first such jobs, as the server sees them now.
   *
   * @throws IOException if it cannot be asked
   */
  static List<String> of(Run run, ServerConnection server) throws IOException {
    List<Run.Progress> unended = run.jobs().stream().filter(job -> !job.ended()).toList();
    List<String> lines = new ArrayList<>();
    for (Run.Progress job : unended.subList(0, Math.min(MAX_JOBS, unended.size()))) {
      JobView view = server.job(job.job().id());
      run.learn(view);
      lines.add("  " + job.title() + where(view));
    }
    if (unended.size() > MAX_JOBS) {
      lines.add("  and " + (unended.size() - MAX_JOBS) + " more jobs");
    }
    return lines;
  }

  private static String where(JobView job) {
    Set<String> running = new TreeSet<>();
    Set<String> notBegun = new TreeSet<>();
    for (NodeOutcome node : job.nodes()) {
      if (node.state() == NodeOutcome.State.RUNNING) {
        running.add(node.node());
      } else if (!node.state().ended()) {
        notBegun.add(node.node());
      }
    }
    List<String> where = new ArrayList<>();
    if (!running.isEmpty()) {
      where.add(" is running on " + FailureText.names(running));
    }
    if (!notBegun.isEmpty()) {
      where.add(" has not begun on " + FailureText.names(notBegun));
    }
    return where.isEmpty() ? " has just ended" : String.join(", and", where);
  }
}
