package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.client.files.StagingNotes;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext.Ownership;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** What places files in tests: a node whose server delivers what the test says. */
final class PlacerFixture implements AutoCloseable {
  final NodeCache cache;
  byte[] served = new byte[0];
  int fetches;

  /** Done when half of the content has come. */
  Action meanwhile = () -> {};

  private final StagingNotes staging;
  private final Processes processes = new Processes("node", TestSpawner.hiding());

  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  PlacerFixture(Path folder) throws IOException {
    staging = StagingNotes.open(folder.resolve("staging"));
    cache = NodeCache.open(Files.createDirectory(folder.resolve("cache")), Clock.systemUTC());
  }

  String place(String content, Path target, Ownership ownership) throws Exception {
    served = content.getBytes(StandardCharsets.UTF_8);
    return place(delivery(served), target, ownership, false);
  }

  String place(Delivery delivery, Path target, Ownership ownership, boolean blueprint)
      throws JobException, InterruptedException {
    return execution(delivery).deliver(delivery, target, ownership, blueprint);
  }

  void makeDirectory(Path directory, Ownership ownership) throws JobException {
    execution(null).makeDirectory(directory, ownership);
  }

  private Execution execution(Delivery delivery) {
    var node = new Execution.Node("node", cache, processes, this::fetch, staging);
    Job job = JobJson.read(Json.object().put("verb", "COPY"));
    List<Delivery> deliveries = delivery == null ? List.of() : List.of(delivery);
    return new Execution(node, null, job, deliveries, new JobOutput(null), () -> false);
  }

  private void fetch(Delivery delivery, DeliverySource.Sink sink)
      throws IOException, JobException, InterruptedException {
    fetches++;
    int half = served.length / 2;
    sink.accept(Arrays.copyOf(served, half));
    try {
      meanwhile.run();
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    sink.accept(Arrays.copyOfRange(served, half, served.length));
  }

  static Delivery delivery(byte[] content) throws Exception {
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    return new Delivery(
        UUID.randomUUID(), sha256, content.length, 1000, new byte[32], new byte[32]);
  }

  @Override
  public void close() throws IOException {
    cache.close();
    processes.close();
    staging.close();
  }
}
