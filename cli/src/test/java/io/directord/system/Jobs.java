package io.directord.system;

import static org.awaitility.Awaitility.await;

import io.directord.cli.TestCluster;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.core.ConditionFactory;
import tools.jackson.databind.node.ObjectNode;

/** What tests ask the server about jobs, through its API. */
final class Jobs {
  /** Generous: it bounds a hang, it measures nothing. */
  static final Duration TIMEOUT = Duration.ofSeconds(240);

  private final ServerConnection api;

  Jobs(TestCluster cluster) {
    this.api = cluster.api();
  }

  /**
   * Waits as tests here do. A question that a busy server, or one that is being replaced, did not
   * answer is asked again.
   */
  static ConditionFactory awaiting(String what) {
    return await(what)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsMatching(TestCluster::isUnanswered);
  }

  /** A RUN of its own parent. */
  static Job run(String command, String... targets) {
    ObjectNode json = Json.object().put("verb", "RUN").put("command", command);
    if (targets.length > 0) {
      Arrays.stream(targets).forEach(json.putArray("targets")::add);
    }
    return JobJson.read(json);
  }

  /** Submits a command and does not wait for it. */
  UUID submit(String command, String... targets) {
    return submit(run(command, targets));
  }

  UUID submit(Job job) {
    try {
      return api.submit(List.of(job), Map.of()).get(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the job, on that node. */
  NodeOutcome on(UUID job, String node) {
    return view(job).nodes().stream()
        .filter(outcome -> outcome.node().equals(node))
        .findFirst()
        .orElseThrow(() -> new AssertionError("job " + job + " has no target " + node));
  }

  JobView view(UUID job) {
    try {
      return api.job(job);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All jobs that the server keeps, in the order of submission. */
  List<JobSummary> all() {
    try {
      return api.jobs(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jobs of the parent of that name. */
  List<JobSummary> of(String parent) {
    return all().stream().filter(job -> parent.equals(job.parent().name())).toList();
  }

  /** Returns when the job has ended everywhere. */
  JobView awaitEnd(UUID job) {
    awaiting("job " + job + " ends").until(() -> !view(job).summary().processing());
    return view(job);
  }

  /** Returns when the job has succeeded on that node. */
  void awaitSuccess(UUID job, String node) {
    awaiting("job " + job + " has succeeded")
        .until(() -> on(job, node).state() == NodeOutcome.State.SUCCEEDED);
  }

  /** The beginning of a command that waits for a file. */
  static String until(Path gate) {
    return "until test -e " + gate + "; do sleep 0.1; done; ";
  }

  /** Returns when every job has ended everywhere. */
  void awaitAllEnded() {
    awaiting("all jobs end").until(() -> all().stream().noneMatch(JobSummary::processing));
  }
}
