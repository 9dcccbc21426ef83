package io.directord.client.journal;

import io.directord.client.InMemory;
import io.directord.client.TestVerbs;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A journal in a directory of the test, and the jobs that it is given. */
abstract class JournalFixture {
  @TempDir(factory = InMemory.class)
  Path directory;

  Journal journal;
  JournalOpener.Opened opened;

  @AfterEach
  void close() throws IOException {
    if (journal != null) {
      journal.close();
    }
  }

  /** Whether a later job of the parent would not run. */
  boolean hasFailed(UUID parent) {
    return journal.omits(UUID.randomUUID(), parent);
  }

  void open(String bootId) throws IOException {
    opened = JournalOpener.open(directory, bootId, Clock.systemUTC());
    journal = opened.journal();
  }

  void reopen(String bootId) throws IOException {
    journal.close();
    open(bootId);
  }

  /** As kill -9 leaves it: what was written is there, no farewell. */
  void crash(String bootId) throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    journal.close();
    Files.write(file(), bytes, StandardOpenOption.TRUNCATE_EXISTING);
    open(bootId);
  }

  Path file() {
    return directory.resolve("journal");
  }

  Job take() throws IOException {
    Job job = TestVerbs.job("RUN", "echo");
    journal.take(List.of(received(job)));
    return job;
  }

  void end(Job job, Outcome outcome) {
    NodeResult result = NodeResult.withoutRun(job.id(), outcome, Clock.systemUTC().instant());
    journal.ended(
        job.id(),
        job.parent().id(),
        !outcome.isSuccess(),
        NodeCodec.encode(new NodeMessage.Ended(job.verb(), result)).toBytes());
  }

  NodeResult result(Job job) throws Exception {
    UUID id = job.id();
    Frames frames = Frames.of(journal.result(id));
    return ((NodeMessage.Ended) NodeCodec.decode(frames)).result();
  }

  Outcome.Reason reason(Job job) throws Exception {
    return ((Outcome.Failed) result(job).outcome()).reason();
  }

  static Journal.Received received(Job job) {
    ServerMessage.Run run = new ServerMessage.Run(job, List.of());
    return new Journal.Received(run, ServerCodec.encode(run).data());
  }

  static List<Job> runs(Journal.Taking taking) {
    return runs(taking.run());
  }

  static List<Job> runs(List<ServerMessage.Run> runs) {
    return runs.stream().map(ServerMessage.Run::job).toList();
  }

  /** Jobs of which the first has ended, the second runs, and the third waits. */
  List<Job> endedRunningAndQueued() throws Exception {
    Job ended = take();
    Job running = take();
    Job queued = take();
    journal.started(ended.id());
    end(ended, new Outcome.Succeeded("fine"));
    journal.started(running.id());
    return List.of(ended, running, queued);
  }
}
