package io.directord.server.store;

import static io.directord.server.store.StoredSamples.NOW;
import static io.directord.server.store.StoredSamples.job;
import static io.directord.server.store.StoredSamples.outcome;
import static io.directord.server.store.StoredSamples.schedule;
import static io.directord.server.store.StoredSamples.summary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.api.ScheduleEntry;
import io.directord.common.wire.JournalState;
import io.directord.server.backup.BackupTrial;
import io.directord.server.rolling.NodeSets;
import io.directord.server.rolling.Ramp;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.schedule.ScheduleState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every store does. */
public abstract class JobStoreContract {

  private static final long LAST = 60;

  private JobStore store;

  protected abstract JobStore open();

  @BeforeEach
  void start() {
    store = open();
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Test
  void keepsTokens() {
    StoredToken token =
        new StoredToken("deploy", "operator", "ab".repeat(32), NOW, "root", NOW.plusSeconds(60));
    store.commit(List.of(new Change.PutToken(token)));
    StoredToken other =
        new StoredToken("watch", "read", "cd".repeat(32), NOW, "root", NOW.plusSeconds(60));
    StoredToken newer =
        new StoredToken("deploy", "read", "ef".repeat(32), NOW, "ada", NOW.plusSeconds(70));
    store.commit(List.of(new Change.PutToken(other), new Change.PutToken(newer)));
    assertEquals(List.of(newer, other), tokens());
    store.commit(List.of(new Change.ForgetToken("deploy"), new Change.ForgetToken("none")));
    assertEquals(List.of(other), tokens());
  }

  @Test
  void keepsJoinTokensAndWhoHasUsedThem() {
    var terms = new StoredJoinToken.Terms(List.of("web-*"), 2, NOW.plusSeconds(60));
    StoredJoinToken first = new StoredJoinToken("ab".repeat(32), terms, NOW, "root");
    StoredJoinToken other = new StoredJoinToken("cd".repeat(32), terms, NOW, "root");
    store.commit(List.of(new Change.PutJoinToken(other), new Change.PutJoinToken(first)));
    StoredJoinToken used = first.usedBy("web-1");
    store.commit(List.of(new Change.PutJoinToken(used)));
    assertEquals(List.of(used, other), joinTokens());
    assertEquals(List.of("web-1"), joinTokens().get(0).joined());
    store.commit(List.of(new Change.ForgetJoinToken(used.id())));
    assertEquals(List.of(other), joinTokens());
  }

  private List<StoredJoinToken> joinTokens() {
    return store.joinTokens().stream().sorted(Comparator.comparing(StoredJoinToken::id)).toList();
  }

  @Test
  void keepsWhatHooksAreToBeTold() {
    StoredHookEvent first =
        new StoredHookEvent("pager", 1, "job.failed", UUID.randomUUID(), NOW, "{\"a\":1}");
    StoredHookEvent second = new StoredHookEvent("pager", 2, "node.lost", null, NOW, "{}");
    StoredHookEvent other = new StoredHookEvent("chat", 3, "node.lost", null, NOW, "{}");
    StoredHookEvent more = new StoredHookEvent("chat", 3, "node.lost", null, NOW, "{\"n\":2}");
    store.commit(
        List.of(
            new Change.PutHookEvent(second),
            new Change.PutHookEvent(first),
            new Change.PutHookEvent(other)));
    store.commit(List.of(new Change.PutHookEvent(more)));
    assertEquals(List.of(more, first, second), store.hookEvents());
    store.commit(List.of(new Change.ForgetHookEvent(first.key())));
    assertEquals(List.of(more, second), store.hookEvents());
  }

  private List<StoredToken> tokens() {
    return store.tokens().stream().sorted(Comparator.comparing(StoredToken::name)).toList();
  }

  @Test
  void endedJobsAreReadFromTheLastOnAndCounted() {
    for (long seq = 2; seq <= 8; seq += 2) {
      StoredJob job = job(seq, UUID.randomUUID());
      store.commit(List.of(new Change.PutJob(job), new Change.PutSummary(seq, summary(job))));
    }

    assertEquals(List.of(8L, 6L), store.lastEnded(Long.MAX_VALUE, 2));
    assertEquals(List.of(4L, 2L), store.lastEnded(6, 9));
    assertEquals(List.of(6L), store.lastEnded(7, 1));
    assertEquals(List.of(), store.lastEnded(2, 9));
    assertEquals(4, store.endedJobs(Long.MAX_VALUE));
    assertEquals(2, store.endedJobs(6));
    assertEquals(3, store.endedJobs(7));
    assertEquals(0, store.endedJobs(1));
  }

  @Test
  void isEmptyAtFirst() {
    assertEquals(0, store.lastSeq());
    assertEquals(List.of(), store.unended());
    assertEquals(List.of(), store.nodes());
    assertEquals(Optional.empty(), store.newest(0, any -> true));
    assertEquals(Optional.empty(), store.job(UUID.randomUUID()));
    assertEquals(List.of(), store.seqs(null));
    assertTrue(store.usableBytes() > 0);
    store.sizeBytes().ifPresent(bytes -> assertTrue(bytes > 0, bytes + " bytes"));
  }

  @Test
  void givesBackAJobAsItWasSubmitted() {
    StoredJob job = job(7, UUID.randomUUID());

    store.commit(List.of(new Change.PutJob(job)));

    StoredJob read = store.job(job.job().id()).orElseThrow();
    assertEquals(job.job(), read.job());
    assertEquals(job.targets(), read.targets());
    assertEquals("me", read.submittedBy());
    assertEquals(NOW, read.submittedAt());
    assertEquals(3, read.secret()[2]);
    assertEquals(7, store.lastSeq());
    assertEquals(read.job(), store.newest(0, any -> true).orElseThrow().job());
    assertEquals(1, store.unended().size());
  }

  @Test
  void keepsResultsByTargetAndReplacesThem() {
    StoredJob job = job(1, UUID.randomUUID());
    store.commit(List.of(new Change.PutJob(job), new Change.PutJob(job(2, UUID.randomUUID()))));

    store.commit(
        List.of(
            new Change.PutResult(1, 1, outcome("b", "first")),
            new Change.PutResult(2, 0, outcome("a", "of another job")),
            new Change.PutResult(1, 1, outcome("b", "second"))));

    assertEquals(Optional.of(outcome("b", "second")), store.result(1, 1));
    assertEquals(Set.of(1), store.answered(1));
    assertEquals(Set.of(), store.answered(3));
    assertEquals(Optional.of(outcome("a", "of another job")), store.result(2, 0));
    assertEquals(Optional.empty(), store.result(2, 1));
  }

  @Test
  void aJobWithASummaryHasEnded() {
    UUID parent = UUID.randomUUID();
    StoredJob first = job(1, parent);
    StoredJob second = job(2, parent);
    store.commit(List.of(new Change.PutJob(first), new Change.PutJob(second)));

    store.commit(List.of(new Change.PutSummary(1, summary(first))));

    assertEquals(List.of(2L), store.unended().stream().map(StoredJob::seq).toList());
    assertEquals(Optional.of(summary(first)), store.summary(1));
    assertEquals(List.of(1L), store.seqs(null));
    assertEquals(List.of(1L, 2L), store.seqs(parent));
    assertEquals(1, store.endedJobs());
  }

  @Test
  void forgetsJobsWithTheirResults() {
    UUID parent = UUID.randomUUID();
    for (int seq = 1; seq <= 3; seq++) {
      StoredJob job = job(seq, parent);
      store.commit(
          List.of(
              new Change.PutJob(job),
              new Change.PutResult(seq, 0, outcome("a", "")),
              new Change.PutSummary(seq, summary(job))));
    }
    UUID first = store.summary(1).orElseThrow().id();

    store.commit(List.of(new Change.ForgetJobs(List.of(1L, 3L))));

    assertEquals(Optional.empty(), store.job(first));
    assertEquals(Set.of(), store.answered(1));
    assertEquals(List.of(2L), store.seqs(parent));
    assertEquals(List.of(2L), store.seqs(null));
    assertEquals(Set.of(0), store.answered(2));
  }

  @Test
  void takesNothingOfAJobThatWasForgottenMeanwhile() {
    StoredJob job = job(1, UUID.randomUUID());
    store.commit(List.of(new Change.PutJob(job), new Change.PutSummary(1, summary(job))));
    store.commit(List.of(new Change.ForgetJobs(List.of(1L))));

    store.commit(
        List.of(
            new Change.PutResult(1, 0, outcome("a", "")), new Change.PutSummary(1, summary(job))));

    assertEquals(Set.of(), store.answered(1));
    assertEquals(List.of(), store.seqs(null));
    assertEquals(0, store.endedJobs());
  }

  @Test
  void findsIdsByTheirBeginningAndJobsByTheirAge() {
    UUID parent = UUID.fromString("abcd0000-0000-4000-8000-000000000001");
    StoredJob first = job(1, parent);
    StoredJob second = job(2, parent);
    StoredJob third = job(3, UUID.fromString("abcd1111-0000-4000-8000-000000000001"));
    store.commit(
        List.of(new Change.PutJob(first), new Change.PutJob(second), new Change.PutJob(third)));

    assertEquals(List.of(parent), store.parentIds("abcd0", 5));
    assertEquals(List.of(parent, third.job().parent().id()), store.parentIds("abcd", 5));
    assertEquals(List.of(parent), store.parentIds("abcd", 1));
    assertEquals(List.of(), store.parentIds("abce", 5));
    String id = second.job().id().toString();
    assertEquals(List.of(second.job().id()), store.jobIds(id.substring(0, 20), 5));
    assertEquals(List.of(second.job().id()), store.jobIds(id, 5));
    assertEquals(third.job().id(), store.newest(0, any -> true).orElseThrow().job().id());
    assertEquals(first.job().id(), store.newest(2, any -> true).orElseThrow().job().id());
    assertEquals(Optional.empty(), store.newest(3, any -> true));
    assertEquals(
        second.job().id(),
        store.newest(0, job -> !job.id().equals(third.job().id())).orElseThrow().job().id());
  }

  @Test
  void noIdBeginsWithWhatIsNoneOrLonger() {
    StoredJob job = job(1, UUID.randomUUID());
    store.commit(List.of(new Change.PutJob(job)));

    assertEquals(List.of(), store.jobIds("x", 5));
    assertEquals(List.of(), store.jobIds(job.job().id().toString().replace('-', 'a'), 5));
    assertEquals(List.of(), store.jobIds(job.job().id() + "0", 5));
    assertEquals(List.of(job.job().id()), store.jobIds("", 5));
  }

  @Test
  void jobsThatHaveEndedAreCancelledTooAndStayAsTheyAre() {
    StoredJob job = job(1, UUID.randomUUID());
    store.commit(List.of(new Change.PutJob(job), new Change.PutJob(job(2, UUID.randomUUID()))));

    store.commit(List.of(new Change.CancelJobs(List.of(1L, 7L))));

    StoredJob read = store.job(1).orElseThrow();
    assertTrue(read.cancelled());
    assertEquals(job.job(), read.job());
    assertFalse(store.job(2).orElseThrow().cancelled());
    assertTrue(store.job(7).isEmpty());
  }

  @Test
  void whatIsSubmittedAndForgottenInOneCommitIsNotThere() {
    StoredJob job = job(1, UUID.randomUUID());

    store.commit(
        List.of(
            new Change.PutJob(job),
            new Change.PutResult(1, 0, outcome("a", "")),
            new Change.CancelJobs(List.of(1L)),
            new Change.PutSummary(1, summary(job)),
            new Change.ForgetJobs(List.of(1L)),
            new Change.PutResult(1, 0, outcome("a", "")),
            new Change.PutJob(job(2, UUID.randomUUID()))));

    assertTrue(store.job(1).isEmpty());
    assertEquals(Set.of(), store.answered(1));
    assertEquals(List.of(2L), store.unended().stream().map(StoredJob::seq).toList());
    assertEquals(0, store.endedJobs());
  }

  @Test
  void keepsHowFarAParentHasComeUntilItEnds() {
    UUID parent = UUID.randomUUID();
    RolloutProgress first = progress(1);
    RolloutProgress second = progress(2);

    store.commit(
        List.of(
            new Change.PutRun(parent, List.of("b", "a")),
            new Change.PutProgress(parent, first),
            new Change.PutProgress(parent, second)));

    StoredRun run = store.runs().get(0);
    assertEquals(parent, run.parent());
    assertEquals(List.of("b", "a"), run.nodes());
    assertEquals(second.soaking(), run.progress().soaking());
    assertEquals(1, store.runs().size());

    store.commit(List.of(new Change.ForgetRun(parent)));
    assertEquals(List.of(), store.runs());
  }

  @Test
  void keepsSchedulesAndHowFarTheyHaveCome() {
    StoredSchedule nightly = schedule("nightly");
    ScheduleState begun = ScheduleState.beginning(NOW);
    UUID run = UUID.randomUUID();
    ScheduleState later =
        begun
            .decided(NOW.plusSeconds(60))
            .waiting(NOW.plusSeconds(30))
            .started(List.of(run))
            .with(
                new ScheduleEntry(
                    NOW, NOW, ScheduleEntry.What.STARTED, 1, List.of(run), "by \u00e4 hand"));

    store.commit(
        List.of(
            new Change.PutScheduleState("none", begun),
            new Change.PutSchedule(nightly, begun),
            new Change.PutSchedule(schedule("hourly"), begun.paused(true))));
    assertEquals(
        List.of("hourly", "nightly"),
        store.schedules().stream().map(kept -> kept.schedule().name()).sorted().toList());
    store.commit(
        List.of(
            new Change.PutScheduleState("nightly", later), new Change.ForgetSchedule("hourly")));

    assertEquals(List.of(new StoredSchedule.Kept(nightly, later)), store.schedules());
    store.commit(List.of(new Change.PutSchedule(nightly, begun)));
    assertEquals(List.of(new StoredSchedule.Kept(nightly, begun)), store.schedules());
    store.commit(List.of(new Change.ForgetSchedule("nightly")));
    store.commit(List.of(new Change.PutScheduleState("nightly", later)));
    assertEquals(List.of(), store.schedules());
  }

  @Test
  void manyJobsAreReadFromTheNewestOnUntilEnoughAreSeen() {
    List<Change> jobs = new ArrayList<>();
    for (long seq = 1; seq <= 250; seq++) {
      jobs.add(new Change.PutJob(job(seq, UUID.randomUUID())));
    }
    store.commit(jobs);

    List<Long> seen = new ArrayList<>();
    store.fromNewest(job -> seen.add(job.seq()));
    assertEquals(250, seen.size());
    assertEquals(List.of(250L, 249L), seen.subList(0, 2));
    assertEquals(1, seen.get(249));
    seen.clear();
    store.fromNewest(job -> seen.add(job.seq()) && seen.size() < 120);
    assertEquals(120, seen.size());
  }

  @Test
  void endedJobsAreReadOneAfterTheOther() {
    List<Change> jobs = new ArrayList<>();
    Map<Long, JobSummary> ended = new TreeMap<>();
    for (long seq = 1; seq <= 250; seq++) {
      StoredJob job = job(seq, UUID.randomUUID());
      jobs.add(new Change.PutJob(job));
      if (seq % 2 == 0) {
        ended.put(seq, summary(job));
        jobs.add(new Change.PutSummary(seq, summary(job)));
      }
    }
    store.commit(jobs);

    Map<Long, JobSummary> read = new LinkedHashMap<>();
    store.ended(read::put);
    assertEquals(List.copyOf(ended.keySet()), List.copyOf(read.keySet()));
    assertEquals(ended, read);
  }

  @Test
  void anyThreadReadsWhileOneWrites() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        readers.add(threads.submit(this::readUntilTheLast));
      }
      for (long seq = 1; seq <= LAST; seq++) {
        store.commit(
            List.of(
                new Change.PutJob(job(seq, UUID.randomUUID())),
                new Change.PutResult(seq, 0, outcome("a", "out"))));
      }
      for (Future<Long> reader : readers) {
        assertEquals(LAST, reader.get());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private Long readUntilTheLast() {
    long seq = 0;
    while (seq < LAST && !Thread.currentThread().isInterrupted()) {
      seq = store.lastSeq();
      assertTrue(seq == 0 || store.job(seq).isPresent(), "job " + seq);
    }
    return seq;
  }

  @Test
  void isBackedUpWhileItIsWrittenAndRestoredIntoAnother(@TempDir Path directory) throws Exception {
    new BackupTrial(store, directory).run();
  }

  @Test
  void enrolsAndForgetsNodes() {
    StoredNode node =
        new StoredNode(
            "a", "key", "machine", "1.0", "zeromq", NOW, new JournalState(UUID.randomUUID(), 5L));

    store.commit(List.of(new Change.PutNode(node)));
    assertEquals(List.of(node), store.nodes());

    store.commit(List.of(new Change.ForgetNode("a")));
    assertEquals(List.of(), store.nodes());
  }

  private static RolloutProgress progress(int node) {
    return new RolloutProgress(
        new NodeSets(new byte[] {1}, new byte[0], new byte[0], new byte[0]),
        new Ramp(1, 2),
        null,
        null,
        List.of(new RolloutProgress.Soaking(node, NOW)));
  }
}
