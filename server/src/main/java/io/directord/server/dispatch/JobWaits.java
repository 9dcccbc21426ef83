package io.directord.server.dispatch;

import io.directord.common.component.builtin.JobWaitComponent;
import io.directord.server.node.Node;
import io.directord.server.store.JobStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
  private final List<Wait> unknown = new ArrayList<>();
  private boolean looking;

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
    boolean isKnown = true;
    String sha = JobWaitComponent.sha(job.job());
    for (String other : JobWaitComponent.nodes(job.job())) {
      List<Assignment> live = live(sha, other);
      isKnown &= !live.isEmpty();
      if (live.isEmpty() || !live.stream().allMatch(Assignment::isEnded)) {
        open.add(other);
      }
    }
    Wait wait = new Wait(job, node, sha, open);
    waits.add(wait);
    if (!isKnown) {
      unknown.add(wait);
      lookUp();
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

  /** Asks the store for all at once, since thousands of nodes may begin to wait together. */
  private void lookUp() {
    if (looking || unknown.isEmpty()) {
      return;
    }
    looking = true;
    List<Wait> asking = List.copyOf(unknown);
    unknown.clear();
    Map<String, Set<String>> wanted = new HashMap<>();
    asking.forEach(
        wait -> wanted.computeIfAbsent(wait.sha, sha -> new HashSet<>()).addAll(wait.open));
    CompletableFuture<Map<String, Set<String>>> answer = new CompletableFuture<>();
    answer.whenComplete(
        (ended, failure) ->
            later.accept(
                () -> {
                  looking = false;
                  asking.forEach(wait -> lookedUp(wait, ended, failure));
                  lookUp();
                }));
    queries.readForNodes(answer, () -> endedOn(wanted));
  }

  private void lookedUp(Wait wait, Map<String, Set<String>> ended, Throwable failure) {
    if (failure != null) {
      resume(wait, false, "the server cannot look for the job: " + failure);
      return;
    }
    // One that began meanwhile is waited for.
    Set<String> there = ended.getOrDefault(wait.sha, Set.of());
    wait.open.removeIf(node -> there.contains(node) && live(wait.sha, node).isEmpty());
    resumeIfDone(wait);
  }

  /**
   * Where such jobs have ended, as far as jobs are kept.
   *
   * @param wanted nodes by fingerprint
   */
  private Map<String, Set<String>> endedOn(Map<String, Set<String>> wanted) {
    Map<String, Set<String>> ended = new HashMap<>();
    for (long seq : store.seqs(null)) {
      store
          .summary(seq)
          .filter(summary -> wanted.containsKey(summary.fingerprint()))
          .flatMap(summary -> store.job(summary.id()))
          .ifPresent(
              job ->
                  ended
                      .computeIfAbsent(job.job().fingerprint(), sha -> new HashSet<>())
                      .addAll(job.targets()));
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
