package io.directord.server.dispatch;

import static io.directord.server.TestServer.get;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.api.Receipt;
import io.directord.common.api.Reruns;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.access.Rights;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredToken;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.ObjectNode;

@Timeout(300)
class NodeRightsTest {
  @AutoClose
  private final TestServer server =
      new TestServer(new MemoryStore(), new TestClock(), TestServer.window(1));

  private static Caller with(Set<String> verbs) {
    Rights.Grant grant =
        new Rights.Grant(
            "nightly",
            Set.of(Permission.SUBMIT, Permission.CANCEL),
            verbs,
            null,
            TargetGroups.NONE);
    return Caller.ofToken("ci", new Rights(false, List.of(grant)));
  }

  @Test
  void aDefinitionThatIsNotTheServersNeedsARoleForAllVerbs() {
    server.node("a").join();
    Job own = TestServer.job("a");
    Job brought = TestServer.job("a");
    server.foreign(brought);
    Caller bound = with(Set.of("RUN"));

    RefusedException e =
        assertThrows(RefusedException.class, () -> get(submit(bound, List.of(own, brought))));
    assertEquals(RefusedException.Kind.FORBIDDEN, e.kind());
    String why = "token ci may not submit jobs of RUN by another definition than the server's; ";
    assertTrue(e.getMessage().startsWith(why), e.getMessage());
    Bodies.Checked checked = get(server.dispatch().check(bound, List.of(own, brought), List.of()));
    assertEquals("jobs[1].verb", checked.obstacles().get(0).place().toString());
    assertEquals(1, checked.obstacles().size());

    assertEquals(List.of(own.id()), get(submit(bound, List.of(own))).jobs());
    assertEquals(List.of(brought.id()), get(submit(with(null), List.of(brought))).jobs());
  }

  @Test
  void aBoundCallerDeliversWhatItHasSentAndRunsAgainWhatWasDeliveredBefore() {
    FakeNode node = server.node("a").join();
    server.contents().ofOthers.add("abc");
    Rights rights = with(Set.of("RUN")).rights();
    Caller bound = new Caller("token:ci", false, rights, "token:ci 5f0c");
    Job job = TestServer.job("a");
    RefusedException e =
        assertThrows(RefusedException.class, () -> get(submit(bound, List.of(job))));
    String why = "its content abc was not sent by token ci, or is not kept any more";
    assertTrue(e.getMessage().contains(why), e.getMessage());
    assertEquals(List.of(job.id()), get(submit(with(null), List.of(job))).jobs());

    await().until(() -> node.jobs().contains(job.id()));
    node.answer(FakeNode.failure(job.id()));
    await().until(() -> !server.summary(job.id()).processing());
    Reruns.Request again =
        new Reruns.Request(Set.of(Reruns.Which.FAILED), false, UUID.randomUUID(), false, List.of());
    assertEquals(1, get(server.dispatch().rerun(bound, job.id(), again)).jobs().size());
  }

  @Test
  void aBoundCallerAddsNoJobToTheParentOfAnother() {
    FakeNode node = server.node("a").join();
    Caller bound = with(Set.of("RUN"));
    UUID theirs = UUID.randomUUID();
    Job first = TestServer.job(theirs, "a");
    server.submit(first);
    requireRefused(bound, theirs);
    await().until(() -> node.jobs().contains(first.id()));
    node.answer(FakeNode.success(first.id(), ""));
    await().until(() -> !server.summary(first.id()).processing());
    requireRefused(bound, theirs);

    UUID own = UUID.randomUUID();
    get(submit(bound, List.of(TestServer.job(own, "a"))));
    server.submit(TestServer.job(own, "a"));
    get(submit(bound, List.of(TestServer.job(own, "a"))));
    assertEquals(1, get(submit(with(null), List.of(TestServer.job(theirs, "a")))).jobs().size());
  }

  @Test
  void aLaterTokenOfTheSameNameAddsNoJobToTheParentOfTheOneBefore() {
    server.node("a").join();
    Caller ci = with(Set.of("RUN"));
    UUID parent = UUID.randomUUID();
    Job first = TestServer.job(parent, "a");
    get(submit(ci, List.of(first)));
    Instant created = server.summary(first.id()).submittedAt().plusSeconds(1);
    StoredToken later = new StoredToken("ci", "x", "00", created, "root", created.plusSeconds(60));
    get(server.dispatch().createToken(new Caller("root", true), later));
    requireRefused(ci, parent);
  }

