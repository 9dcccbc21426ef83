package io.directord.client.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.storage.RecordLog;
import io.directord.common.wire.JournalState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What crashes, full disks and other programs do to a journal and its file. */
class JournalDamageTest extends JournalFixture {
  /** A sync may have failed before: whether the next one succeeds tells nothing. */
  @Test
  void whatADeadClientHadNotSyncedIsWrittenToANewFile() throws Exception {
    open("boot");
    Job job = take();
    int before = key();
    journal.started(job.id());

    open("boot");

    int after = key();
    assertNotEquals(before, after);
    assertEquals(List.of(job.id()), journal.unconfirmed());
    reopen("boot");
    assertEquals(after, key());
  }

  /** Random number in the file's header. */
  private int key() throws IOException {
    return ByteBuffer.wrap(Files.readAllBytes(file())).getInt(8);
  }

  @Test
  void aFileThatIsTakenAwayIsMadeAnew() throws Exception {
    open("boot");
    Path file = directory.resolve("journal");
    Job ended = take();
    end(ended, new Outcome.Succeeded("fine"));
    Files.delete(file);
    journal.upkeep();
    assertTrue(Files.exists(file));
    Files.delete(file);
    Job taken = take();
    Files.delete(file);
    journal.started(taken.id());
    UUID id = journal.state().journal();
    reopen("boot");
    assertEquals(id, journal.state().journal());
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
    UUID id = journal.state().journal();
    crash("boot");
    assertEquals(id, journal.state().journal());
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
    UUID before = journal.state().journal();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
    journal.upkeep();
    UUID after = journal.state().journal();
    assertNotEquals(before, after);
    assertEquals("early", result(early).outcome().info());
    assertNull(journal.result(done.id()));
    assertTrue(journal.knows(running.id()));
    end(running, new Outcome.Succeeded("late"));
    reopen("boot");
    assertEquals(after, journal.state().journal());
    assertEquals("early", result(early).outcome().info());
    assertEquals("late", result(running).outcome().info());
  }

  @Test
  void aFileThatIsCutShortAndHasLostNothingThatMattersIsTheSameJournal() throws Exception {
    open("boot");
    Job job = take();
    long length = Files.size(file());
    journal.started(job.id());
    UUID before = journal.state().journal();
    try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
    journal.upkeep();
    crash("boot");
    assertEquals(before, journal.state().journal());
    assertEquals(Outcome.Reason.INTERRUPTED, reason(job));
  }

  @Test
  void afterACrashOfTheMachineLosesNothingThatWasNotedBeforeATearAnywhere() throws Exception {
    open("boot");
    Job first = take();
    journal.started(first.id());
    long before = Files.size(file());
    end(first, new Outcome.Succeeded("fine"));
    byte[] whole = Files.readAllBytes(file());
    UUID id = journal.state().journal();
    journal = null;
    for (int length = (int) before; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      opened = JournalOpener.open(directory, "another boot", Clock.systemUTC());
      assertEquals(List.of(first.id()), opened.interrupted(), "cut at " + length);
      assertEquals(id, opened.journal().state().journal(), "cut at " + length);
      opened.journal().close();
    }
  }

  /** Else a job that it has forgotten could be run twice. */
  @Test
  void whateverIsDoneToItsFileAJobThatMayHaveRunIsNotRunAgainUnlessItsIdChanges() throws Exception {
    open("boot");
    List<Job> jobs = endedRunningAndQueued();
    Job ended = jobs.get(0);
    Job running = jobs.get(1);
    Job queued = jobs.get(2);
    UUID id = journal.state().journal();
    byte[] whole = Files.readAllBytes(file());
    journal.close();
    for (byte[] damaged : damages(whole)) {
      Files.write(file(), damaged);
      opened = JournalOpener.open(directory, "boot", Clock.systemUTC());
      journal = opened.journal();
      List<Job> toRun = runs(opened.toRun());
      if (journal.state().journal().equals(id)) {
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

  /** A bit of every byte flipped, every length, and what is not a journal. */
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
    UUID id = journal.state().journal();
    journal.close();
    Files.delete(file());
    open("boot");
    assertNotEquals(id, journal.state().journal());
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
    try (var files = Files.list(directory)) {
      assertTrue(files.anyMatch(f -> f.toString().contains("journal.damaged-")));
    }
  }

  @Test
  void refusesJobsAndKeepsResultsInMemoryWhileTheFileCannotBeWritten() throws Exception {
    RecordLog log = RecordLog.open(file(), "boot", record -> {}).log();
    log.close();
    Memory memory = new Memory(Clock.systemUTC());
    JournalState state = new JournalState(UUID.randomUUID(), 0L);
    journal = new Journal(log, state, "boot", new LinkedHashMap<>(), memory);
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

  private void removeAll() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
