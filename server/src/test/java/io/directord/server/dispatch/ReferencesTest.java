package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.verbs.builtin.QueryComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private static final UUID ONE = UUID.fromString("aaaa1111-0000-4000-8000-000000000001");
  private static final UUID TWO = UUID.fromString("aaaa2222-0000-4000-8000-000000000002");
  private static final UUID PARENT = UUID.fromString("bbbb3333-0000-4000-8000-000000000003");
  private static final String FINGERPRINT = "cccc".repeat(14);

  private final MemoryStore store = new MemoryStore();
  private final References references = new References(store);

  @Test
  void aBeginningStandsForTheOnlyJobThatHasIt() {
    keep(1, ONE, ONE, null);
    keep(2, TWO, PARENT, FINGERPRINT);

    assertEquals(ONE, references.find("aaaa1", true));
    assertEquals(TWO, references.find("AAAA2222-00", true));
    assertEquals(ONE, references.find("aaaa1111", false));
  }

  @Test
  void whatStandsForSeveralIsRefusedNamingThem() {
    keep(1, ONE, ONE, null);
    keep(2, TWO, PARENT, FINGERPRINT);

    RefusedException refused = refused("aaaa", true);

    assertEquals(RefusedException.Kind.CONFLICT, refused.kind());
    assertEquals(
        "aaaa stands for several: " + ONE + ", " + TWO + "; write more of it",
        refused.getMessage());
  }

  @Test
  void aParentIsFoundByItsIdAndByTheFingerprintThatListsShow() {
    keep(1, ONE, UUID.randomUUID(), FINGERPRINT);
    keep(2, TWO, PARENT, FINGERPRINT);

    assertEquals(PARENT, references.find("bbbb", false));
    assertEquals(PARENT, references.find(FINGERPRINT, false));
    assertEquals(PARENT, references.find("cccccccc", false));
    assertEquals(RefusedException.Kind.NOT_FOUND, refused("bbbb", true).kind());
    assertEquals(RefusedException.Kind.NOT_FOUND, refused("dddd", false).kind());
  }

  @Test
  void theLastJobsAreCountedFromTheNewest() {
    assertEquals("there is no job yet", refused("last", true).getMessage());
    keep(1, ONE, ONE, null);
    keep(2, TWO, TWO, null);

    assertEquals(TWO, references.find("last", true));
    assertEquals(ONE, references.find("last~1", false));
    assertEquals("there is no job last~2", refused("last~2", true).getMessage());
  }

  @Test
  void jobsThatTheServerMadeItselfAreNotTheLast() {
    keep(1, ONE, ONE, null);
    keep(2, answersTo(ONE));
    assertEquals(ONE, references.find("last", false));
    keep(3, TWO, TWO, null);
    keep(4, answersTo(TWO));

    assertEquals(TWO, references.find("last", true));
    assertEquals(ONE, references.find("last~1", true));
    assertEquals("there is no job last~2", refused("last~2", true).getMessage());
  }

  private Job answersTo(UUID query) {
    Job job = store.job(query).orElseThrow().job();
    return QueryComponent.callback(job, Map.of("a", "{\"n\":1}"), List.of("a"));
  }

  @Test
  void whatCannotBeOneSaysWhatIsExpected() {
    for (String wrong : List.of("", "aaa", "xyzw", "last~", "last~x", "-aaaa", "a".repeat(57))) {
      RefusedException refused = refused(wrong, false);
      assertEquals(RefusedException.Kind.INVALID, refused.kind(), wrong);
      assertTrue(refused.getMessage().endsWith(" is expected, not '" + wrong + "'"));
    }
  }

  private RefusedException refused(String reference, boolean jobsOnly) {
    return assertThrows(RefusedException.class, () -> references.find(reference, jobsOnly));
  }

  private void keep(long seq, UUID id, UUID parent, String fingerprint) {
    Job job =
        JobJson.read(
            Json.object()
                .put("verb", "RUN")
                .put("command", "x")
                .put("job_id", id.toString())
                .put("parent_id", parent.toString())
                .put("parent_sha3_224", fingerprint));
    keep(seq, job);
  }

  private void keep(long seq, Job job) {
    Instant now = Instant.EPOCH;
    JobSummary summary =
        new JobSummary(
            job.id(),
            job.parent(),
            JobTitle.of(job),
            new JobOrigin("me", now, 0, false),
            false,
            JobCounts.of(1),
            new JobTimes(Duration.ZERO, Duration.ZERO, now));
    store.commit(
        List.of(
            new Change.PutJob(
                new StoredJob(
                    seq,
                    job,
                    "me",
                    now,
                    new Resolved(List.of("a"), List.of(), List.of(), List.of(), null),
                    new byte[32],
                    false)),
            new Change.PutSummary(seq, summary)));
  }
}
