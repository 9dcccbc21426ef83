package io.directord.server.coordination;

import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Upload;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The services of the core for coordinators. */
public interface Floor {

  /** The job, if it has not ended everywhere; else null. */
  Work find(UUID job);

  /** Jobs with that fingerprint that have not ended everywhere. */
  Collection<? extends Work> unended(String fingerprint);

  /** Ids of kept jobs with that fingerprint that have ended everywhere. */
  List<UUID> ended(String fingerprint);

  /** Whether a job of that id is kept. */
  boolean isKept(UUID job);

  /** Why the name stands for no node; empty if it does. */
  Optional<String> error(String node);

  /** The nodes that have not expired. */
  List<String> present();

  /** Resumes a waiting job; nothing is sent if the node is away, since it will ask again. */
  void resume(String node, UUID job, boolean success, String info);

  /**
   * Submits a job made by the server.
   *
   * @param cause the job that it is made for
   * @return why it was refused; empty if it was accepted
   */
  Optional<String> submit(Job job, Work cause);

  /** Ends jobs that wait for a node and were never sent to it. */
  void dropUnsent(String node, Outcome.Failed why);

  /** The node that ended that job reboots, and may be away for that time. */
  void reboots(String node, Work job, Duration away);

  /** Lets a node send files for a job, as it has announced. */
  void takeFiles(String node, Work job, Upload upload);

  /**
   * A node sends no more files for that job.
   *
   * @param settled whether no other result of the node can follow
   */
  void endFiles(String node, UUID job, boolean settled);

  /** Requests a read from the store. */
  void read(List<JobRead> wanted, Finder finder);

  /** Receives the result of the read, in a later turn; a read that fails is tried again. */
  interface Finder {
    /**
     * @param found without those jobs that are not kept
     */
    void found(List<FoundJob> found, Floor floor);
  }
}
