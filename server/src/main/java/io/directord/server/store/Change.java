package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.schedule.ScheduleState;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/**
 * One change to the store; changes are applied in order, and the same one may be applied twice. A
 * result or summary of a deleted job changes nothing.
 */
public sealed interface Change {

  /** Its estimated size in the store, in bytes. */
  default long weight() {
    return 1024;
  }

  /** A job was submitted or cancelled. */
  record PutJob(StoredJob job) implements Change {
    private static final int TARGET_BYTES = 32;

    @Override
    public long weight() {
      return 1024 + (long) TARGET_BYTES * job.targets().size();
    }
  }

  /** The result of a target, or of the server in its place; replaces an earlier result. */
  record PutResult(long seq, int target, NodeOutcome outcome) implements Change {
    @Override
    public long weight() {
      return 512
          + StoredResult.bytes(outcome.info())
          + StoredResult.bytes(outcome.stdout())
          + StoredResult.bytes(outcome.stderr());
    }
  }

  /** The summary of an ended job; replaces an earlier one. */
  record PutSummary(long seq, JobSummary summary) implements Change {}

  /** These ended jobs were cancelled, since they may still run on lost nodes. */
  record CancelJobs(List<Long> seqs) implements Change {}

  /** These jobs are deleted, with their results. */
  record ForgetJobs(List<Long> seqs) implements Change {}

  /** A parent begins node by node: these nodes, in this order. */
  record PutRun(UUID parent, List<String> nodes) implements Change {
    private static final int NODE_BYTES = 32;

    @Override
    public long weight() {
      return 256 + (long) NODE_BYTES * nodes.size();
    }
  }

  /** How far such a parent has come. */
  record PutProgress(UUID parent, RolloutProgress progress) implements Change {
    @Override
    public long weight() {
      return 512 + 4L * progress.sets().begun().length + 64L * progress.soaking().size();
    }
  }

  /** Such a parent has ended. */
  record ForgetRun(UUID parent) implements Change {}

  /**
   * The store has lost something while it was in use. What is held here is put back, and of any
   * other job that has no summary, missing results are lost.
   *
   * @param jobs those that have not ended
   */
  record MakeGood(List<StoredNode> nodes, List<Held> jobs) implements Change {}

  /**
   * A job that has not ended.
   *
   * @param told targets whose results the store had
   */
  record Held(StoredJob job, BitSet told) {}

  /** A schedule was added; it begins anew if there was one of its name. */
  record PutSchedule(StoredSchedule schedule, ScheduleState state) implements Change {
    private static final int JOB_BYTES = 1024;

    @Override
    public long weight() {
      return 1024 + (long) JOB_BYTES * schedule.jobs().size();
    }
  }

  /** How far a schedule has come; nothing if there is none of that name. */
  record PutScheduleState(String name, ScheduleState state) implements Change {
    private static final int ENTRY_BYTES = 256;

    @Override
    public long weight() {
      return 512 + (long) ENTRY_BYTES * state.history().size();
    }
  }

  /** A schedule was removed. */
  record ForgetSchedule(String name) implements Change {}

  /** A node has enrolled. */
  record PutNode(StoredNode node) implements Change {}

  /** A token was created; replaces an earlier one of the name. */
  record PutToken(StoredToken token) implements Change {}

  /** A token was revoked. */
  record ForgetToken(String name) implements Change {}

  /** A join token was created or used; replaces what it was before. */
  record PutJoinToken(StoredJoinToken token) implements Change {
    private static final int NAME_BYTES = 256;

    @Override
    public long weight() {
      return 1024 + (long) NAME_BYTES * (token.joined().size() + token.terms().nodes().size());
    }
  }

  /** A join token was revoked, or is too old to be listed. */
  record ForgetJoinToken(String id) implements Change {}

  /** A hook is to be told something; replaces an earlier one of the same key. */
  record PutHookEvent(StoredHookEvent event) implements Change {}

  /** A hook was told, or is not to be any more. */
  record ForgetHookEvent(String key) implements Change {}

  /** A node was forgotten. */
  record ForgetNode(String identity) implements Change {}
}
