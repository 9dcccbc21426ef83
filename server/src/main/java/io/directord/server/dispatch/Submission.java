package io.directord.server.dispatch;

import io.directord.common.api.Receipt;
import io.directord.common.component.builtin.QueryComponent;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.security.Sealing;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Attention;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Takes jobs, or refuses them with everything that is wrong with them. */
final class Submission {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A job's own keys; its content does not count. */
  private static final int MAX_JOB_BYTES = 4 << 20;

  /** How much of the memory may be taken by jobs that have not ended. */
  private static final long MAX_LIVE_BYTES = Runtime.getRuntime().maxMemory() / 3;

  private final JobRoom room = new JobRoom(MAX_LIVE_BYTES);
  private final JobStore store;
  private final Contents contents;
  private final NodeRegistry nodes;
  private final JobBook book;
  private final Attention time;
  private final Objections objections;

  Submission(JobStore store, Contents contents, NodeRegistry nodes, JobBook book, Attention time) {
    this.store = store;
    this.contents = contents;
    this.nodes = nodes;
    this.book = book;
    this.time = time;
    this.objections = new Objections(store, nodes);
  }

  /**
   * Enters the jobs that are not known yet.
   *
   * @throws RefusedException if one of the jobs cannot be taken; then none is
   */
  Taken take(List<Job> jobs, String submittedBy, Turn turn) {
    requireRoom();
    Resolution resolution = new Resolution(nodes);
    List<Job> fresh = unknown(jobs, resolution);
    List<LiveJob> taken = new ArrayList<>();
    long bytes = 0;
    try {
      for (Job job : fresh) {
        LiveJob live = book.liveJob(stored(job, resolution, submittedBy));
        taken.add(live);
        requireShort(live);
        bytes += live.weight();
        var load = new JobRoom.Load(fresh.size(), taken.size() - 1, bytes);
        room.require(load, book.all().size(), book.liveBytes());
      }
    } catch (RefusedException e) {
      taken.forEach(job -> contents.close(job.id()));
      throw e;
    }
    taken.forEach(job -> enter(job, turn));
    return new Taken(taken, resolution.receipt(jobs.stream().map(Job::id).toList()));
  }

  /**
   * @param jobs those that were not known before
   * @param receipt for all of them
   */
  record Taken(List<LiveJob> jobs, Receipt receipt) {}

  private void requireRoom() {
    objections
        .noRoom()
        .ifPresent(
            message -> {
              throw new RefusedException(RefusedException.Kind.FULL, message);
            });
  }

  private List<Job> unknown(List<Job> jobs, Resolution resolution) {
    List<Job> fresh = new ArrayList<>();
    JobMistakes mistakes = new JobMistakes(contents, nodes, objections);
    Map<UUID, String> seen = new HashMap<>();
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      String fingerprint = seen.putIfAbsent(job.id(), job.fingerprint());
      if (fingerprint == null) {
        StoredJob stored = known(job.id());
        if (stored == null) {
          mistakes.look(i, job);
          fresh.add(job);
          continue;
        }
        resolution.known(job, stored);
        fingerprint = stored.job().fingerprint();
      }
      if (!fingerprint.equals(job.fingerprint())) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            "job " + job.id() + " is known already, with another definition: give it a new id");
      }
    }
    mistakes.refuse();
    return fresh;
  }

  private StoredJob known(UUID id) {
    LiveJob live = book.find(id);
    return live != null ? live.stored() : store.job(id).orElse(null);
  }

  private StoredJob stored(Job job, Resolution resolution, String submittedBy) {
    byte[] secret = new byte[Sealing.SECRET_BYTES];
    RANDOM.nextBytes(secret);
    Resolved resolved = resolution.resolve(job);
    boolean query = job.verb().equals(QueryComponent.VERB);
    return new StoredJob(
        book.nextSeq(),
        query ? job.withTargets(resolved.targets()) : job,
        submittedBy,
        time.now().instant(),
        query ? resolution.withAllNodes(resolved) : resolved,
        secret,
        false);
  }

  /**
   * @param liveBytes of all unended jobs, this one among them
   */
  private static void requireShort(LiveJob job) {
    if (job.runBytes() > MAX_JOB_BYTES) {
      throw new RefusedException(
          RefusedException.Kind.INVALID,
          "job "
              + job.job().title()
              + " is too long: "
              + job.runBytes()
              + " bytes, and at most "
              + MAX_JOB_BYTES
              + " are taken; deliver what is so large as a file, with COPY");
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
