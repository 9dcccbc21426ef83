package io.directord.client.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.InMemory;
import io.directord.client.TestVerbs;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.storage.RecordLog;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.common.wire.WireCodec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir(factory = InMemory.class)
  Path folder;

  private Journal journal;
  private JournalOpener.Opened opened;

  @AfterEach
  void close() throws IOException {
    if (journal != null) {
      journal.close();
    }
  }

  @Test
  void aClockThatIsSetMakesNoFailedParentForgotten() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    journal = JournalOpener.open(folder, "boot", now::get).journal();
    UUID parent = UUID.randomUUID();
    journal.ended(UUID.randomUUID(), parent, true, List.of(new byte[] {1}));

    now.set(Instant.EPOCH.plus(Duration.ofDays(3650)));
    journal.compact();

    assertTrue(hasFailed(parent));
    journal.close();
    journal = JournalOpener.open(folder, "boot", now::get).journal();
    assertTrue(hasFailed(parent));
  }

  @Test
  void takesAJobOnceThoughItComesTwice() throws Exception {
    open("boot");
    Job job = TestVerbs.job("RUN", "x");
    assertEquals(List.of(job), runs(journal.take(List.of(received(job), received(job)))));
    assertEquals(List.of(), runs(journal.take(List.of(received(job)))));
  }

  @Test
  void answersAJobThatEndedBefore() throws Exception {
    open("boot");
    Job job = take();
    journal.started(job.id());
    end(job, new Outcome.Succeeded("fine"));
    Journal.Taking again = journal.take(List.of(received(job)));
    assertEquals(List.of(job.id()), again.answer());
    assertEquals("fine", result(job).outcome().info());
  }

  @Test
  void aFileThatIsTakenAwayIsMadeAnew() throws Exception {
    open("boot");
    Path file = folder.resolve("journal");
    Job ended = take();
    end(ended, new Outcome.Succeeded("fine"));
    Files.delete(file);
    journal.upkeep();
    assertTrue(Files.exists(file));
    Files.delete(file);
    Job taken = take();
    Files.delete(file);
    journal.started(taken.id());
    UUID id = journal.id();
    reopen("boot");
    assertEquals(id, journal.id());
    assertEquals("fine", result(ended).outcome().info());
    assertTrue(journal.knows(taken.id()));
  }

  @Test
  void afterASyncThatFailedAllThatItHasGoesToANewFile() throws Exception {
    open("boot");
    Job ended = take();
    end(ended, new Outcome.Succeeded("fine"));
    Object before = Files.getAttribute(file(), "unix:ino");
    Job refused = TestVerbs.job("RUN", "x");
    Thread.currentThread().interrupt();
    assertThrows(IOException.class, () -> journal.take(List.of(received(refused))));
    assertTrue(Thread.interrupted());
    Job taken = take();
    assertNotEquals(before, Files.getAttribute(file(), "unix:ino"));
    UUID id = journal.id();
    crash("boot");
    assertEquals(id, journal.id());
    assertEquals("fine", result(ended).outcome().info());
    assertTrue(journal.knows(taken.id()));
    assertFalse(journal.knows(refused.id()));
  }

  @Test
  void aFileThatIsCutShortIsMadeAnewAndIsAnotherJournalIfItHasLostSomething() throws Exception {
    open("boot");
    Job early = take();
    end(early, new Outcome.Succeeded("early"));
    long length = Files.size(file());
    Job running = take();
    journal.started(running.id());
    Job done = take();
    end(done, new Outcome.Succeeded("done"));
    UUID before = journal.id();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
    journal.upkeep();
    UUID after = journal.id();
    assertNotEquals(before, after);
    assertEquals("early", result(early).outcome().info());
    assertNull(journal.result(done.id()));
    assertTrue(journal.knows(running.id()));
    end(running, new Outcome.Succeeded("late"));
    reopen("boot");
    assertEquals(after, journal.id());
    assertEquals("early", result(early).outcome().info());
    assertEquals("late", result(running).outcome().info());
  }

  @Test
  void aFileThatIsCutShortAndHasLostNothingThatMattersIsTheSameJournal() throws Exception {
    open("boot");
    Job job = take();
    long length = Files.size(file());
    journal.started(job.id());
    UUID before = journal.id();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
    journal.upkeep();
    crash("boot");
    assertEquals(before, journal.id());
    assertEquals(Outcome.Reason.INTERRUPTED, reason(job));
  }

  @Test
  void doesNotRunAJobWhoseResultWasSafe() throws Exception {
    open("boot");
    Job job = take();
    end(job, new Outcome.Succeeded("fine"));
    journal.safe(List.of(job.id()));
    assertNull(journal.result(job.id()));
    reopen("boot");
    assertEquals(List.of(job.id()), journal.take(List.of(received(job))).forgotten());
  }

  @Test
  void aResultMayBeSaidToBeSafeTwice() throws Exception {
    open("boot");
    Job job = take();
    end(job, new Outcome.Succeeded("fine"));
    journal.safe(List.of(job.id(), job.id()));
    journal.safe(List.of(job.id()));
    assertEquals(List.of(), journal.unconfirmed());
    assertTrue(journal.knows(job.id()));
  }

  @Test
  void afterACrashOfTheClientWhatBeganIsInterruptedAndTheRestStillRuns() throws Exception {
    open("boot");
    Job ended = take();
    Job running = take();
    Job queued = take();
    journal.started(ended.id());
    end(ended, new Outcome.Succeeded("fine"));
    journal.started(running.id());

    crash("boot");

    assertEquals(List.of(queued), runs(opened.toRun()));
    assertEquals(List.of(running.id()), opened.interrupted());
    assertEquals(Outcome.Reason.INTERRUPTED, reason(running));
    assertTrue(result(running).details().cut(), "its output was lost");
    assertTrue(result(running).outcome().info().contains("output up to the crash may be missing"));
    assertFalse(result(ended).details().cut());
    assertEquals("fine", result(ended).outcome().info());
    assertEquals(List.of(ended.id(), running.id()), journal.unconfirmed());
  }

  @Test
  void afterACrashOfTheMachineNothingIsRunAgain() throws Exception {
    open("boot");
    Job queued = take();
    crash("another boot");
    assertEquals(List.of(), opened.toRun());
    assertEquals(Outcome.Reason.INTERRUPTED, reason(queued));
  }

  @Test
  void afterAnOrderlyStopAndARebootQueuedJobsStillRun() throws Exception {
    open("boot");
    Job queued = take();
    journal.close();
    open("another boot");
    assertEquals(List.of(queued), runs(opened.toRun()));
  }

  @Test
  void remembersWhichParentsFailed() throws Exception {
    open("boot");
    Job failed = take();
    Job other = take();
    end(failed, new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    journal.safe(List.of(failed.id()));
    assertTrue(hasFailed(failed.parent().id()));
    journal.compact();
    reopen("boot");
    assertTrue(hasFailed(failed.parent().id()));
    assertFalse(hasFailed(other.parent().id()));
    assertEquals(1, journal.forgetFailedParents());
    assertFalse(hasFailed(failed.parent().id()));
    reopen("boot");
    assertFalse(hasFailed(failed.parent().id()));
  }

  @Test
  void aFailureOmitsOnlyWhatCameAfterIt() throws Exception {
    open("boot");
    Parent parent = TestVerbs.parent(false);
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      jobs.add(TestVerbs.job("RUN", "" + i, parent));
    }
    journal.take(jobs.subList(0, 4).stream().map(JournalTest::received).toList());
    end(jobs.get(3), new Outcome.Failed(Outcome.Reason.CANCELLED, "no"));
    journal.take(List.of(received(jobs.get(4))));
    journal.safe(List.of(jobs.get(3).id()));
    assertEquals(List.of(false, false, false, true, true), omitted(jobs));

    reopen("boot");
    assertEquals(List.of(false, false, false, true, true), omitted(jobs));
    journal.compact();
    reopen("boot");
    assertEquals(List.of(false, false, false, true, true), omitted(jobs));

    end(jobs.get(0), new Outcome.Succeeded("fine"));
    end(jobs.get(1), new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    assertEquals(List.of(true, true, true), omitted(jobs.subList(2, 5)));
    journal.compact();
    reopen("boot");
    assertEquals(List.of(true, true, true), omitted(jobs.subList(2, 5)));
  }

  private List<Boolean> omitted(List<Job> jobs) {
    return jobs.stream().map(job -> journal.omits(job.id(), job.parent().id())).toList();
  }

  /** Whether a later job of the parent would not run. */
  private boolean hasFailed(UUID parent) {
    return journal.omits(UUID.randomUUID(), parent);
  }

  @Test
  void parentsThatWereForgottenStaySoWhenItIsCompacted() throws Exception {
    open("boot");
    Job forgotten = take();
    end(forgotten, new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    journal.forgetFailedParents();
    Job failed = take();
    end(failed, new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    journal.compact();
    reopen("boot");
    assertFalse(hasFailed(forgotten.parent().id()));
    assertTrue(hasFailed(failed.parent().id()));
    assertEquals(List.of(forgotten.id(), failed.id()), journal.unconfirmed());
  }

  @Test
  void keepsWhatMattersWhenItIsCompacted() throws Exception {
    open("boot");
    Job safe = take();
    Job ended = take();
    Job queued = take();
    end(safe, new Outcome.Succeeded("safe"));
    end(ended, new Outcome.Succeeded("ended"));
    journal.safe(List.of(safe.id()));
    journal.compact();
    assertEquals("ended", result(ended).outcome().info());
    reopen("boot");
    assertEquals("ended", result(ended).outcome().info());
    assertEquals(List.of(queued), runs(opened.toRun()));
    assertEquals(List.of(safe.id()), journal.take(List.of(received(safe))).forgotten());
  }

  @Test
  void staysSmallThoughManyJobsComeAndGo() throws Exception {
    open("boot");
    String large = "x".repeat(10_000);
    for (int i = 0; i < 1000; i++) {
      Job job = TestVerbs.job("RUN", large);
      journal.take(List.of(received(job)));
      end(job, new Outcome.Succeeded("fine"));
      journal.safe(List.of(job.id()));
    }
    assertTrue(Files.size(file()) < 2 * Journal.COMPACT_ABOVE_BYTES);
  }

  @Test
  void afterACrashOfTheMachineLosesNothingThatWasNotedBeforeATearAnywhere() throws Exception {
    open("boot");
    Job first = take();
    journal.started(first.id());
    long before = Files.size(file());
    end(first, new Outcome.Succeeded("fine"));
    byte[] whole = Files.readAllBytes(file());
    UUID id = journal.id();
    journal = null;
    for (int length = (int) before; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      opened = JournalOpener.open(folder, "another boot", Clock.systemUTC());
      assertEquals(List.of(first.id()), opened.interrupted(), "cut at " + length);
      assertEquals(id, opened.journal().id(), "cut at " + length);
      opened.journal().close();
    }
  }

  @Test
  void keepsItsIdForAsLongAsNothingIsLost() throws Exception {
    open("boot");
    UUID id = journal.id();
    take();
    reopen("boot");
    assertEquals(id, journal.id());
    journal.compact();
    assertEquals(id, journal.id());
    crash("another boot");
    assertEquals(id, journal.id());
  }

  /** Else a job that it has forgotten could be run twice. */
  @Test
  void whateverIsDoneToItsFileAJobThatMayHaveRunIsNotRunAgainUnlessItsIdChanges() throws Exception {
    open("boot");
    Job ended = take();
    Job running = take();
    Job queued = take();
    journal.started(ended.id());
    end(ended, new Outcome.Succeeded("fine"));
    journal.started(running.id());
    UUID id = journal.id();
    byte[] whole = Files.readAllBytes(file());
    journal.close();
    for (byte[] damaged : damages(whole)) {
      Files.write(file(), damaged);
      opened = JournalOpener.open(folder, "boot", Clock.systemUTC());
      journal = opened.journal();
      List<Job> toRun = runs(opened.toRun());
      if (journal.id().equals(id)) {
        assertEquals(List.of(queued), toRun);
        assertEquals(List.of(running.id()), opened.interrupted());
        assertEquals("fine", result(ended).outcome().info());
      } else {
        assertEquals(List.of(), toRun, "it may have begun");
        assertTrue(opened.interrupted().size() <= 3);
      }
      journal.close();
      journal = null;
      removeAll();
    }
  }

  /** A bit of every byte flipped, every length, and what is no journal. */
  private static List<byte[]> damages(byte[] whole) {
    List<byte[]> damages = new ArrayList<>();
    damages.add("another's file, long enough to be something".repeat(10).getBytes(UTF_8));
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= (byte) (1 << at % Byte.SIZE);
      damages.add(damaged);
      damages.add(Arrays.copyOf(whole, at));
    }
    return damages;
  }

  @Test
  void aJournalThatWasDeletedIsAnotherOne() throws Exception {
    open("boot");
    UUID id = journal.id();
    journal.close();
    Files.delete(file());
    open("boot");
    assertNotEquals(id, journal.id());
  }

  @Test
  void keepsADamagedFileAsideAndGoesOnWithWhatIsSound() throws Exception {
    open("boot");
    Job lost = take();
    Job queued = take();
    Job ended = take();
    end(ended, new Outcome.Succeeded("fine"));
    byte[] bytes = Files.readAllBytes(file());
    int inFirstJob = new String(bytes, "ISO-8859-1").indexOf(lost.fingerprint());
    bytes[inFirstJob] ^= 1;
    Files.write(file(), bytes);

    crash("boot");

    assertEquals("fine", result(ended).outcome().info());
    assertEquals(List.of(queued.id()), opened.interrupted(), "it may have begun");
    try (var files = Files.list(folder)) {
      assertTrue(files.anyMatch(f -> f.toString().contains("journal.damaged-")));
    }
  }

  @Test
  void refusesJobsAndKeepsResultsInMemoryWhileTheFileCannotBeWritten() throws Exception {
    RecordLog log = RecordLog.open(file(), "boot", record -> {}).log();
    log.close();
    Memory memory = new Memory(Clock.systemUTC());
    journal = new Journal(log, UUID.randomUUID(), "boot", new LinkedHashMap<>(), memory);
    Job job = TestVerbs.job("RUN", "x");
    assertThrows(IOException.class, () -> journal.take(List.of(received(job))));
    assertFalse(journal.knows(job.id()));
    end(job, new Outcome.Failed(Outcome.Reason.REFUSED, "full"));
    assertEquals(Outcome.Reason.REFUSED, reason(job));
    assertEquals(List.of(job.id()), journal.unconfirmed());
    assertTrue(hasFailed(job.parent().id()));
    journal = null;
  }

  @Test
  void knowsNothingOfJobsThatMayNotBeOnTheDisk() throws Exception {
    open("boot");
    Job job = TestVerbs.job("RUN", "x");
    // An interrupt makes the sync fail, after the job was written.
    Thread.currentThread().interrupt();
    assertThrows(IOException.class, () -> journal.take(List.of(received(job))));
    assertTrue(Thread.interrupted());
    assertFalse(journal.knows(job.id()), "else nobody would refuse it, and nobody runs it");
    journal = null;
  }

  private void open(String bootId) throws IOException {
    opened = JournalOpener.open(folder, bootId, Clock.systemUTC());
    journal = opened.journal();
  }

  private void reopen(String bootId) throws IOException {
    journal.close();
    open(bootId);
  }

  /** As kill -9 leaves it: what was written is there, no farewell. */
  private void crash(String bootId) throws IOException {
    byte[] bytes = Files.readAllBytes(file());
    journal.close();
    Files.write(file(), bytes, StandardOpenOption.TRUNCATE_EXISTING);
    open(bootId);
  }

  private void removeAll() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private Path file() {
    return folder.resolve("journal");
  }

  private Job take() throws IOException {
    Job job = TestVerbs.job("RUN", "echo");
    journal.take(List.of(received(job)));
    return job;
  }

  private void end(Job job, Outcome outcome) {
    NodeResult result = NodeResult.withoutRun(job.id(), outcome, Clock.systemUTC().instant());
    journal.ended(
        job.id(),
        job.parent().id(),
        !outcome.isSuccess(),
        WireCodec.encode(new NodeMessage.Ended(job.verb(), result)).toBytes());
  }

  private NodeResult result(Job job) throws Exception {
    UUID id = job.id();
    Frames frames = Frames.of(journal.result(id));
    return ((NodeMessage.Ended) WireCodec.decodeFromNode(frames)).result();
  }

  private Outcome.Reason reason(Job job) throws Exception {
    return ((Outcome.Failed) result(job).outcome()).reason();
  }

  private static Journal.Received received(Job job) {
    ServerMessage.Run run = new ServerMessage.Run(job, List.of());
    return new Journal.Received(run, WireCodec.encode(run).data());
  }

  private static List<Job> runs(Journal.Taking taking) {
    return runs(taking.run());
  }

  private static List<Job> runs(List<ServerMessage.Run> runs) {
    return runs.stream().map(ServerMessage.Run::job).toList();
  }
}
