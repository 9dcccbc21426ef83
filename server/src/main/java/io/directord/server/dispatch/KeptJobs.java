package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.job.Job;
import io.directord.server.store.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An index of the kept jobs, ended or not, with what decisions need, so that the store is read only
 * for data sent to nodes or callers. It is ahead of the store by the changes being committed.
 */
final class KeptJobs {
  private final Map<UUID, Kept> byId = new HashMap<>();
  private final Grouped<UUID, Kept> byParent = new Grouped<>();
  private final Grouped<String, Kept> byFingerprint = new Grouped<>();

  /** In the order of submission. */
  private final NavigableMap<Long, Kept> ended = new TreeMap<>();

  /** The names of submitters, each once. */
  private final Map<String, String> submitters = new HashMap<>();

  private boolean storeWasDamaged;
  private long lastSeq;

  /** A kept job. */
  static final class Kept {
    private final long seq;
    private final UUID id;
    private final UUID parent;
    private final String fingerprint;
    private final String submittedBy;
    private final Instant submittedAt;
    private Instant endedAt;

    /** See {@link #countedAtStart}. */
    private Duration countedAtStart;

    private int lost;
    private int neverSent;
    private boolean failed;
    private boolean replaceable;
    private boolean cancelled;

    private Kept(
        long seq,
        UUID id,
        UUID parent,
        String fingerprint,
        String submittedBy,
        Instant submittedAt) {
      this.seq = seq;
      this.id = id;
      this.parent = parent;
      this.fingerprint = fingerprint;
      this.submittedBy = submittedBy;
      this.submittedAt = submittedAt;
    }

    long seq() {
      return seq;
    }

    UUID id() {
      return id;
    }

    UUID parent() {
      return parent;
    }

    String fingerprint() {
      return fingerprint;
    }

    boolean isEnded() {
      return endedAt != null;
    }

    /** Null if that is not known. */
    String submittedBy() {
      return submittedBy;
    }

    Instant submittedAt() {
      return submittedAt;
    }

    Instant endedAt() {
      return endedAt;
    }

    /**
     * Its age when the server started, of which only what can be believed counts; null if it ended
     * later, or if that is not known.
     */
    Duration countedAtStart() {
      return countedAtStart;
    }

    void countedAtStart(Duration age) {
      countedAtStart = age;
    }

    /** Number of targets on which it ended because the node expired. */
    int lost() {
      return lost;
    }

    /** One of these targets was never sent it, so that nothing of it can run there. */
    void lostUnsent() {
      neverSent++;
    }

    /** Whether it may still run on a node with which it was lost. */
    boolean mayStillRun() {
      return lost > neverSent;
    }

    /** Whether it has a failure that the node's own result may still replace. */
    boolean isReplaceable() {
      return replaceable;
    }

    /** Whether it failed on some node. */
    boolean hasFailed() {
      return failed;
    }

    boolean isCancelled() {
      return cancelled;
    }

    void cancelled() {
      cancelled = true;
    }

    /** The summary of an ended job has changed. */
    void changed(JobSummary summary) {
      lost = summary.counts().lost();
      failed = summary.counts().failed() > 0;
      replaceable = lost > 0 || summary.counts().broken() > 0;
    }
  }

  /**
   * @param lastSeq the highest job number so far, or 0
   * @param storeWasDamaged whether what is missing may have been lost with a damaged store
   */
  KeptJobs(long lastSeq, boolean storeWasDamaged) {
    this.lastSeq = lastSeq;
    this.storeWasDamaged = storeWasDamaged;
  }

  /** What is missing may have been lost with a damaged store. */
  void storeWasDamaged() {
    storeWasDamaged = true;
  }

  /** Whether what is missing may have been lost with a damaged store. */
  boolean isStoreDamaged() {
    return storeWasDamaged;
  }

  /** Why the store lacks what a node knows. */
  String whyMissing() {
    return storeWasDamaged
        ? "the server's store was damaged"
        : "a backup was restored, or an older copy of the server's state directory was put back";
  }

  long nextSeq() {
    return ++lastSeq;
  }

  /** A job that has not ended. */
  void add(StoredJob job) {
    Job made = job.job();
    add(
        new Kept(
            job.seq(),
            made.id(),
            made.parent().id(),
            made.fingerprint(),
            submitter(job.submittedBy()),
            job.submittedAt()),
        made.isDryRun());
  }

  /** A job that had ended before the server started. */
  void add(long seq, JobSummary summary) {
    add(
        new Kept(
            seq,
            summary.id(),
            summary.parent().id(),
            summary.fingerprint(),
            submitter(summary.origin().submittedBy()),
            summary.submittedAt()),
        summary.dryRun());
    ended(summary);
  }

  /** An ended job whose summary is damaged: it is the first to be forgotten. */
  void addDamaged(long seq) {
    Kept kept = new Kept(seq, null, null, null, null, Instant.EPOCH);
    kept.endedAt = Instant.EPOCH;
    ended.put(seq, kept);
  }

  private String submitter(String name) {
    return name == null ? null : submitters.computeIfAbsent(name, first -> first);
  }

  private void add(Kept kept, boolean isDryRun) {
    byId.put(kept.id, kept);
    byParent.add(kept.parent, kept);
    if (!isDryRun) {
      byFingerprint.add(kept.fingerprint, kept);
    }
  }

  /** The job has ended everywhere, and the store has its results. */
  void ended(JobSummary summary) {
    Kept kept = byId.get(summary.id());
    kept.endedAt = summary.endedAt() == null ? Instant.EPOCH : summary.endedAt();
    kept.changed(summary);
    ended.put(kept.seq, kept);
  }

  /** Null if no job of that id is kept. */
  Kept find(UUID id) {
    return byId.get(id);
  }

  /** In the order of submission. */
  List<Kept> ofParent(UUID parent) {
    return byParent.of(parent);
  }

  /** Those that were to be run, since a dry run does nothing that others wait for. */
  List<Kept> ofFingerprint(String fingerprint) {
    return byFingerprint.of(fingerprint);
  }

  /** The job of that id, else the jobs of that parent; may be empty. */
  List<Kept> jobOrParent(UUID id) {
    Kept one = byId.get(id);
    return one != null ? List.of(one) : ofParent(id);
  }

  /** Those that have ended, in the order of submission. */
  NavigableMap<Long, Kept> ended() {
    return ended;
  }

  void forget(List<Long> seqs) {
    List<Kept> gone = new ArrayList<>();
    for (long seq : seqs) {
      Kept kept = ended.remove(seq);
      if (kept != null && kept.id != null) {
        byId.remove(kept.id);
        gone.add(kept);
      }
    }
    byParent.removeAll(gone, Kept::parent);
    byFingerprint.removeAll(gone, Kept::fingerprint);
  }
}
