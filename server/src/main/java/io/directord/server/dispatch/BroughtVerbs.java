package io.directord.server.dispatch;

import io.directord.common.job.Job;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Knows which definitions of verbs are those of the server. */
@FunctionalInterface
public interface BroughtVerbs {

  /** Those jobs that bring a definition which is not the server's. May block on the disk. */
  Set<UUID> foreign(List<Job> jobs);
}
