package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.cache.NodeCache;
import io.directord.client.files.StagingNotes;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.verbs.external.Facts;
import io.directord.verbs.external.Shipments;
import io.directord.verbs.external.ShippedComponent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a node does with a user-defined verb that a job brings, with real processes. */
class ShippedVerbTest {
  private static final Facts FACTS = new Facts(true, null, null, false);

  @TempDir Path directory;
  private final Processes processes = new Processes("node", TestSpawner.hiding(), RunAs.ANYBODY);
  private final Map<String, byte[]> served = new HashMap<>();
  private final AtomicInteger fetches = new AtomicInteger();
  private NodeCache cache;
  private StagingNotes staging;
  private Path kept;
  private Boolean changed;
  private String stderr;
  private Shipments shipments;

  @BeforeEach
  void open() throws IOException {
    cache = NodeCache.open(Files.createDirectory(directory.resolve("cache")), Clock.systemUTC());
    staging = StagingNotes.open(directory.resolve("staging"));
    kept = directory.resolve("components");
    shipments = new Shipments(kept);
  }

  @AfterEach
  void close() throws IOException {
    cache.close();
    processes.close();
    staging.close();
  }

  @Test
  void aScriptIsFetchedOnceAndAgainWhenSomebodyChangedIt() throws Exception {
    Job job = job(Map.of("component.yaml", "description: d\nfile: a.sh\n", "a.sh", "echo hi"));
    assertEquals("hi\n", run(job));
    assertEquals("hi\n", run(job));
    assertEquals(2, fetches.get());
    Path version = Files.list(kept.resolve("MINE")).findFirst().orElseThrow();
    Files.writeString(version.resolve("a.sh"), "echo changed");
    assertEquals("hi\n", run(job));
    assertEquals(3, fetches.get());
  }

  @Test
  void aVersionThatRunsStaysUntilItHasEnded() throws Exception {
    Path go = directory.resolve("go");
    Job slow =
        job(
            Map.of(
                "component.yaml",
                "description: d\nscript: |\n  touch "
                    + directory.resolve("runs")
                    + "\n  while [ ! -e "
                    + go
                    + " ]; do sleep 0.05; done\n  test -e \"$DIRECTORD_COMPONENT\"/component.yaml"
                    + " && echo old\n"));
    CompletableFuture<String> old = CompletableFuture.supplyAsync(() -> unchecked(slow));
    Awaitility.await().until(() -> Files.exists(directory.resolve("runs")));
    Job next = job(Map.of("component.yaml", "description: d\nscript: echo new\n"));
    assertEquals("new\n", run(next));
    assertEquals(2, kept.resolve("MINE").toFile().list().length);
    Files.writeString(go, "");
    assertEquals("old\n", old.get());
    assertEquals("new\n", run(next));
    assertEquals(1, kept.resolve("MINE").toFile().list().length);
  }

  @Test
  void interpretersAreWhatTheFirstLineNames() throws Exception {
    String definition = "description: d\nfile: s\n";
    assertEquals(
        "sh\n", run(job(Map.of("component.yaml", definition, "s", "#!/bin/sh -e\necho sh\n"))));
    assertEquals(
        "x\n",
        run(job(Map.of("component.yaml", definition, "s", "#!/usr/bin/env -S sed -n 2p\nx\n"))));
    assertEquals("plain\n", run(job(Map.of("component.yaml", definition, "s", "echo plain\n"))));
  }

  @Test
  void noFileOfAVerbGoesAnywhereElse() throws Exception {
    for (String name : List.of("../../evil", "/evil", ".", "a/../..")) {
      Job job = job(Map.of("component.yaml", "description: d\nscript: 'true'\n", name, "x"));
      assertThrows(JobException.class, () -> run(job), name);
    }
    assertTrue(Files.notExists(directory.resolve("evil")));
    Job fine = job(Map.of("component.yaml", "description: d\nscript: 'true'\n"));
    for (String verb : List.of(directory.resolve("outside").toString(), "../UP", "A/B", "", "..")) {
      JobException e = assertThrows(JobException.class, () -> run(verb, fine));
      assertEquals("no verb can be called '" + verb + "'", e.getMessage());
    }
    assertTrue(Files.notExists(kept.resolve("..").resolve("UP")));
    assertTrue(Files.notExists(directory.resolve("outside")));
    Job nothing = job(Map.of());
    assertThrows(JobException.class, () -> run(nothing));
  }

  @Test
  void aDefinitionThatTheNodeDoesNotUnderstandIsRefusedWithItsLine() throws Exception {
    Job job = job(Map.of("component.yaml", "description: d\nscript: 'true'\nfuture: 1\n"));
    JobException e = assertThrows(JobException.class, () -> run(job));
    assertTrue(e.getMessage().contains("component.yaml:3:1: unknown key future"), e.getMessage());
    assertEquals(Outcome.Reason.REFUSED, e.reason());
  }

