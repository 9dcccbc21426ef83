package io.directord.server.coordination;

import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a coordinator may ask the core for, and have it do. */
public interface Floor {

  /** The job, if it has not ended everywhere; else null. */
  Work find(UUID job);

  /** Jobs with that fingerprint that have not ended everywhere. */
  Collection<? extends Work> unended(String fingerprint);

  /** Ids of the jobs with that fingerprint that have ended everywhere and are kept. */
  List<UUID> ended(String fingerprint);

  /** Whether a job of that id is kept, ended or not. */
  boolean isKept(UUID job);

  /** The nodes that have not expired. */
  List<String> present();

  /** A node's job waits no more; not said if the node is away: it will ask again. */
  void resume(String node, UUID job, boolean success, String info);

  /**
   * Takes a job that the server makes by itself.
   *
   * @param cause the job that it is made for
   * @return why it cannot be taken; nothing if it was
   */
  Optional<String> submit(Job job, Work cause);

  /** Ends what waits for a node and was never sent to it. */
  void dropUnsent(String node, Outcome.Failed why);

  /** The node that ended that job reboots, and may be away for so long. */
  void reboots(String node, Work job, Duration away);

  /** Has something read from the store. */
  void read(List<JobRead> wanted, Finder finder);

  /** Takes what was read, in a later turn. */
  interface Finder {
    /**
     * @param found without those jobs that are not kept
     */
    void found(List<FoundJob> found, Floor floor);

    /** The store cannot be read. */
    void failed(String why, Floor floor);
  }
}
