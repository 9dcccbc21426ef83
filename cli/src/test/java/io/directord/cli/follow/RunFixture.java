package io.directord.cli.follow;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.FailureCounts;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeClient;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeTraits;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RunCounts;
import io.directord.common.api.RunTimes;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;

/** A run of jobs for every node, and what the server tells of it. */
final class RunFixture {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  final List<Job> jobs = new ArrayList<>();
  final Run run;
  private final List<String> nodes;

  RunFixture(int jobs, String... nodes) {
    this(jobs, List.of(nodes), List.of());
  }

  RunFixture(int count, List<String> nodes, List<String> leftOut) {
    UUID parent = UUID.randomUUID();
    for (int i = 0; i < count; i++) {
      jobs.add(
          JobJson.read(
              Json.object()
                  .put("verb", "RUN")
                  .put("command", "echo " + i)
                  .put("parent_id", parent.toString())));
    }
    this.nodes = nodes;
    run = new Run(jobs);
    run.taken(new Receipt(jobs.stream().map(Job::id).toList(), nodes, List.of(), leftOut));
  }

  /** Another run of the same jobs, of which nothing was told yet. */
  RunFixture(List<Job> jobs, String... nodes) {
    this.jobs.addAll(jobs);
    this.nodes = List.of(nodes);
    run = new Run(jobs);
    run.taken(new Receipt(jobs.stream().map(Job::id).toList(), this.nodes, List.of(), List.of()));
  }

  static List<String> names(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> String.format("web-%03d", i)).toList();
  }

  void fails(int job, String node, Outcome.Reason reason) {
    fails(job, node, reason, RunDetails.NONE);
  }

  Event fails(int job, String node, Outcome.Reason reason, RunDetails details) {
    Event event =
        new Event.NodeAnswered(
            jobs.get(job).id(),
            jobs.get(job).parent().id(),
            new NodeOutcome(
                node,
                NodeOutcome.State.FAILED,
                reason,
                "no",
                CapturedOutput.EMPTY,
                new RunTimes(Duration.ZERO, Duration.ZERO, NOW, NOW),
                details));
    run.apply(event);
    return event;
  }

  /** Succeeded where nothing else was told before. */
  void ends(int job, String... skipped) {
    EndedNodes named = new EndedNodes(List.of(skipped), List.of(), List.of(), List.of());
    ends(job, named, new RunCounts(0, 0, 0, 0));
  }

  void ends(int job, EndedNodes named, RunCounts runs) {
    run.apply(ended(job, named, runs));
  }

  /** That it succeeded, which nobody is told yet. */
  Event ended(int job) {
    return ended(job, EndedNodes.NONE, new RunCounts(0, 0, 0, 0));
  }

  private Event ended(int job, EndedNodes named, RunCounts runs) {
    Job ended = jobs.get(job);
    JobSummary summary =
        new JobSummary(
            ended.id(),
            ended.parent(),
            JobTitle.of(ended),
            new JobOrigin("root", NOW, 0, false),
            false,
            new JobCounts(
                nodes.size(),
                nodes.size(),
                named.skipped().size(),
                new FailureCounts(0, 0, 0),
                0,
                runs),
            new JobTimes(Duration.ZERO, Duration.ZERO, NOW));
    return new Event.JobEnded(summary, named);
  }

  static NodeView node(String name, NodeView.State state, int outstanding) {
    return new NodeView(
        name,
        new NodePresence(state, NOW, Duration.ofSeconds(137)),
        new NodeClient("1.0", Duration.ZERO, Duration.ZERO, "m", "zeromq"),
        outstanding,
        "",
        NodeTraits.NONE);
  }
}
