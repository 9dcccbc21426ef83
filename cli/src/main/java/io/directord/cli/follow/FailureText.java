package io.directord.cli.follow;

import io.directord.cli.output.Display;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.validation.Counted;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Tells what failed, on which nodes and why. Nodes with the same reason share a line; jobs that did
 * not run after an earlier failure, or were dropped, are only counted.
 */
public final class FailureText {
  private static final int MAX_JOBS = 20;
  private static final int MIN_TITLE = 20;
  private static final int MAX_NAMES = 5;
  private static final int MAX_REASONS = 5;
  private static final int MAX_STDERR_LINES = 3;

  private final int columns;
  private final boolean named;
  private final UnaryOperator<String> marked;
  private final List<String> lines = new ArrayList<>();
  private final Map<String, LeftOut> leftOut = new TreeMap<>();
  private int jobs;

  /** Jobs that did not run, and their nodes. */
  private record LeftOut(Set<UUID> jobs, Set<String> nodes) {
    LeftOut() {
      this(new HashSet<>(), new TreeSet<>());
    }
  }

  private FailureText(int columns, boolean named, UnaryOperator<String> marked) {
    this.columns = columns;
    this.named = named;
    this.marked = marked;
  }

  /**
   * Lines about jobs that have failed, also those that are paused on further nodes; empty if there
   * are none.
   *
   * @param columns that the line of a job may take; its title is cut to that
   * @param named whether each failed job stands above with its title, so that its id is enough
   * @param marked gives the line of a job its colour
   */
  public static List<String> of(Run run, int columns, boolean named, UnaryOperator<String> marked) {
    FailureText text = new FailureText(columns, named, marked);
    for (Run.Progress progress : run.jobs()) {
      if (progress.failedSomewhere()) {
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

  /** Empty if it is after a failure of another job. */
  private static String whyLeftOut(NodeOutcome answer) {
    return switch (answer.reason()) {
      case DROPPED -> "dropped: " + answer.info();
      case NOT_STARTED -> "not started: " + withoutItself(answer);
      default -> "";
    };
  }

  private void leftOut(String why, LeftOut what) {
    boolean one = what.jobs().size() == 1;
    int colon = why.indexOf(": ");
    lines.add(
        what.jobs().size()
            + (why.isEmpty() ? " later" : "")
            + (one ? " job was " : " jobs were ")
            + (why.isEmpty() ? "left out after a failure" : why.substring(0, colon))
            + ", on "
            + names(what.nodes())
            + (why.isEmpty() ? "" : why.substring(colon)));
  }

  private void job(Run.Progress progress) {
    Map<List<String>, Set<String>> nodesByReason = new LinkedHashMap<>();
    int failed = 0;
    for (NodeOutcome answer : progress.answers().values()) {
      if (answer.reason() != null && answer.reason().isOmission()) {
        LeftOut same = leftOut.computeIfAbsent(whyLeftOut(answer), by -> new LeftOut());
        same.jobs().add(progress.job().id());
        same.nodes().add(answer.node());
      } else if (answer.state() == NodeOutcome.State.FAILED) {
        failed++;
        nodesByReason
            .computeIfAbsent(why(progress, answer), w -> new TreeSet<>())
            .add(answer.node());
      }
    }
    if (failed > 0 && ++jobs <= MAX_JOBS) {
      int targets = progress.ended() ? progress.summary().targets() : progress.targets().size();
      String where = " failed on " + failed + " of " + Counted.of(targets, "node") + ":";
      String title =
          named
              ? progress.shortId()
              : Display.cut(progress.title(), Math.max(MIN_TITLE, columns - where.length()));
      lines.add(marked.apply(title + where));
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
      String why = "  " + names(reason.getValue()) + ": " + reason.getKey().get(0);
      lines.addAll(Display.wrapped(why, columns, 4));
      reason.getKey().stream().skip(1).forEach(line -> lines.add("    " + line));
    }
  }

  private static List<String> why(Run.Progress progress, NodeOutcome answer) {
    List<String> why = new ArrayList<>();
    String info = JobTitle.of(progress.job()).without(withoutItself(answer));
    why.add(info.isEmpty() ? String.valueOf(answer.reason()) : info);
    String stderr = answer.stderr() == null ? "" : answer.stderr();
    stderr.lines().filter(line -> !line.isBlank()).limit(MAX_STDERR_LINES).forEach(why::add);
    return why;
  }

  /** Without the name of the node, so that nodes with the same reason share a line. */
  private static String withoutItself(NodeOutcome answer) {
    String info = answer.info() == null ? "" : answer.info().strip();
    String itself = "node " + answer.node() + " ";
    return info.startsWith(itself) ? info.substring(itself.length()) : info;
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
