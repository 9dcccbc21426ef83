package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Counts the nodes of a run that are done, failed or running. A node is done when each job has a
 * result from it or has ended; it has failed as soon as one job failed on it.
 */
final class NodeCount {
  private final Map<UUID, Integer> targets = new HashMap<>();
  private final Map<UUID, Set<String>> answered = new HashMap<>();
  private final Map<String, Integer> answersToLiveJobs = new HashMap<>();

  /** By node, the jobs that failed on it; a late result may take the place of a lost one. */
  private final Map<String, Set<UUID>> failed = new HashMap<>();

  private final int jobs;
  private int live;
  private int answers;

  NodeCount(int jobs) {
    this.jobs = jobs;
    this.live = jobs;
  }

  void on(Event event) {
    if (event instanceof Event.JobTaken taken) {
      targets.put(taken.job().id(), taken.job().targets());
    } else if (event instanceof Event.NodeAnswered answer) {
      answered(answer.jobId(), answer.outcome());
    } else if (event instanceof Event.JobEnded ended) {
      ended(ended.job());
    }
  }

  int answers() {
    return answers;
  }

  /**
   * Number of results expected in all; jobs without an event so far are assumed to have as many
   * targets as the others.
   */
  int expected() {
    int known = targets.values().stream().mapToInt(Integer::intValue).sum();
    return known + (jobs - targets.size()) * most();
  }

  int done() {
    return (int)
        answersToLiveJobs.entrySet().stream()
            .filter(node -> node.getValue() == live && !failed.containsKey(node.getKey()))
            .count();
  }

  int failed() {
    return failed.size();
  }

  int running() {
    return Math.max(0, Math.max(most(), answersToLiveJobs.size()) - done() - failed());
  }

  private int most() {
    return targets.values().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private void answered(UUID job, NodeOutcome outcome) {
    if (outcome.state() == NodeOutcome.State.FAILED) {
      failed.computeIfAbsent(outcome.node(), node -> new HashSet<>()).add(job);
    } else {
      failed.computeIfPresent(outcome.node(), (node, jobs) -> without(job, jobs));
    }
    if (!answered.computeIfAbsent(job, id -> new HashSet<>()).add(outcome.node())) {
      return;
    }
    answers++;
    answersToLiveJobs.merge(outcome.node(), 1, Integer::sum);
  }

  private static Set<UUID> without(UUID job, Set<UUID> jobs) {
    jobs.remove(job);
    return jobs.isEmpty() ? null : jobs;
  }

  private void ended(JobSummary job) {
    live--;
    targets.put(job.id(), job.targets());
    for (String node : answered.getOrDefault(job.id(), Set.of())) {
      answersToLiveJobs.merge(node, -1, Integer::sum);
    }
  }
}
