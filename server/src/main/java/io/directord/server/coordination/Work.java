package io.directord.server.coordination;

import io.directord.common.job.Job;
import io.directord.server.store.StoredJob;
import java.util.List;
import java.util.UUID;

/** A job that has not ended everywhere, as coordinators see it. */
public interface Work {
  UUID id();

  Job job();

  StoredJob stored();

  boolean isCancelled();

  /** Whether it has ended on all targets. */
  boolean isEnded();

  /** Whether it has ended on all targets and the store has all results. */
  boolean isCommitted();

  /** Identities, in order. */
  List<String> targets();

  /** Whether it has ended on that target; the store may not have the result yet. */
  boolean hasEndedOn(String node);

  /** Whether it has failed on that target. */
  boolean hasFailedOn(String node);

  /** Whether it has ended on that target and the store has the result. */
  boolean isCommittedOn(String node);
}
