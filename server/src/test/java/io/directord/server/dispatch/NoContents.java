package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Upload;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Nothing is delivered. */
class NoContents implements Contents {
  @Override
  public Set<String> missing(Job job, String sender) {
    return Set.of();
  }

  @Override
  public List<Delivery> deliveries(Job job, byte[] secret) {
    return List.of();
  }

  @Override
  public void open(UUID jobId, List<Delivery> deliveries) {}

  @Override
  public void close(UUID jobId) {}

  @Override
  public void takeFiles(UUID jobId, String node, String owner, Upload upload) {}

  @Override
  public void endFiles(UUID jobId, String node, boolean settled) {}
}
