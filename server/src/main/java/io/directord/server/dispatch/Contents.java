package io.directord.server.dispatch;

import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Upload;
import io.directord.server.metrics.Figures;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The content that jobs deliver and bring, as needed by the dispatcher. */
public interface Contents {

  /**
   * Fingerprints of content that the job names and the server lacks. May block on the disk.
   *
   * @param sender the caller whose job delivers only what it has sent itself; null for any content
   * @throws IllegalArgumentException if the job names content in an invalid form
   */
  Set<String> missing(Job job, String sender) throws IOException;

  /**
   * The deliveries of the job. May block on the disk.
   *
   * @param secret the job's, {@link io.directord.common.security.Sealing#SECRET_BYTES} random bytes
   * @return one for each distinct content, to travel with the job; empty for most jobs
   */
  List<Delivery> deliveries(Job job, byte[] secret);

  /**
   * Lets nodes fetch these until {@link #close}; may be repeated. Called on the dispatcher's
   * thread; must not block.
   */
  void open(UUID jobId, List<Delivery> deliveries);

  /** Called when the job has ended everywhere, on the dispatcher's thread; must not block. */
  void close(UUID jobId);

  /**
   * Lets a node send files for a job; may be repeated. Called on the dispatcher's thread; must not
   * block. By default nothing is taken.
   *
   * @param owner who may download them, as {@link io.directord.server.access.Tokens#holder}
   */
  default void takeFiles(UUID jobId, String node, String owner, Upload upload) {}

  /**
   * The job has ended on that node: what it has not sent whole is dropped. Called on the
   * dispatcher's thread; must not block.
   *
   * @param settled whether no other result of the node can follow, so that nobody asks for the
   *     {@link #arrival} any more
   */
  default void endFiles(UUID jobId, String node, boolean settled) {}

  /**
   * Jobs are not kept any more: what they have brought is removed. Called on the dispatcher's
   * thread; must not block.
   */
  default void forget(Collection<UUID> jobs) {}

  /**
   * What a node has sent to its end for a job, also if it was downloaded meanwhile or came to the
   * server before it was started again; null if nothing. May block on the disk.
   */
  default FetchArrival arrival(UUID jobId, String node) {
    return null;
  }

  /** What is on its way, for any thread. */
  default Figures.Transfers transfers() {
    return Figures.Transfers.NONE;
  }
}