  private void requireRefused(Caller caller, UUID parent) {
    Job job = TestServer.job(parent, "a");
    RefusedException e =
        assertThrows(RefusedException.class, () -> get(submit(caller, List.of(job))));
    assertEquals(RefusedException.Kind.CONFLICT, e.kind());
    assertTrue(e.getMessage().contains("is not one of token ci"), e.getMessage());
  }

  @Test
  void whatWasGivenUpWithItsNodeIsCancelledByARoleForAllVerbsAndNodesOnly() {
    FakeNode node = server.node("a").join();
    UUID parent = UUID.randomUUID();
    Job job = TestServer.job(parent, "a");
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    server.expire("a");
    await().until(() -> server.summary(job.id()).counts().lost() == 1);
    Caller bound = with(Set.of("RUN"));

    RefusedException e =
        assertThrows(RefusedException.class, () -> get(server.dispatch().cancel(bound, job.id())));
    assertEquals(RefusedException.Kind.FORBIDDEN, e.kind());
    assertTrue(e.getMessage().contains("given up with their nodes"), e.getMessage());
    server.node("b").join();
    Job live = TestServer.job(parent, "b");
    server.submit(live);
    Bodies.Cancelled some = get(server.dispatch().cancel(bound, parent));
    assertEquals(List.of(live.id()), some.jobs());
    assertEquals(List.of(), some.lost());

    Bodies.Cancelled all = get(server.dispatch().cancel(with(null), parent));
    assertEquals(List.of(job.id()), all.lost());
  }

  @Test
  void groupsInTheTargetsOfARoleAreThoseThatWereReadWithIt() {
    server.node("web-1").join();
    server.node("db-1").join();
    TargetGroups groups = new TargetGroups(Map.of("prod", List.of(Target.of("db-*"))));
    List<Target> notProd = List.of(Target.of("not %prod"));
    Rights.Grant grant =
        new Rights.Grant("test", Set.of(Permission.SUBMIT), Set.of("RUN"), notProd, groups);
    Caller caller = Caller.ofToken("ci", new Rights(false, List.of(grant)));

    Job allowed = TestServer.job("web-1");
    assertEquals(List.of(allowed.id()), get(submit(caller, List.of(allowed))).jobs());
    Job refused = TestServer.job("db-1");
    assertThrows(RefusedException.class, () -> get(submit(caller, List.of(refused))));
  }

  @Test
  void aQueryNeedsRightsForEveryNodeAlsoWhenItIsOnlyChecked() {
    server.node("a").join();
    server.node("b").join();
    List<Target> onlyA = List.of(Target.of("a"));
    Rights.Grant grant =
        new Rights.Grant("a", Set.of(Permission.SUBMIT), null, onlyA, TargetGroups.NONE);
    Caller caller = Caller.ofToken("ci", new Rights(false, List.of(grant)));
    ObjectNode query = Json.object().put("verb", "QUERY").put("query", "x");
    query.putArray("targets").add("a");

    Bodies.Checked checked =
        get(server.dispatch().check(caller, List.of(JobJson.read(query)), List.of()));
    assertTrue(checked.obstacles().toString().contains("on 1 node: b"), checked::toString);
  }

  @Test
  void ofANodeThatIsNotEnrolledThereIsNoAnswerThatIsYes() {
    server.node("web-1").join();
    Caller admin = TestServer.CALLER;
    Caller all = with(null);
    assertNull(get(server.dispatch().lacking(admin, all, "RUN", "web-1")));
    for (String unknown : List.of("web-9", "web-*", "@all", "")) {
      RefusedException e =
          assertThrows(
              RefusedException.class,
              () -> get(server.dispatch().lacking(admin, all, "RUN", unknown)),
              unknown);
      assertEquals(RefusedException.Kind.NOT_FOUND, e.kind());
      assertThrows(
          RefusedException.class, () -> get(server.dispatch().lacking(all, all, "RUN", unknown)));
    }
    // Which nodes there are is not told to who may not see them.
    String no = get(server.dispatch().lacking(all, with(Set.of("ECHO")), "RUN", "web-9"));
    assertTrue(no.contains("may not submit jobs"), no);
  }

  private CompletableFuture<Receipt> submit(Caller caller, List<Job> jobs) {
    return server.dispatch().submit(caller, jobs);
  }
}
