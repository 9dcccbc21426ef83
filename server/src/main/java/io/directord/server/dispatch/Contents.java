package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the dispatcher needs to know of the content of ADD and COPY, and has done with it. */
public interface Contents {

  /**
   * Fingerprints of content that the job names and that is not here. May wait for the disk.
   *
   * @throws IllegalArgumentException if the job names content in a way that makes no sense
   */
  Set<String> missing(Job job) throws IOException;

  /**
   * What nodes are to fetch for the job. May wait for the disk.
   *
   * @param secret the job's, {@link io.directord.common.security.Sealing#SECRET_BYTES} random bytes
   * @return one for each distinct content, to travel with the job; empty for most jobs
   */
  List<Delivery> deliveries(Job job, byte[] secret);

  /**
   * From now on until {@link #close} nodes may fetch these; may be repeated. Called on the
   * dispatcher's thread, which waits for nothing.
   */
  void open(UUID jobId, List<Delivery> deliveries);

  /** The job has ended everywhere. Called on the dispatcher's thread, which waits for nothing. */
  void close(UUID jobId);
}
