package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.NodeAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A node of a {@link CoreSimulation} with its journal, and the connection that it has or has not:
 * does with messages what a client does, one step at a time.
 */
final class JournalingNode {
  final String name;
  private final Map<UUID, Job> queued = new LinkedHashMap<>();
  final Map<UUID, Job> running = new LinkedHashMap<>();
  final Map<UUID, NodeResult> results = new LinkedHashMap<>();

  /** Each with its jobs that run all the same, since they came before the one that failed. */
  private final Map<UUID, Set<UUID>> failedParents = new HashMap<>();

  /** Of which it may have forgotten that they failed. */
  final Set<UUID> forgottenParents = new HashSet<>();

  final Deque<ServerMessage> toNode = new ArrayDeque<>();
  final Deque<NodeMessage> toServer = new ArrayDeque<>();
  final Set<UUID> outstanding = new HashSet<>();
  UUID session;
  UUID journal;
  NodeAddress peer;
  private boolean welcome;
  long steps;

  /** Number of its last list of jobs. */
  long question;

  /** After a start nothing begins before the server has said what it has given up. */
  boolean asks;

  /** An older copy of its journal; null if there is none. */
  JournalingNode copy;

  private final Invariants invariants;

  JournalingNode(String name, UUID session, UUID journal, Invariants invariants) {
    this.name = name;
    this.session = session;
    this.journal = journal;
    this.invariants = invariants;
  }

  void copyJournal() {
    copy = new JournalingNode(name, session, journal, invariants);
    copy.takeJournalOf(this);
  }

  void takeJournalOf(JournalingNode other) {
    journal = other.journal;
    steps = other.steps;
    queued.clear();
    queued.putAll(other.queued);
    running.clear();
    running.putAll(other.running);
    results.clear();
    results.putAll(other.results);
    failedParents.clear();
    other.failedParents.forEach((id, spared) -> failedParents.put(id, new HashSet<>(spared)));
  }

  private boolean omits(Job job) {
    Set<UUID> spared = failedParents.get(job.parent().id());
    return spared != null && !spared.contains(job.id()) && !job.bypassesLanes();
  }

  /** Its jobs that have not ended and came before that one, which failed, are spared. */
  private void failed(UUID job, UUID parent) {
    Set<UUID> before = new HashSet<>();
    for (Job one : concat(running.values(), queued.values())) {
      if (one.id().equals(job)) {
        break;
      }
      if (one.parent().id().equals(parent)) {
        before.add(one.id());
      }
    }
    failedParents.computeIfAbsent(parent, id -> before).retainAll(before);
  }

