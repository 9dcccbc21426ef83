package io.directord.cli.follow;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Tells what failed, on which nodes and why. Nodes with the same reason share a line; jobs that did
 * not run after an earlier failure, or were dropped, are only counted.
 */
public final class FailureText {
  private static final int MAX_JOBS = 20;
  private static final int MAX_NAMES = 5;
  private static final int MAX_REASONS = 5;
  private static final int MAX_STDERR_LINES = 3;

  private final List<String> lines = new ArrayList<>();
  private final Map<String, LeftOut> leftOut = new TreeMap<>();
  private int jobs;

  /** Jobs that did not run, and their nodes. */
  private record LeftOut(Set<UUID> jobs, Set<String> nodes) {
    LeftOut() {
      this(new HashSet<>(), new TreeSet<>());
    }
  }

  private FailureText() {}

  /** Lines about failed jobs; empty if there are none. */
  public static List<String> of(Run run) {
    FailureText text = new FailureText();
    for (Run.Progress progress : run.jobs()) {
      if (progress.failed()) {
        text.job(progress);
      }
    }
    if (text.jobs > MAX_JOBS) {
      int more = text.jobs - MAX_JOBS;
      text.lines.add(
          "and "
              + more
              + (more == 1 ? " more job" : " more jobs")
              + " failed: see 'directord manage --list-jobs --filter failed'");
    }
    text.leftOut.forEach(text::leftOut);
    return text.lines;
  }

  private void leftOut(String dropped, LeftOut what) {
    boolean one = what.jobs().size() == 1;
    lines.add(
        what.jobs().size()
            + (dropped.isEmpty() ? " later" : "")
            + (one ? " job was" : " jobs were")
            + (dropped.isEmpty() ? " left out after a failure" : " dropped")
            + ", on "
            + names(what.nodes())
            + (dropped.isEmpty() ? "" : ": " + dropped));
  }

  private void job(Run.Progress progress) {
    Map<List<String>, Set<String>> nodesByReason = new LinkedHashMap<>();
    int failed = 0;
    for (NodeOutcome answer : progress.answers().values()) {
      if (answer.reason() != null && answer.reason().isOmission()) {
        boolean dropped = answer.reason() == Outcome.Reason.DROPPED;
        LeftOut same = leftOut.computeIfAbsent(dropped ? answer.info() : "", by -> new LeftOut());
        same.jobs().add(progress.job().id());
        same.nodes().add(answer.node());
      } else if (answer.state() == NodeOutcome.State.FAILED) {
        failed++;
        nodesByReason.computeIfAbsent(why(answer), w -> new TreeSet<>()).add(answer.node());
      }
    }
    if (failed > 0 && ++jobs <= MAX_JOBS) {
      int targets = progress.summary().targets();
      lines.add(
          progress.title()
              + " failed on "
              + failed
              + " of "
              + targets
              + (targets == 1 ? " node:" : " nodes:"));
      reasons(nodesByReason);
      lines.add("  see 'directord manage --job-info " + progress.shortId() + "'");
    }
  }

  private void reasons(Map<List<String>, Set<String>> nodesByReason) {
    int shown = 0;
    for (var reason : nodesByReason.entrySet()) {
      if (shown++ == MAX_REASONS) {
        lines.add("  and for " + (nodesByReason.size() - MAX_REASONS) + " other reasons");
        return;
      }
      lines.add("  " + names(reason.getValue()) + ": " + reason.getKey().get(0));
      reason.getKey().stream().skip(1).forEach(line -> lines.add("    " + line));
    }
  }

  private static List<String> why(NodeOutcome answer) {
    List<String> why = new ArrayList<>();
    String info = answer.info() == null ? "" : answer.info().strip();
    // Otherwise each of a thousand lost nodes would have a reason of its own.
    String itself = "node " + answer.node() + " ";
    info = info.startsWith(itself) ? info.substring(itself.length()) : info;
    why.add(info.isEmpty() ? String.valueOf(answer.reason()) : info);
    String stderr = answer.stderr() == null ? "" : answer.stderr();
    stderr.lines().filter(line -> !line.isBlank()).limit(MAX_STDERR_LINES).forEach(why::add);
    return why;
  }

  /** The first names, and how many more there are. */
  static String names(Set<String> nodes) {
    if (nodes.size() <= MAX_NAMES) {
      return String.join(", ", nodes);
    }
    return String.join(", ", nodes.stream().limit(MAX_NAMES).toList())
        + " and "
        + (nodes.size() - MAX_NAMES)
        + " more";
  }
}
