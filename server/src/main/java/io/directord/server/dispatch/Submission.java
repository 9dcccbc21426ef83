package io.directord.server.dispatch;

import io.directord.common.component.builtin.QueryComponent;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.security.Sealing;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Takes jobs, or refuses them with everything that is wrong with them. */
final class Submission {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A job's own keys; its content does not count. */
  private static final int MAX_JOB_BYTES = 4 << 20;

  /** How much of the memory may be taken by jobs that have not ended. */
  private static final long MAX_LIVE_BYTES = Runtime.getRuntime().maxMemory() / 3;

  /** Mistakes beyond these are counted only. */
  private static final int MAX_MISTAKES = 10;

  private final JobStore store;
  private final Contents contents;
  private final NodeRegistry nodes;
  private final JobBook book;
  private final InstantSource clock;
  private final Objections objections;

  Submission(
      JobStore store, Contents contents, NodeRegistry nodes, JobBook book, InstantSource clock) {
    this.store = store;
    this.contents = contents;
    this.nodes = nodes;
    this.book = book;
    this.clock = clock;
    this.objections = new Objections(store, nodes);
  }

  /**
   * Enters the jobs that are not known yet.
   *
   * @return these
   * @throws RefusedException if one of the jobs cannot be taken; then none is
   */
  List<LiveJob> take(List<Job> jobs, String submittedBy, Turn turn) {
    requireRoom();
    List<Job> fresh = unknown(jobs);
    requireSense(fresh);
    List<LiveJob> taken = new ArrayList<>();
    for (Job job : fresh) {
      taken.add(book.liveJob(stored(job, submittedBy)));
    }
    try {
      requireMemory(taken);
    } catch (RefusedException e) {
      taken.forEach(job -> contents.close(job.id()));
      throw e;
    }
    taken.forEach(job -> enter(job, turn));
    return taken;
  }

  private void requireRoom() {
    objections
        .noRoom()
        .ifPresent(
            message -> {
              throw new RefusedException(RefusedException.Kind.FULL, message);
            });
  }

  private List<Job> unknown(List<Job> jobs) {
    List<Job> fresh = new ArrayList<>();
    Map<UUID, String> seen = new HashMap<>();
    for (Job job : jobs) {
      String known = seen.putIfAbsent(job.id(), job.fingerprint());
      if (known == null) {
        known = knownFingerprint(job.id());
      }
      if (known == null) {
        fresh.add(job);
      } else if (!known.equals(job.fingerprint())) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            "job " + job.id() + " is known already, with another definition: give it a new id");
      }
    }
    return fresh;
  }

  private String knownFingerprint(UUID id) {
    LiveJob live = book.find(id);
    if (live != null) {
      return live.job().fingerprint();
    }
    return store.job(id).map(stored -> stored.job().fingerprint()).orElse(null);
  }

  private void requireSense(List<Job> jobs) {
    List<String> mistakes = new ArrayList<>();
    if (jobs.stream().anyMatch(job -> job.targets().isEmpty())) {
      objections.noNode().ifPresent(mistakes::add);
    }
    Set<String> missing = new HashSet<>();
    for (Job job : jobs) {
      addMistakes(job, missing, mistakes);
    }
    if (mistakes.size() > MAX_MISTAKES) {
      int more = mistakes.size() - MAX_MISTAKES;
      mistakes.subList(MAX_MISTAKES, mistakes.size()).clear();
      mistakes.add("and " + more + " more");
    }
    if (!mistakes.isEmpty()) {
      throw new RefusedException(RefusedException.Kind.INVALID, String.join("\n", mistakes));
    }
  }

  private void addMistakes(Job job, Set<String> missing, List<String> mistakes) {
    String where = "job " + job.title() + ": ";
    try {
      for (String sha256 : contents.missing(job)) {
        if (missing.add(sha256)) {
          mistakes.add(where + "its content " + sha256 + " is not here: upload it first");
        }
      }
    } catch (IllegalArgumentException e) {
      mistakes.add(where + e.getMessage());
    } catch (IOException e) {
      mistakes.add(where + "the server cannot look for its content: " + e.getMessage());
    }
  }

  private StoredJob stored(Job job, String submittedBy) {
    byte[] secret = new byte[Sealing.SECRET_BYTES];
    RANDOM.nextBytes(secret);
    List<String> targets = targets(job);
    boolean query = job.verb().equals(QueryComponent.VERB);
    return new StoredJob(
        book.nextSeq(),
        query ? job.withTargets(targets) : job,
        submittedBy,
        clock.instant(),
        query ? withAllNodes(targets) : targets,
        secret,
        false);
  }

  /** A query is sent to every node, whatever its targets: these are who waits for the answers. */
  private List<String> withAllNodes(List<String> targets) {
    Set<String> all = new LinkedHashSet<>(targets);
    nodes.all().stream().filter(node -> !node.isExpired()).map(Node::identity).forEach(all::add);
    return List.copyOf(all);
  }

  private List<String> targets(Job job) {
    List<String> targets =
        job.targets().isEmpty()
            ? nodes.all().stream().filter(node -> !node.isExpired()).map(Node::identity).toList()
            : job.targets().stream().distinct().toList();
    return job.runOnce() ? targets.subList(0, 1) : targets;
  }

  private void requireMemory(List<LiveJob> taken) {
    long bytes = 0;
    for (LiveJob job : taken) {
      bytes += job.weight();
      if (job.runBytes() > MAX_JOB_BYTES) {
        throw new RefusedException(
            RefusedException.Kind.INVALID,
            "job " + job.job().title() + " is too long: " + job.runBytes() + " bytes");
      }
    }
    if (book.liveBytes() + bytes > MAX_LIVE_BYTES) {
      throw new RefusedException(
          RefusedException.Kind.FULL,
          "the server holds as many unended jobs as its memory allows; wait until some have"
              + " ended, or give it more memory");
    }
  }

  private void enter(LiveJob job, Turn turn) {
    book.enter(job);
    turn.change(new Change.PutJob(job.stored()));
    for (Assignment assignment : job.assignments()) {
      Node node = nodes.find(assignment.node());
      if (node == null) {
        String info = Reasons.unknownTarget(assignment.node(), nodes.all());
        book.end(assignment, Outcome.Reason.UNKNOWN_TARGET, info, turn);
      } else if (node.isExpired()) {
        String info = Reasons.gone(assignment, node);
        book.end(assignment, Outcome.Reason.LOST, info, turn);
      }
    }
  }
}