  @Test
  void aScriptSaysWhetherItHasChangedAnything() throws Exception {
    assertEquals(null, changedBy("true"));
    assertEquals(true, changedBy("echo true > \"$DIRECTORD_CHANGED\""));
    assertEquals(false, changedBy("echo false > \"$DIRECTORD_CHANGED\""));
    assertEquals(null, changedBy("rm \"$DIRECTORD_CHANGED\""));
    assertEquals("", stderr);
    assertEquals(null, changedBy("seq 1 1000 > \"$DIRECTORD_CHANGED\""));
    assertTrue(stderr.contains("true or false is expected"), stderr);
  }

  @Test
  void aScriptThatCanPreviewIsAskedAndLeavesNothing() throws Exception {
    Path done = directory.resolve("done");
    String script =
        "echo \"$DIRECTORD_CHANGED_SAYS\" > \"$DIRECTORD_CHANGED\"\n"
            + "[ \"$DIRECTORD_PREVIEW\" = true ] && { echo would touch; exit $STATUS; }\n"
            + "touch "
            + done;
    Job job =
        job(
            Map.of(
                "component.yaml", "description: d\npreview: true\nfile: a.sh\n", "a.sh", script));
    cache.putEnv("STATUS", "0");
    cache.putEnv("DIRECTORD_CHANGED_SAYS", "true");
    assertEquals(Preview.changed("would touch"), preview(true, job));
    cache.putEnv("DIRECTORD_CHANGED_SAYS", "false");
    assertEquals(Preview.unchanged("would touch"), preview(true, job));
    cache.putEnv("DIRECTORD_CHANGED_SAYS", "");
    assertEquals(Preview.unknown("would touch"), preview(true, job));
    cache.putEnv("STATUS", "3");
    JobException e = assertThrows(JobException.class, () -> preview(true, job));
    assertEquals("exit status 3: MINE", e.getMessage());
    assertTrue(Files.notExists(kept));
    assertTrue(Files.notExists(done));

    cache.putEnv("DIRECTORD_PREVIEW", "true");
    run(job);
    assertTrue(Files.exists(done));
  }

  @Test
  void aScriptThatDoesNotDeclareThatItCanPreviewIsNeverRunForOne() throws Exception {
    Path done = directory.resolve("done");
    Job job = job(Map.of("component.yaml", "description: d\nscript: touch " + done + "\n"));
    assertEquals(Preview.Effect.UNKNOWN, preview(false, job).effect());
    JobException e = assertThrows(JobException.class, () -> preview(true, job));
    assertEquals(Outcome.Reason.REFUSED, e.reason());
    assertTrue(Files.notExists(done));
  }

  /**
   * @param declared whether the job says that the verb can preview
   */
  private Preview preview(boolean declared, Job job) throws Exception {
    var context = new Previewing(node(), job, deliveries(job), new Foreseen());
    Facts facts = new Facts(true, null, null, declared);
    return new ShippedComponent("MINE", facts, shipments).preview(job.arguments(), context);
  }

  private Boolean changedBy(String script) throws Exception {
    run(job(Map.of("component.yaml", "description: d\nfile: a.sh\n", "a.sh", script)));
    return changed;
  }

  private String unchecked(Job job) {
    try {
      return run(job);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private String run(Job job) throws Exception {
    return run("MINE", job);
  }

  private String run(String verb, Job job) throws Exception {
    JobOutput output = new JobOutput(null);
    Execution execution = new Execution(node(), null, job, deliveries(job), output, () -> false);
    Outcome outcome = new ShippedComponent(verb, FACTS, shipments).run(job.arguments(), execution);
    changed = execution.details().changed();
    stderr = output.text(Stream.STDERR);
    assertInstanceOf(Outcome.Succeeded.class, outcome, () -> output.text(Stream.STDERR));
    return output.text(Stream.STDOUT);
  }

  private Execution.Node node() {
    ContentLink source =
        (what, chunks, sink) -> {
          fetches.incrementAndGet();
          sink.accept(served.get(what.sha256()));
        };
    return new Execution.Node(
        "node", cache, processes, source, staging, FingerprintStore.NONE, new Secrets());
  }

  private List<Delivery> deliveries(Job job) {
    List<Delivery> deliveries = new ArrayList<>();
    for (var content : served.entrySet()) {
      deliveries.add(
          new Delivery(
              job.id(),
              content.getKey(),
              content.getValue().length,
              1000,
              new byte[32],
              new byte[32]));
    }
    return deliveries;
  }

  /** A job with these files; the definition comes first. */
  private Job job(Map<String, String> files) throws Exception {
    ObjectNode job = Json.object();
    job.put("verb", "MINE");
    job.put("job_id", UUID.randomUUID().toString());
    job.set(Facts.KEY, Json.tree(FACTS));
    ArrayNode list = job.putArray("files");
    for (String name : files.keySet().stream().sorted(ShippedVerbTest::order).toList()) {
      byte[] content = files.get(name).getBytes(StandardCharsets.UTF_8);
      String sha256 =
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      served.put(sha256, content);
      ObjectNode file = list.addObject();
      file.put("path", "/" + name).put("sha256", sha256).put("size", content.length);
      file.put("to", name);
    }
    return JobJson.read(job);
  }

  private static int order(String a, String b) {
    return Boolean.compare(b.equals("component.yaml"), a.equals("component.yaml"));
  }
}
