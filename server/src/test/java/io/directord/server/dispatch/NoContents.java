package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Nothing is delivered. */
final class NoContents implements Contents {
  @Override
  public Set<String> missing(Job job) {
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
}
