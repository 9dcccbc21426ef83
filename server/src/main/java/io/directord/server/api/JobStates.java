package io.directord.server.api;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome.Reason;
import java.util.ArrayList;
import java.util.List;

/**
 * How a job stands on all of its nodes, in few bytes.
 *
 * @param nodes sorted by name
 * @param states a letter for each of them: Waiting, Sent, Running, succeeded (O), skipped (K),
 *     Failed, Lost, Never begun, cancelled (X)
 */
record JobStates(JobSummary job, List<String> nodes, String states) {

  /** Reads each result, and blocks on the disk. */
  static JobStates of(JobView job) {
    List<String> nodes = new ArrayList<>(job.nodes().size());
    StringBuilder states = new StringBuilder(job.nodes().size());
    for (NodeOutcome outcome : job.nodes()) {
      nodes.add(outcome.node());
      states.append(letter(outcome));
    }
    return new JobStates(job.summary(), nodes, states.toString());
  }

  private static char letter(NodeOutcome outcome) {
    return switch (outcome.state()) {
      case WAITING -> 'W';
      case SENT -> 'S';
      case RUNNING -> 'R';
      case SUCCEEDED -> 'O';
      case SKIPPED -> 'K';
      case FAILED -> letter(outcome.reason());
    };
  }

  private static char letter(Reason reason) {
    if (reason.isOmission()) {
      return 'N';
    }
    return switch (reason) {
      case CANCELLED -> 'X';
      case LOST, RESULT_LOST -> 'L';
      default -> 'F';
    };
  }
}
