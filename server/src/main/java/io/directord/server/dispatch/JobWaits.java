package io.directord.server.dispatch;

import io.directord.common.component.builtin.JobWaitComponent;
import io.directord.server.node.Node;
import io.directord.server.store.JobStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * JOB_WAIT: tells nodes when the job with a fingerprint has ended on others. A job that has not
 * ended yet counts, else what the store knows of earlier ones, else one is waited for.
 */
final class JobWaits {
  private final JobStore store;
  private final JobBook book;
  private final Outbox outbox;
  private final Queries queries;
  private final Consumer<Runnable> later;
  private final List<Wait> waits = new ArrayList<>();

  /** One JOB_WAIT on one node. */
  private record Wait(LiveJob job, Node node, String sha, Set<String> open) {}

  /**
   * @param later has something done on the dispatcher's thread
   */
  JobWaits(JobStore store, JobBook book, Outbox outbox, Queries queries, Consumer<Runnable> later) {
    this.store = store;
    this.book = book;
    this.outbox = outbox;
    this.queries = queries;
    this.later = later;
  }

  /** A node waits; it says so again when it has connected again. */
  void waiting(Node node, LiveJob job, Turn turn) {
    waits.removeIf(wait -> wait.job == job && wait.node == node);
    Set<String> open = new HashSet<>();
    Set<String> unknown = new HashSet<>();
    String sha = JobWaitComponent.sha(job.job());
    for (String other : JobWaitComponent.nodes(job.job())) {
      List<Assignment> live = live(sha, other);
      if (live.isEmpty()) {
        unknown.add(other);
      } else if (!live.stream().allMatch(Assignment::isEnded)) {
        open.add(other);
      }
    }
    open.addAll(unknown);
    Wait wait = new Wait(job, node, sha, open);
    waits.add(wait);
    if (!unknown.isEmpty()) {
      lookUp(wait, Set.copyOf(unknown));
    }
    turn.whenSafe(() -> resumeIfDone(wait));
  }

  /** A job has ended on a node. */
  void ended(Assignment assignment, Turn turn) {
    if (waits.isEmpty()) {
      return;
    }
    waits.removeIf(
        wait -> wait.job == assignment.job() && wait.node.identity().equals(assignment.node()));
    String sha = assignment.job().job().fingerprint();
    if (waits.stream().anyMatch(wait -> wait.sha.equals(sha))) {
      turn.whenSafe(() -> endedSafely(sha, assignment.node()));
    }
  }

  private void endedSafely(String sha, String node) {
    if (live(sha, node).stream().allMatch(Assignment::isEnded)) {
      for (Wait wait : List.copyOf(waits)) {
        if (wait.sha.equals(sha) && wait.open.remove(node)) {
          resumeIfDone(wait);
        }
      }
    }
  }

  private List<Assignment> live(String sha, String node) {
    List<Assignment> live = new ArrayList<>();
    for (LiveJob job : book.all()) {
      if (job.job().fingerprint().equals(sha) && job.on(node) != null) {
        live.add(job.on(node));
      }
    }
    return live;
  }

  private void lookUp(Wait wait, Set<String> nodes) {
    CompletableFuture<Set<String>> answer = new CompletableFuture<>();
    answer.whenComplete(
        (ended, failure) ->
            later.accept(
                () -> {
                  if (failure != null) {
                    resume(wait, false, "the server cannot look for the job: " + failure);
                  } else {
                    // One that began meanwhile is waited for.
                    ended.removeIf(node -> !live(wait.sha, node).isEmpty());
                    wait.open.removeAll(ended);
                    resumeIfDone(wait);
                  }
                }));
    queries.read(answer, () -> endedOn(wait.sha, nodes));
  }

  /** Those of the nodes where such a job has ended, as far as jobs are kept; newest first. */
  private Set<String> endedOn(String sha, Set<String> nodes) {
    Set<String> ended = new HashSet<>();
    List<Long> seqs = store.seqs(null);
    for (int i = seqs.size() - 1; i >= 0 && ended.size() < nodes.size(); i--) {
      long seq = seqs.get(i);
      if (store.summary(seq).filter(job -> job.fingerprint().equals(sha)).isPresent()) {
        store.results(seq).values().stream()
            .filter(outcome -> nodes.contains(outcome.node()))
            .forEach(outcome -> ended.add(outcome.node()));
      }
    }
    return ended;
  }

  private void resumeIfDone(Wait wait) {
    if (wait.open.isEmpty()) {
      resume(wait, true, "job " + wait.sha + " has ended");
    }
  }

  private void resume(Wait wait, boolean success, String info) {
    if (waits.remove(wait)) {
      outbox.resume(wait.node, wait.job.id(), success, info);
    }
  }
}
