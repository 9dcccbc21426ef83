package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.client.TestVerbs;
import io.directord.client.cache.NodeCache;
import io.directord.client.execution.Execution;
import io.directord.client.execution.Processes;
import io.directord.client.execution.RunAs;
import io.directord.client.execution.Secrets;
import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.Component;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that all end at once with as much output as is kept, in bytes that are no text. */
@Timeout(300)
class LargeOutputTest {
  private static final int LANES = 4;
  private static final int ROUNDS = 3;

  @TempDir Path directory;

  @Test
  void endsInASmallHeapOnAllLanesAtOnce() throws Exception {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                System.getProperty("java.class.path"),
                SmallClient.class.getName(),
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
    assertEquals("all have ended\n", said);
  }

  /** A client's lanes in a process of their own. */
  static final class SmallClient implements LaneMessages {
    private static final String COMMAND = "head -c 2000000 /dev/zero | tr '\\000' '\\377'";
    private final CountDownLatch open = new CountDownLatch(LANES * ROUNDS);

    public static void main(String[] words) throws Exception {
      new SmallClient().run(Path.of(words[0]));
    }

    private void run(Path directory) throws Exception {
      CyclicBarrier together = new CyclicBarrier(LANES);
      Component<?> verb =
          TestVerbs.verb(
              "BINARY",
              (text, node) -> {
                node.shell(COMMAND + "; " + COMMAND + " >&2");
                together.await();
                return new Outcome.Succeeded("");
              });
      Journal journal = JournalOpener.open(directory, "boot", Clock.systemUTC()).journal();
      Path caches = Files.createDirectories(directory.resolve("cache"));
      try (NodeCache cache = NodeCache.open(caches, Clock.systemUTC());
          Processes processes = new Processes("node", TestSpawner.hiding(), RunAs.ANYBODY);
          Lanes lanes =
              new Lanes(
                  new LaneSettings(
                      new Execution.Node(
                          "node",
                          cache,
                          processes,
                          (delivery, chunks, sink) -> {},
                          null,
                          FingerprintStore.NONE,
                          new Secrets()),
                      journal,
                      job -> verb,
                      LANES,
                      Clock.systemUTC(),
                      System::nanoTime,
                      (thread, death) -> System.out.println(death)),
                  this,
                  () -> {})) {
        List<Journal.Received> jobs = new ArrayList<>();
        for (int i = 0; i < LANES * ROUNDS; i++) {
          var job =
              new ServerMessage.Run(TestVerbs.job("BINARY", "", TestVerbs.parent(true)), List.of());
          jobs.add(new Journal.Received(job, ServerCodec.encode(job).data()));
        }
        lanes.add(journal.take(jobs).run());
        if (open.await(240, TimeUnit.SECONDS)) {
          System.out.println("all have ended");
        }
      }
      journal.close();
    }

    @Override
    public void started(Job job) {}

    @Override
    public void waiting(Job job, String answer) {}

    @Override
    public void resumed(UUID job) {}

    @Override
    public void output(Job job, Stream stream, byte[] bytes) {}

    @Override
    public void ended(UUID job, List<byte[]> frames) {
      open.countDown();
    }
  }
}
