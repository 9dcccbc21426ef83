package io.directord.server.api;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeClient;
import io.directord.common.api.NodeLabel;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeTraits;
import io.directord.common.api.NodeView;
import io.directord.common.api.RunTimes;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Views of nodes, jobs and results as the tests of the API show them. */
public final class SampleViews {
  public static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private SampleViews() {}

  public static NodeView node(String name, NodeView.State state) {
    return new NodeView(
        name,
        new NodePresence(state, NOW, Duration.ofSeconds(170)),
        new NodeClient(
            "1.0.0", Duration.ofHours(3), Duration.ofMillis(1500), "machine-of-" + name, "zeromq"),
        0,
        "",
        new NodeTraits(
            Map.of("role", new NodeLabel("web", NodeLabel.Origin.SERVER, "db")),
            Map.of("os", "fedora"),
            List.of("10.0.0.1")));
  }

  public static JobSummary summary(Job job) {
    return new JobSummary(
        job.id(),
        job.parent(),
        JobTitle.of(job),
        new JobOrigin("me", NOW, 1, false),
        true,
        new JobCounts(2, 1, 1, 0, 0, 0),
        new JobTimes(Duration.ofMillis(12), Duration.ofMillis(15), null));
  }

  public static Event.JobEnded ended(Job job, String... skipped) {
    EndedNodes named = new EndedNodes(List.of(skipped), List.of(), List.of("node-a"), List.of());
    return new Event.JobEnded(summary(job), named);
  }

  public static NodeOutcome answered(String node, String stdout) {
    return new NodeOutcome(
        node,
        NodeOutcome.State.FAILED,
        Outcome.Reason.ERROR,
        "exit status 1",
        new CapturedOutput(stdout, ""),
        new RunTimes(Duration.ofMillis(12), Duration.ofMillis(15), NOW, NOW),
        RunDetails.NONE);
  }

  public static NodeOutcome waiting(String node) {
    return NodeOutcome.withoutRun(node, NodeOutcome.State.WAITING, null, "");
  }
}