  private static List<Job> concat(Collection<Job> first, Collection<Job> second) {
    List<Job> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  /** It goes on with another journal, which is empty. */
  void loseJournal(UUID fresh) {
    journal = fresh;
    queued.clear();
    running.clear();
    results.clear();
    failedParents.clear();
  }

  void heartbeat() {
    if (peer != null) {
      toServer.add(
          new Heartbeat(
              name,
              new ClientFacts("1", Duration.ZERO, Duration.ZERO, "machine-" + name, "zeromq"),
              Heartbeat.PROTOCOL,
              session,
              Set.of(),
              new JournalState(journal, steps)));
    }
  }

  /** What is under way is lost with its connection. */
  void loseMessages() {
    toNode.clear();
    toServer.clear();
    welcome = false;
  }

  boolean mayBegin() {
    return !queued.isEmpty() && !asks;
  }

  /** The next job begins, if it may. */
  void begin() {
    if (mayBegin()) {
      Job job = queued.values().iterator().next();
      if (omits(job)) {
        ended(job.id(), new Outcome.Failed(Outcome.Reason.OMITTED, "its parent failed"));
        return;
      }
      invariants.begins(this, job);
      queued.remove(job.id());
      steps++;
      running.put(job.id(), job);
      if (welcome) {
        toServer.add(new NodeMessage.Started(job.id(), job.verb(), steps));
        sayThatItWaits(job);
      }
    }
  }

  private boolean waits(Job job) {
    return job.verb().equals("JOB_WAIT")
        || job.verb().equals("QUERY") && job.targets().contains(name);
  }

  private void sayThatItWaits(Job job) {
    if (waits(job)) {
      toServer.add(new NodeMessage.Waiting(job.id(), job.verb(), "{\"n\":1}"));
    }
  }

  /** A job that waits for nothing ends, if there is one. */
  void end(Outcome outcome) {
    running.values().stream()
        .filter(job -> !waits(job))
        .findFirst()
        .ifPresent(job -> ended(job.id(), outcome));
  }

  void ended(UUID id, Outcome outcome) {
    Job job = running.getOrDefault(id, queued.get(id));
    ended(id, job == null ? id : job.parent().id(), outcome);
  }

  private void ended(UUID id, UUID parent, Outcome outcome) {
    if (!outcome.isSuccess()) {
      failed(id, parent);
    }
    queued.remove(id);
    running.remove(id);
    NodeResult result =
        new NodeResult(id, outcome, "{\"n\":2}", "", Duration.ofMillis(1), null, Instant.EPOCH);
    results.put(id, result);
    if (welcome) {
      toServer.add(new NodeMessage.Ended("RUN", result));
    }
  }

  /** The next message of the server reaches it. */
  void hear() {
    ServerMessage message = toNode.poll();
    if (message instanceof ServerMessage.WhoAreYou) {
      heartbeat();
    } else if (message instanceof ServerMessage.Welcome) {
      welcomed();
    } else if (message instanceof ServerMessage.Run run) {
      run(run.job());
    } else if (message instanceof ServerMessage.Durable durable) {
      durable.jobIds().forEach(results::remove);
    } else if (message instanceof ServerMessage.Drop drop) {
      // A reply to an earlier one says nothing of what it has now.
      asks &= drop.number() != question;
      for (UUID id : drop.jobIds()) {
        if (queued.containsKey(id)) {
          ended(id, new Outcome.Failed(Outcome.Reason.NOT_STARTED, "given up"));
        }
      }
    } else if (message instanceof ServerMessage.Cancel cancel) {
      cancel.jobs().forEach(this::cancelled);
    } else if (message instanceof ServerMessage.Resume resume && isRunning(resume)) {
      ended(
          resume.jobId(),
          resume.success()
              ? new Outcome.Succeeded(resume.info())
              : new Outcome.Failed(Outcome.Reason.ERROR, resume.info()));
    }
  }

  private boolean isRunning(ServerMessage.Resume resume) {
    return running.containsKey(resume.jobId());
  }

  private void welcomed() {
    welcome = true;
    asks &= !queued.isEmpty();
    if (!queued.isEmpty() || !running.isEmpty()) {
      toServer.add(
          new NodeMessage.Holding(
              List.copyOf(running.keySet()), List.copyOf(queued.keySet()), ++question));
    }
    results.values().forEach(one -> toServer.add(new NodeMessage.Ended("RUN", one)));
    running.values().forEach(this::sayThatItWaits);
  }

  private void run(Job job) {
    NodeResult known = results.get(job.id());
    if (known != null) {
      toServer.add(new NodeMessage.Ended("RUN", known));
    } else if (!running.containsKey(job.id())) {
      if (job.verb().equals("QUEUESENTINEL")) {
        for (UUID id : List.copyOf(queued.keySet())) {
          ended(id, new Outcome.Failed(Outcome.Reason.OMITTED, "dropped"));
        }
      }
      if (queued.putIfAbsent(job.id(), job) == null) {
        steps++;
      }
    }
  }

  private void cancelled(UUID id, UUID parent) {
    NodeResult known = results.get(id);
    if (known == null) {
      ended(id, parent, new Outcome.Failed(Outcome.Reason.CANCELLED, "cancelled"));
    } else {
      toServer.add(new NodeMessage.Ended("RUN", known));
    }
  }
}
