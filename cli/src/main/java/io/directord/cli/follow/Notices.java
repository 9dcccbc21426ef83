package io.directord.cli.follow;

import io.directord.cli.console.Console;
import io.directord.common.api.Event;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Lines on standard error about nodes, each as soon as it is known: who is left out, who is away,
 * and who goes away or comes back while jobs wait for it.
 */
public final class Notices {
  /** What a whole site that flaps has to say would bury the rest. */
  private static final int MAX_CHANGES = 20;

  /** Jobs of which something is said beside how they ended. */
  private static final int MAX_REMARKS = 5;

  private final Console console;
  private final Report report;
  private final Map<String, NodeView.State> told = new HashMap<>();
  private int changes;
  private int remarks;

  /**
   * @param report makes room for each line
   */
  public Notices(Console console, Report report) {
    this.console = console;
    this.report = report;
  }

  /** What there is to say of the nodes of a submission. */
  public void taken(Receipt receipt) {
    if (!receipt.leftOut().isEmpty()) {
      say("left out, since expired: " + FailureText.names(new TreeSet<>(receipt.leftOut())));
    }
    if (!receipt.away().isEmpty()) {
      receipt.away().forEach(node -> told.put(node, NodeView.State.AWAY));
      say(
          "not connected now, so that the jobs wait for "
              + (receipt.away().size() == 1 ? "it: " : "them: ")
              + FailureText.names(new TreeSet<>(receipt.away())));
    }
  }

  /** A node has changed; said if the run waits for it. */
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
      case AWAY ->
          say(
              node.identity()
                  + " is not connected any more; its jobs wait for it, for "
                  + Math.max(1, node.expiry().toSeconds())
                  + " s at most");
      case EXPIRED -> say(node.identity() + " has expired");
    }
    if (changes == MAX_CHANGES) {
      say("More changes of nodes are not told: see 'directord manage --list-nodes'.");
    }
  }

  /** A job has ended; what is said of it beside. */
  public void ended(Run.Progress job) {
    if (!job.cut().isEmpty() || !job.retried().isEmpty()) {
      remarks++;
      if (remarks <= MAX_REMARKS) {
        remark(job, job.cut(), "output was cut to 1 MiB on ");
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

  /** Lines that are to be seen at once. */
  public void say(List<String> lines) {
    report.pause();
    lines.forEach(console::complain);
    report.resume();
  }

  /** A line that is to be seen at once. */
  public void say(String line) {
    say(List.of(line));
  }
}
