package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.cache.NodeCache;
import io.directord.client.execution.ContentLink;
import io.directord.client.execution.Execution;
import io.directord.client.execution.Outgoing;
import io.directord.client.execution.Processes;
import io.directord.client.execution.RunAs;
import io.directord.client.execution.Secrets;
import io.directord.client.files.StagingNotes;
import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Lanes with a journal and a cache of their own, verbs to try them with, and what they answer. */
abstract class LanesFixture implements LaneMessages {
  static final int ASYNC_LANES = 3;

  @TempDir Path directory;
  final Map<UUID, NodeResult> results = new ConcurrentHashMap<>();
  final Map<UUID, String> waiting = new ConcurrentHashMap<>();
  final List<UUID> order = new CopyOnWriteArrayList<>();
  final List<UUID> started = new CopyOnWriteArrayList<>();
  final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  final Map<String, Component<?>> verbs = new HashMap<>();

  /** Names of verbs that cannot even be looked up. */
  final Set<String> throwing = ConcurrentHashMap.newKeySet();

  final AtomicInteger running = new AtomicInteger();
  final AtomicInteger mostRunning = new AtomicInteger();
  final CountDownLatch gate = new CountDownLatch(1);
  volatile LongSupplier nanoTime = System::nanoTime;
  ContentLink content = (delivery, chunks, sink) -> {};
  JournalOpener.Opened reopened;
  Journal journal;
  NodeCache cache;
  private StagingNotes staging;
  Processes processes;
  Lanes lanes;

  @BeforeEach
  void start() throws Exception {
    verbs.put("OK", TestVerbs.verb("OK", null, true, (text, node) -> succeed(text)));
    verbs.put("SAY", TestVerbs.verb("SAY", null, true, LanesFixture::say));
    verbs.put(
        "FAIL",
        TestVerbs.verb("FAIL", (text, node) -> new Outcome.Failed(Outcome.Reason.ERROR, text)));
    verbs.put("BLOCK", TestVerbs.verb("BLOCK", (text, node) -> block(text)));
    verbs.put("LOCKED", TestVerbs.verb("LOCKED", "l", false, (text, node) -> block(text)));
    verbs.put("DEAF", TestVerbs.verb("DEAF", (text, node) -> deaf()));
    verbs.put(
        "THROW",
        TestVerbs.verb(
            "THROW",
            (text, node) -> {
              throw new StackOverflowError(text);
            }));
    open();
  }

  void open() throws Exception {
    reopened = JournalOpener.open(directory, "boot", Clock.systemUTC());
    journal = reopened.journal();
    staging = StagingNotes.open(directory.resolve("staging"));
    cache = NodeCache.open(Files.createDirectories(directory.resolve("c")), Clock.systemUTC());
    processes = new Processes("node", TestSpawner.hiding(), RunAs.ANYBODY);
    lanes =
        new Lanes(
            new LaneSettings(
                new Execution.Node(
                    "node-1",
                    cache,
                    processes,
                    new CurrentContent(),
                    staging,
                    FingerprintStore.NONE,
                    new Secrets()),
                journal,
                this::verb,
                ASYNC_LANES,
                Clock.systemUTC(),
                () -> nanoTime.getAsLong(),
                (thread, death) -> deaths.add(death)),
            this,
            () -> {});
  }

  /** That which a test has set last. */
  private final class CurrentContent implements ContentLink {
    @Override
    public void fetch(Delivery delivery, long[] chunks, Sink sink)
        throws JobException, IOException, InterruptedException {
      content.fetch(delivery, chunks, sink);
    }

    @Override
    public Outgoing send(long bytes, Outgoing.Announcement announcement)
        throws JobException, InterruptedException {
      return content.send(bytes, announcement);
    }
  }

  private Component<?> verb(Job job) {
    if (throwing.contains(job.verb())) {
      throw new IllegalStateException(job.verb());
    }
    return verbs.get(job.verb());
  }

  @AfterEach
  void stop() throws Exception {
    gate.countDown();
    lanes.close();
    processes.close();
    cache.close();
    staging.close();
    journal.close();
    assertEquals(List.of(), deaths);
  }

  @Override
  public void started(Job job) {
    started.add(job.id());
  }

  @Override
  public void waiting(Job job, String answer) {
    waiting.put(job.id(), answer);
  }

  @Override
  public void resumed(UUID job) {
    waiting.remove(job);
  }

  @Override
  public void output(Job job, Stream stream, byte[] bytes) {}

  @Override
  public void ended(UUID job, List<byte[]> frames) {
    try {
      Frames message = Frames.of(frames);
      order.add(job);
      results.put(job, ((NodeMessage.Ended) NodeCodec.decode(message)).result());
    } catch (Exception e) {
      deaths.add(e);
    }
  }

  void run(List<Job> jobs) throws Exception {
    List<Journal.Received> group = new ArrayList<>();
    for (Job job : jobs) {
      ServerMessage.Run run = new ServerMessage.Run(job, List.of());
      group.add(new Journal.Received(run, ServerCodec.encode(run).data()));
    }
    lanes.add(journal.take(group).run());
  }

  void awaitEnd(List<Job> jobs) {
    await().until(() -> jobs.stream().allMatch(job -> results.containsKey(job.id())));
  }

  void restart() throws Exception {
    lanes.close();
    processes.close();
    cache.close();
    staging.close();
    journal.close();
    open();
  }

  Outcome.Reason reason(Job job) {
    return ((Outcome.Failed) results.get(job.id()).outcome()).reason();
  }

  Outcome succeed(String text) {
    enter();
    running.decrementAndGet();
    return new Outcome.Succeeded(text);
  }

  Outcome block(String text) throws InterruptedException {
    enter();
    try {
      assertTrue(gate.await(240, TimeUnit.SECONDS));
      return new Outcome.Succeeded(text);
    } finally {
      running.decrementAndGet();
    }
  }

  Outcome deaf() throws InterruptedException {
    try {
      gate.await();
    } catch (InterruptedException e) {
      gate.await();
    }
    return new Outcome.Succeeded("");
  }

  void enter() {
    int now = running.incrementAndGet();
    mostRunning.accumulateAndGet(now, Math::max);
  }

  static Outcome say(String text, io.directord.common.component.NodeContext node) {
    node.stdout(text);
    return new Outcome.Succeeded("");
  }
}
