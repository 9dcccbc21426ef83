package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Reruns;
import io.directord.common.api.Reruns.Which;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class RerunTest {
  private static final Set<Which> ALL = Set.of(Which.values());
  private static final UUID RERUN = UUID.randomUUID();

  private final MemoryStore store = new MemoryStore();
  private final UUID parent = UUID.randomUUID();
  private Set<String> missing = Set.of();
  private long seq;

  @Test
  void ofEachNodeOnlyWhatDidNotSucceedThereRunsAgainInOrder() {
    Job first = kept("first", parent, ok("a"), ok("b"), ok("c"));
    Job second = kept("second", parent, ok("a"), failed("b", Outcome.Reason.ERROR), ok("c"));
    Job third =
        kept(
            "third",
            parent,
            ok("a"),
            failed("b", Outcome.Reason.OMITTED),
            failed("c", Outcome.Reason.TIMEOUT));
    Rerun.Found found = rerun(parent, Which.FAILED);
    assertEquals(List.of("second", "third"), found.jobs().stream().map(Job::name).toList());
    assertEquals(List.of("b"), found.jobs().get(0).targets());
    assertEquals(List.of("b", "c"), found.jobs().get(1).targets());
    assertEquals(List.of("b", "c"), found.plan().nodes());
    assertEquals(3, found.plan().of());
    assertEquals(second.fingerprint(), found.jobs().get(0).fingerprint());
    assertEquals(third.definition(), found.jobs().get(1).definition());
    assertNotEquals(second.id(), found.jobs().get(0).id());
    assertNotEquals(parent, found.jobs().get(0).parent().id());
    assertEquals(found.jobs().get(0).parent(), found.jobs().get(1).parent());
    assertEquals(found, rerun(parent, Which.FAILED));
    assertTrue(found.jobs().stream().noneMatch(job -> job.name().equals(first.name())));
  }

  @Test
  void whatAnExpressionStoodForRunsAgainByNameAndNowhereElse() {
    targets = List.of("a", "[b-c]*");
    kept("first", parent, ok("a"), failed("b", Outcome.Reason.ERROR), ok("c"));
    targets = List.of("*");
    kept("second", parent, ok("a"), failed("b", Outcome.Reason.OMITTED), ok("c"));
    Rerun.Found found = rerun(parent, Which.FAILED);
    assertEquals(
        List.of(List.of("b"), List.of("b")), found.jobs().stream().map(Job::targets).toList());
  }

  @Test
  void aQueryGoesToAllNodesAgain() {
    targets = List.of("a");
    kept("query", parent, failed("a", Outcome.Reason.ERROR), failed("b", Outcome.Reason.ERROR));
    assertEquals(List.of("a"), rerun(parent, Which.FAILED).jobs().get(0).targets());
  }

  @Test
  void theFirstJobThatDidNotSucceedSaysWhy() {
    kept("first", parent, failed("a", Outcome.Reason.LOST), failed("b", Outcome.Reason.DROPPED));
    kept("second", parent, failed("a", Outcome.Reason.LOST), failed("b", Outcome.Reason.ERROR));
    assertEquals(List.of("a"), rerun(parent, Which.LOST).plan().nodes());
    assertEquals(List.of("b"), rerun(parent, Which.NOT_STARTED).plan().nodes());
    assertEquals(2, rerun(parent, Which.NOT_STARTED).jobs().size());
    var e = assertThrows(RefusedException.class, () -> rerun(parent, Which.FAILED));
    assertEquals(
        "nothing to run again for failed, of 2 nodes; lost has 1 node, not_started has 1 node",
        e.getMessage());
  }

  @Test
  void oneJobAloneRunsAgainWithoutTheOthersOfItsParent() {
    Job first = kept("first", parent, failed("a", Outcome.Reason.ERROR));
    kept("second", parent, failed("a", Outcome.Reason.OMITTED));
    assertEquals(1, rerun(first.id(), Which.FAILED).jobs().size());
  }

  @Test
  void whatWasSubmittedTogetherIsMeantTogether() {
    kept("before", UUID.randomUUID(), failed("a", Outcome.Reason.ERROR));
    moment = moment.plusSeconds(1);
    kept("first", parent, failed("a", Outcome.Reason.ERROR));
    Job last = kept("second", UUID.randomUUID(), ok("a"));
    Rerun.Found found =
        new Rerun(last.id(), request(ALL, true), enrolled, limit, contents()).answer(store);
    assertEquals(List.of("first"), found.jobs().stream().map(Job::name).toList());
    String shown = last.id().toString().substring(0, 8) + " RUN 'second', submitted by ";

    limit = Set.of("c");
    var e =
        assertThrows(
            RefusedException.class,
            () ->
                new Rerun(last.id(), request(ALL, true), enrolled, limit, contents())
                    .answer(store));
    assertTrue(e.getMessage().contains("; last is " + shown), e::getMessage);
  }

  @Test
  void whatHasNotEndedIsCounted() {
    kept("first", parent, failed("a", Outcome.Reason.ERROR), null);
    assertEquals(1, rerun(parent, Which.FAILED).plan().unended());
  }

  @Test
  void nodesThatAreNotEnrolledAnyMoreAreNamedAndTheRestRuns() {
    kept("first", parent, failed("a", Outcome.Reason.ERROR), failed("b", Outcome.Reason.ERROR));
    enrolled = Set.of("a", "c");
    Rerun.Found found = rerun(parent, Which.FAILED);
    assertEquals(List.of("a"), found.jobs().get(0).targets());
    assertEquals(List.of("a"), found.plan().nodes());
    assertEquals(List.of("b"), found.plan().forgotten());

    enrolled = Set.of("c");
    var e = assertThrows(RefusedException.class, () -> rerun(parent, Which.FAILED));
    assertEquals("nothing to run again: not enrolled any more: a,b", e.getMessage());
  }

  @Test
  void theLimitNarrowsTheNodes() {
    kept("first", parent, failed("a", Outcome.Reason.ERROR), failed("b", Outcome.Reason.ERROR));
    limit = Set.of("b", "c");
    assertEquals(List.of("b"), rerun(parent, Which.FAILED).jobs().get(0).targets());
    limit = Set.of("c");
    var e = assertThrows(RefusedException.class, () -> rerun(parent, Which.FAILED));
    assertEquals("nothing to run again for failed, of 2 nodes; within the limit", e.getMessage());
  }

  @Test
  void whatARerunHasDoneSinceIsNamedAndNotRepeated() {
    Job first =
        kept("first", parent, failed("a", Outcome.Reason.ERROR), failed("b", Outcome.Reason.ERROR));
    UUID rerun = UUID.randomUUID();
    Job again = repeated(first, rerun, ok("a"), failed("b", Outcome.Reason.ERROR));
    Rerun.Found found = rerun(parent, Which.FAILED);
    assertEquals(List.of("b"), found.plan().nodes());
    assertEquals(List.of(new Reruns.Earlier(rerun, true, List.of("a"))), found.plan().earlier());
    assertEquals(Map.of(found.jobs().get(0).id(), first.id()), found.repeats());

    // A rerun of the rerun counts for both.
    UUID second = UUID.randomUUID();
    repeated(again, second, null, ok("b"));
    String done = second.toString().substring(0, 8);
    var e = assertThrows(RefusedException.class, () -> rerun(parent, Which.FAILED));
    assertEquals(
        "nothing to run again for failed, of 2 nodes; a: rerun "
            + done
            + " has not ended there yet; b: done meanwhile by rerun "
            + done,
        e.getMessage());
    e = assertThrows(RefusedException.class, () -> rerun(again.id(), Which.FAILED));
    assertTrue(e.getMessage().endsWith("; b: done meanwhile by rerun " + done), e::getMessage);
  }

  @Test
  void aRerunThatDidNotBeginDoesNotCountAndOneThatFailedOtherwiseDoes() {
    Job first =
        kept("first", parent, failed("a", Outcome.Reason.ERROR), failed("b", Outcome.Reason.ERROR));
    repeated(
        first,
        UUID.randomUUID(),
        failed("a", Outcome.Reason.NOT_STARTED),
        failed("b", Outcome.Reason.LOST));
    assertEquals(List.of("a"), rerun(parent, Which.FAILED).plan().nodes());
    assertEquals(List.of("b"), rerun(parent, Which.LOST).plan().nodes());
  }

  @Test
  void whatWasLeftOutBehindAMendedJobGoesOn() {
    Job first = kept("first", parent, failed("a", Outcome.Reason.ERROR));
    kept("second", parent, failed("a", Outcome.Reason.OMITTED));
    repeated(first, UUID.randomUUID(), ok("a"));
    assertEquals(
        List.of("second"), rerun(parent, Which.FAILED).jobs().stream().map(Job::name).toList());
  }

  @Test
  void aRequestThatIsSentAgainFindsItsOwnJobs() {
    Job first = kept("first", parent, failed("a", Outcome.Reason.ERROR));
    Rerun.Found found = rerun(parent, Which.FAILED);
    put(found.jobs().get(0), first.id(), ok("a"));
    assertEquals(found, rerun(parent, Which.FAILED));
  }

  @Test
  void aDryRunIsNotRunAgain() {
    ObjectNode preview = Json.object().put("verb", "RUN").put("run", UUID.randomUUID().toString());
    ObjectNode written = Json.object().put("command", "true").put("parent_id", parent.toString());
    put(JobJson.read(written.set("dry_run", preview)), null, failed("a", Outcome.Reason.ERROR));
    var e = assertThrows(RefusedException.class, () -> rerun(parent, Which.FAILED));
    assertEquals(ErrorCode.NOTHING_TO_RERUN, e.code());
    assertTrue(e.getMessage().contains("was a dry run, which has run nothing"), e.getMessage());
  }

  @Test
  void contentThatIsGoneIsNamed() {
    kept("first", parent, failed("a", Outcome.Reason.ERROR));
    missing = Set.of("0".repeat(64));
    var e = assertThrows(RefusedException.class, () -> rerun(parent, Which.FAILED));
    assertTrue(
        e.getMessage().startsWith("the content of then is not kept any more: RUN 000"),
        e::getMessage);
  }

  private Instant moment = Instant.EPOCH;

  private Set<String> enrolled = Set.of("a", "b", "c");
  private Set<String> limit;

  /** As the next jobs have them. */
  private List<String> targets = List.of();

  private Rerun.Found rerun(UUID id, Which... only) {
    return new Rerun(id, request(Set.of(only), false), enrolled, limit, contents()).answer(store);
  }

  private static Reruns.Request request(Set<Which> only, boolean together) {
    return new Reruns.Request(only, together, RERUN, false, List.of());
  }

  private Contents contents() {
    return new NoContents() {
      @Override
      public Set<String> missing(Job job, String sender) {
        return missing;
      }
    };
  }

  /** A job with a result on each node, or none where it is null. */
  private Job kept(String name, UUID of, NodeOutcome... results) {
    ObjectNode written =
        Json.object()
            .put("verb", "RUN")
            .put("command", "echo " + name)
            .put("job_name", name)
            .put("parent_id", of.toString());
    if (!targets.isEmpty()) {
      written.set("targets", Json.tree(targets));
    }
    Job job = JobJson.read(written);
    put(job, null, results);
    return job;
  }

  /** A rerun of a job, with a result on each node, or none where it is null. */
  private Job repeated(Job job, UUID rerun, NodeOutcome... results) {
    Job again =
        new Job(
            UUID.randomUUID(),
            job.fingerprint(),
            job.parent().withId(rerun),
            job.name(),
            job.definition(),
            job.options(),
            job.targets());
    put(again, EarlierReruns.first(store.job(job.id()).orElseThrow()), results);
    return again;
  }

  private void put(Job job, UUID repeats, NodeOutcome... results) {
    List<String> nodes = List.of("a", "b", "c").subList(0, results.length);
    StoredJob stored =
        new StoredJob(
            ++seq,
            job,
            "me",
            moment,
            new Resolved(nodes, List.of(), List.of(), List.of(), null).repeating(repeats),
            new byte[32],
            false);
    store.commit(List.of(new Change.PutJob(stored)));
    for (int i = 0; i < results.length; i++) {
      if (results[i] != null) {
        store.commit(List.of(new Change.PutResult(seq, i, results[i])));
      }
    }
  }

  private static NodeOutcome ok(String node) {
    return NodeOutcome.withoutRun(node, NodeOutcome.State.SUCCEEDED, null, "");
  }

  private static NodeOutcome failed(String node, Outcome.Reason reason) {
    return NodeOutcome.withoutRun(node, NodeOutcome.State.FAILED, reason, "no");
  }
}
