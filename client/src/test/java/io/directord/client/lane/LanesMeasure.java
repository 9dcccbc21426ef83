package io.directord.client.lane;

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
import io.directord.common.component.PlanException;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import io.directord.verbs.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs jobs through journal and lanes without a network, to measure what a job costs on the node
 * alone. Not a test: {@code java ... LanesMeasure JOBS [COMMAND]} prints {@code ready}, waits for a
 * line on standard input, and prints the seconds that it took.
 */
public final class LanesMeasure {
  private static final Components VERBS = Components.builtin();

  private LanesMeasure() {}

  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[0]);
    String command = args.length > 1 ? args[1] : "echo hello world";
    Path directory = Files.createTempDirectory("directord-measure");
    var opened = JournalOpener.open(directory, "boot", Clock.systemUTC());
    try (Journal journal = opened.journal();
        NodeCache cache =
            NodeCache.open(Files.createDirectory(directory.resolve("c")), Clock.systemUTC());
        Processes processes = new Processes("node", TestSpawner.hiding(), RunAs.ANYBODY)) {
      CountDownLatch left = new CountDownLatch(count);
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
                  job -> verb(job.verb()),
                  1,
                  Clock.systemUTC(),
                  System::nanoTime,
                  (thread, death) -> death.printStackTrace()),
              new Counting(left, journal),
              () -> {});
      List<Journal.Received> jobs = jobs(count, command);
      System.out.println("ready");
      System.in.read();
      long start = System.nanoTime();
      lanes.add(journal.take(jobs).run());
      left.await();
      System.out.printf("%.3f%n", (System.nanoTime() - start) / 1e9);
      // Its processor time can be looked at before it ends.
      System.in.read();
      lanes.close();
    }
  }

  private static Component<?> verb(String name) {
    try {
      return VERBS.find(name);
    } catch (PlanException e) {
      return TestVerbs.SHELL;
    }
  }

  private static List<Journal.Received> jobs(int count, String command) {
    Parent parent = new Parent(UUID.randomUUID(), null, null, false);
    List<Journal.Received> jobs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ObjectNode arguments = Json.object().put("no_block", false).put("retry", 1);
      arguments.put("command", command);
      Job job =
          new Job(
              UUID.randomUUID(),
              Fingerprint.of(arguments),
              parent,
              null,
              new JobDefinition("RUN", arguments, Duration.ofSeconds(600)),
              new JobOptions(true, false, false),
              List.of());
      ServerMessage.Run run = new ServerMessage.Run(job, List.of());
      jobs.add(new Journal.Received(run, ServerCodec.encode(run).data()));
    }
    return jobs;
  }

  private record Counting(CountDownLatch left, Journal journal) implements LaneMessages {
    @Override
    public void waiting(Job job, String answer) {}

    @Override
    public void resumed(UUID job) {}

    @Override
    public void started(Job job) {}

    @Override
    public void output(Job job, Stream stream, byte[] bytes) {}

    @Override
    public void ended(UUID job, List<byte[]> frames) {
      left.countDown();
    }
  }
}
