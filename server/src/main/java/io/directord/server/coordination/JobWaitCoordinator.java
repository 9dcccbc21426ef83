package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.verbs.builtin.JobWaitComponent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * JOB_WAIT: resumes nodes when the job with a fingerprint has ended on others. Live jobs count,
 * else earlier ones in the store, else a future one.
 *
 * <p>Progress is counted once for all waiting nodes: a thousand nodes may wait for a job on a
 * thousand others.
 */
public final class JobWaitCoordinator implements Coordinator {
  private final Map<String, Awaited> awaited = new HashMap<>();

  /** One JOB_WAIT on one node. */
  private record Key(UUID job, String node) {}

  /** An awaited fingerprint: the nodes of its jobs, and those on which one has ended. */
  private static final class Awaited {
    final Map<String, Set<UUID>> running = new HashMap<>();
    final Set<String> ended = new HashSet<>();

    /** The nodes on which each still waits. */
    final Map<Key, Set<String>> waits = new LinkedHashMap<>();

    /** Whether the store was asked for earlier jobs; later ends are seen here. */
    boolean asked;

    /** Whether it has not answered yet. */
    boolean isReading;

    void add(Work job) {
      for (String node : job.targets()) {
        if (job.isCommittedOn(node)) {
          ended.add(node);
        } else {
          running.computeIfAbsent(node, n -> new HashSet<>()).add(job.id());
        }
      }
    }

    boolean isOpen(String node) {
      return running.containsKey(node) || !ended.contains(node);
    }
  }

  /** Earlier jobs in the store. */
  private record Earlier(JobWaitCoordinator owner, String sha) implements Floor.Finder {
    @Override
    public void found(List<FoundJob> found, Floor floor) {
      owner.found(sha, found, floor);
    }
  }

  @Override
  public String verb() {
    return JobWaitComponent.VERB;
  }

  @Override
  public void waiting(Work job, String node, String answer, Floor floor) {
    String sha = JobWaitComponent.sha(job.job());
    Awaited target = awaited.computeIfAbsent(sha, s -> look(s, floor));
    Set<String> open = new HashSet<>(JobWaitComponent.nodes(job.job(), answer));
    open.removeIf(other -> !target.isOpen(other));
    Key key = new Key(job.id(), node);
    target.waits.put(key, open);
    if (open.isEmpty()) {
      resume(sha, target, key, true, ended(sha), floor);
    } else if (!target.asked && !target.running.keySet().containsAll(open)) {
      target.asked = true;
      List<UUID> earlier = floor.ended(sha);
      if (!earlier.isEmpty()) {
        List<JobRead> wanted = earlier.stream().map(id -> new JobRead(id, Set.of())).toList();
        target.isReading = true;
        floor.read(wanted, new Earlier(this, sha));
      }
    }
    if (!target.isReading) {
      requireNodes(sha, target, key, floor);
    }
  }

  /** Fails who waits for an unknown node: nothing has ended there, and nothing will. */
  private void requireNodes(String sha, Awaited target, Key key, Floor floor) {
    target.waits.getOrDefault(key, Set.of()).stream()
        .filter(node -> !target.running.containsKey(node))
        .flatMap(node -> floor.error(node).stream())
        .findFirst()
        .ifPresent(why -> resume(sha, target, key, false, why, floor));
  }

  private static Awaited look(String sha, Floor floor) {
    Awaited target = new Awaited();
    floor.unended(sha).forEach(target::add);
    return target;
  }

  @Override
  public void submitted(Work job, Floor floor) {
    Awaited target = awaited.get(job.job().fingerprint());
    if (target != null) {
      target.add(job);
    }
  }

  @Override
  public void committed(Work job, String node, NodeOutcome outcome, Floor floor) {
    if (job.job().verb().equals(verb())) {
      forget(JobWaitComponent.sha(job.job()), new Key(job.id(), node));
    }
    String sha = job.job().fingerprint();
    Awaited target = awaited.get(sha);
    if (target != null) {
      Set<UUID> running = target.running.get(node);
      if (running != null && running.remove(job.id()) && running.isEmpty()) {
        target.running.remove(node);
      }
      target.ended.add(node);
      endedOn(sha, target, Set.of(node), floor);
    }
  }

  private void forget(String sha, Key key) {
    Awaited target = awaited.get(sha);
    if (target != null && target.waits.remove(key) != null && target.waits.isEmpty()) {
      awaited.remove(sha);
    }
  }

  private void found(String sha, List<FoundJob> found, Floor floor) {
    Awaited target = awaited.get(sha);
    if (target != null) {
      Set<String> nodes = new HashSet<>();
      found.forEach(job -> nodes.addAll(job.stored().targets()));
      target.isReading = false;
      target.ended.addAll(nodes);
      endedOn(sha, target, nodes, floor);
      List.copyOf(target.waits.keySet()).forEach(key -> requireNodes(sha, target, key, floor));
    }
  }

  private void endedOn(String sha, Awaited target, Set<String> nodes, Floor floor) {
    Set<String> over = new HashSet<>(nodes);
    over.removeIf(target::isOpen);
    if (over.isEmpty()) {
      return;
    }
    for (Map.Entry<Key, Set<String>> wait : List.copyOf(target.waits.entrySet())) {
      over.forEach(wait.getValue()::remove);
      if (wait.getValue().isEmpty()) {
        resume(sha, target, wait.getKey(), true, ended(sha), floor);
      }
    }
  }

  private static String ended(String sha) {
    return "job " + sha + " has ended";
  }

  private void resume(
      String sha, Awaited target, Key key, boolean success, String info, Floor floor) {
    target.waits.remove(key);
    if (target.waits.isEmpty()) {
      awaited.remove(sha);
    }
    floor.resume(key.node(), key.job(), success, info);
  }
}
