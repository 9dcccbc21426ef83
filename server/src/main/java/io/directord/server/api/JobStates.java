package io.directord.server.api;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome.Reason;
import io.directord.server.dispatch.ResultsByNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a job stands on all of its nodes, in few bytes.
 *
 * @param nodes sorted by name
 * @param states a letter for each of them: Waiting, Sent, Running, succeeded (O), skipped (K),
 *     Failed, Lost, Never begun, cancelled (X)
 */
record JobStates(JobSummary job, List<String> nodes, String states) {
  /** In place of a letter: the nodes have different ones, as far as is known. */
  private static final char MIXED = 0;

  /** Reads results only where the counts leave open how they are; may block on the disk. */
  static JobStates of(JobView job, StatesCache cache) {
    int size = job.nodes().size();
    String known = job.nodes() instanceof ResultsByNode ? cache.find(job.summary()) : null;
    if (known != null && known.length() == size) {
      ResultsByNode nodes = (ResultsByNode) job.nodes();
      return new JobStates(
          job.summary(), IntStream.range(0, size).mapToObj(nodes::node).toList(), known);
    }
    JobStates read = of(job);
    cache.keep(job.summary(), read.states());
    return read;
  }

  static JobStates of(JobView job) {
    int size = job.nodes().size();
    List<String> nodes = new ArrayList<>(size);
    StringBuilder states = new StringBuilder(size);
    char same = common(job.summary());
    for (int i = 0; i < size; i++) {
      if (same != MIXED && job.nodes() instanceof ResultsByNode known) {
        nodes.add(known.node(i));
        states.append(same);
      } else {
        NodeOutcome outcome = job.nodes().get(i);
        nodes.add(outcome.node());
        states.append(letter(outcome));
      }
    }
    return new JobStates(job.summary(), nodes, states.toString());
  }

  /** The letter of all nodes, by the job's counts. */
  private static char common(JobSummary job) {
    boolean isWhole = !job.processing() && job.counts().resultsLost() == 0;
    if (!isWhole || job.succeeded() != job.targets()) {
      return MIXED;
    }
    int skipped = job.counts().skipped();
    return skipped == 0 ? 'O' : skipped == job.targets() ? 'K' : MIXED;
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
