package io.directord.cli.follow;

import io.directord.cli.console.Console;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.api.RunState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Lines on standard error about nodes, each as soon as it is known: nodes that are left out or not
 * connected, and nodes that disconnect or come back while jobs wait for them.
 */
public final class NodeNotices {
  /** Limit, so that many flapping nodes do not bury everything else. */
  private static final int MAX_CHANGES = 20;

  /** Maximum number of jobs with a remark. */
  private static final int MAX_REMARKS = 5;

  /** Maximum number of omitted jobs in a line. */
  private static final int MAX_OMITTED = 10;

  private final Console console;
  private final RunDisplay report;
  private final Map<String, NodeView.State> told = new HashMap<>();
  private final Set<UUID> paused = new HashSet<>();
  private int changes;
  private int remarks;

  /**
   * @param report is paused for each line
   */
  public NodeNotices(Console console, RunDisplay report) {
    this.console = console;
    this.report = report;
  }

  /** See {@link Console#outputFailure}. */
  String outputFailure() {
    return console.outputFailure();
  }

  /** Tells which nodes of a submission are left out or not connected. */
  public void taken(Receipt receipt) {
    if (!receipt.omitted().isEmpty()) {
      say(omitted(receipt.omitted()));
    }
    if (!receipt.leftOut().isEmpty()) {
      say("left out, since expired: " + FailureText.names(new TreeSet<>(receipt.leftOut())));
    }
    Set<String> expired = ResolvedTargets.expired(receipt.resolved());
    if (!expired.isEmpty()) {
      say("expired, so that the jobs fail there at once: " + FailureText.names(expired));
    }
    Set<String> forgotten = ResolvedTargets.forgotten(receipt.resolved());
    if (!forgotten.isEmpty()) {
      say(forgotten(forgotten));
    }
    if (!receipt.held().isEmpty()) {
      say(held(receipt.held()));
    }
    if (!receipt.away().isEmpty()) {
      receipt.away().forEach(node -> told.put(node, NodeView.State.AWAY));
      say(
          "not connected now, so that the jobs wait for "
              + (receipt.away().size() == 1 ? "it: " : "them: ")
              + FailureText.names(new TreeSet<>(receipt.away())));
    }
  }

  /** Nodes of earlier jobs that are not enrolled any more. */
  public static String forgotten(Set<String> nodes) {
    return "left out, since forgotten: " + FailureText.names(nodes);
  }

  /** Jobs that a limit leaves no target, by number and title. */
  static String omitted(List<Bodies.Omitted> jobs) {
    return "left out, since the limit leaves no target: "
        + jobs.stream()
            .limit(MAX_OMITTED)
            .map(job -> "job " + job.number() + " " + job.title())
            .collect(Collectors.joining(", "))
        + (jobs.size() > MAX_OMITTED ? " and " + (jobs.size() - MAX_OMITTED) + " more jobs" : "");
  }

  private static List<String> held(List<Receipt.Held> nodes) {
    Map<String, Set<String>> byTime = new TreeMap<>();
    for (Receipt.Held one : nodes) {
      String until = one.until().truncatedTo(ChronoUnit.SECONDS).toString();
      String name = one.node() + (one.enrolled() ? "" : " (has not enrolled)");
      byTime.computeIfAbsent(until, same -> new TreeSet<>()).add(name);
    }
    List<String> lines = new ArrayList<>();
    byTime.forEach(
        (until, names) ->
            lines.add(
                "held until " + until + " for nodes that are away: " + FailureText.names(names)));
    return lines;
  }

  /** Tells that a parent is paused or goes on, once. */
  public void runChanged(RunState state, Run run) {
    boolean isPaused = state.paused() != null;
    if (isPaused != paused.contains(state.parentId())) {
      if (isPaused) {
        paused.add(state.parentId());
        if (!run.isStopped()) {
          say(PausedText.notice(state, run.title(state.parentId())));
        }
      } else {
        paused.remove(state.parentId());
        say(run.title(state.parentId()) + " goes on");
      }
    }
  }

  /** Tells that the state of a node has changed, if the run waits for it. */
  public void changed(Event.NodeChanged event, Run run) {
    NodeView node = event.node();
    NodeView.State before = told.getOrDefault(node.identity(), NodeView.State.ACTIVE);
    if (changes == MAX_CHANGES || before == node.state() || !run.waitsFor(node.identity())) {
      return;
    }
    told.put(node.identity(), node.state());
    changes++;
    switch (node.state()) {
      case ACTIVE -> say(node.identity() + " is connected again");
      case AWAY -> say(node.identity() + " is not connected any more; " + waits(node));
      case EXPIRED ->
          say(
              node.identity()
                  + " has expired"
                  + (node.presence().held() == 0
                      ? ""
                      : "; its jobs are held until " + heldUntil(node)));
    }
    if (changes == MAX_CHANGES) {
      say("More changes of nodes are not told: see 'directord manage --list-nodes'.");
    }
  }

  private static String waits(NodeView node) {
    int held = node.presence().held();
    String atMost =
        "its jobs wait for it, for " + Math.max(1, node.expiry().toSeconds()) + " s at most";
    if (held == 0) {
      return atMost;
    }
    return held < node.outstanding()
        ? atMost
            + ", but "
            + held
            + " of them "
            + (held == 1 ? "is" : "are")
            + " held until "
            + heldUntil(node)
        : "its jobs are held until " + heldUntil(node);
  }

  /** To the second, for people. */
  static Instant heldUntil(NodeView node) {
    return node.presence().heldUntil().truncatedTo(ChronoUnit.SECONDS);
  }

  /** Tells on which nodes output of an ended job was cut or lost, or the job retried. */
  public void ended(Run.Progress job) {
    if (!job.cut().isEmpty() || !job.retried().isEmpty()) {
      remarks++;
      if (remarks <= MAX_REMARKS) {
        Set<String> lost = job.lostOutput();
        remark(job, lost, "output up to the crash may be missing on ");
        Set<String> cut = new TreeSet<>(job.cut());
        cut.removeAll(lost);
        remark(job, cut, "output was cut to 1 MiB on ");
        remark(job, job.retried(), "tried more than once on ");
      } else if (remarks == MAX_REMARKS + 1) {
        say("More jobs whose output was cut, or that were tried again, are counted at the end.");
      }
    }
  }

  private void remark(Run.Progress job, Set<String> nodes, String what) {
    if (!nodes.isEmpty()) {
      say(job.label() + ": " + what + FailureText.names(nodes));
    }
  }

  /** Prints lines at once. */
  public void say(List<String> lines) {
    report.pause();
    lines.forEach(console::error);
    report.resume();
  }

  /** Prints a line at once. */
  public void say(String line) {
    say(List.of(line));
  }
}
