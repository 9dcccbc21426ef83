package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.client.files.StagingNotes;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.wire.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** What places files in tests: a node whose server delivers what the test says. */
final class PlacerFixture implements AutoCloseable {
  final NodeCache cache;
  final Secrets secrets = new Secrets();

  /** What jobs have printed. */
  final ByteArrayOutputStream said = new ByteArrayOutputStream();

  byte[] served = new byte[0];
  int fetches;

  /** Contents of which the server was told that something else came. */
  final List<String> toldWrong = new ArrayList<>();

  Foreseen foreseen = new Foreseen();

  /** Done when half of the content has come. */
  Action meanwhile = () -> {};

  private final StagingNotes staging;
  private final Processes processes = new Processes("node", TestSpawner.hiding(), RunAs.ANYBODY);

  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  PlacerFixture(Path base) throws IOException {
    staging = StagingNotes.open(base.resolve("staging"));
    cache = NodeCache.open(Files.createDirectory(base.resolve("cache")), Clock.systemUTC());
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

  Preview preview(String content, Path target, Ownership ownership, boolean blueprint)
      throws Exception {
    served = content.getBytes(StandardCharsets.UTF_8);
    Delivery delivery = delivery(served);
    return previewing().deliver(delivery, "source", target, ownership, blueprint);
  }

  Preview previewDirectory(Path directory) throws JobException {
    return previewing().makeDirectory(directory, Ownership.DEFAULT);
  }

  FilePreviewer previewer() {
    return new FilePreviewer(previewing(), foreseen);
  }

  private Previewing previewing() {
    var node =
        new Execution.Node(
            "node", cache, processes, this::fetch, staging, FingerprintStore.NONE, new Secrets());
    ObjectNode flat = Json.object();
    flat.putObject("dry_run").put("verb", "COPY").put("diff", true);
    return new Previewing(node, JobJson.read(flat), List.of(), foreseen);
  }

  /** Places what another source has. */
  FilePlacer placer(ContentLink source) {
    var own =
        new Execution.Node(
            "node", cache, processes, source, staging, FingerprintStore.NONE, new Secrets());
    return new FilePlacer(
        own, execution(null), template -> new FilePlacer.Rendered(template, false));
  }

  private Execution execution(Delivery delivery) {
    var node =
        new Execution.Node(
            "node", cache, processes, this::fetch, staging, FingerprintStore.NONE, secrets);
    Job job = JobJson.read(Json.object().put("verb", "COPY"));
    List<Delivery> deliveries = delivery == null ? List.of() : List.of(delivery);
    return new Execution(
        node,
        null,
        job,
        deliveries,
        new JobOutput((stream, bytes) -> said.writeBytes(bytes)),
        () -> false);
  }

  private void fetch(Delivery delivery, long[] chunks, DeliverySource.Sink sink)
      throws IOException, JobException, InterruptedException {
    if (chunks != null && chunks[0] == Delivery.WRONG_CONTENT) {
      toldWrong.add(delivery.sha256());
      throw new JobException("denied");
    }
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
