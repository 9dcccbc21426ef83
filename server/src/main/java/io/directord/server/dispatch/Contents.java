package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the dispatcher needs to know of the content of ADD and COPY; called on its thread. */
public interface Contents {

  /**
   * Fingerprints of content that the job names and that is not here.
   *
   * @throws IllegalArgumentException if the job names content in a way that makes no sense
   */
  Set<String> missing(Job job) throws IOException;

  /** From now on nodes that were given the deliveries may fetch; may be repeated. */
  List<Delivery> open(Job job, byte[] secret);

  /** The job has ended everywhere. */
  void close(UUID jobId);
}
