package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.HookSettings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinKey;
import io.directord.common.security.JoinToken;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestAddress;
import io.directord.server.TestServer;
import io.directord.server.link.NodeAddress;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class JoinBookTest {
  private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
  private static final DispatchLimits LIMITS =
      new DispatchLimits(
          100,
          Duration.ofSeconds(10),
          1000,
          Duration.ofDays(1),
          TargetGroups.NONE,
          HookSettings.NONE,
          null);

  private final CurveKeyPair server = JoinKey.of(CurveKeyPair.generate());
  private final MemoryStore store = new MemoryStore();
  private Core core = core();
  private Instant now = START;

  @Test
  void anEnrolmentAndItsUseAreOneCommitBeforeWhichNothingIsTold() {
    Turn turn = handle(said("web-1", CurveKeyPair.generate(), created(1)));

    assertEquals(
        List.of(Change.PutJoinToken.class, Change.PutNode.class),
        turn.changes().stream().map(Object::getClass).sorted(byName()).toList());
    assertEquals(0, told(turn));
    store.commit(turn.changes());
    assertTrue(told(handle(new Input.Committed(List.of(turn)))) > 0);
  }

  @Test
  void aServerThatIsKilledBeforeTheCommitHasNotUsedTheToken() {
    JoinToken token = created(1);
    CurveKeyPair keys = CurveKeyPair.generate();
    handle(said("web-1", keys, token));

    core = core();

    Turn again = handle(said("web-1", keys, token));
    store.commit(again.changes());
    assertEquals(List.of("web-1"), store.joinTokens().get(0).joined());
    assertEquals(1, store.joinTokens().get(0).used());
  }

  @Test
  void aServerThatIsKilledBeforeTheAnswerKnowsTheNode() {
    JoinToken token = created(1);
    CurveKeyPair keys = CurveKeyPair.generate();
    store.commit(handle(said("web-1", keys, token)).changes());

    core = core();

    Turn again = handle(said("web-1", keys, token));
    store.commit(again.changes());
    assertTrue(told(handle(new Input.Committed(List.of(again)))) > 0);
    assertEquals(1, store.joinTokens().get(0).used());
    Turn another = handle(said("web-2", CurveKeyPair.generate(), token));
    assertFalse(another.changes().stream().anyMatch(Change.PutNode.class::isInstance));
  }

  @Test
  void ofTwoNodesInOneTurnOneGetsIn() {
    JoinToken token = created(1);

    Turn turn =
        handle(
            said("web-1", CurveKeyPair.generate(), token),
            said("web-2", CurveKeyPair.generate(), token));

    assertEquals(1, turn.changes().stream().filter(Change.PutNode.class::isInstance).count());
    store.commit(turn.changes());
    assertEquals(List.of("web-1"), store.joinTokens().get(0).joined());
  }

  @Test
  void aRevokedTokenIsGoneForGood() {
    JoinToken token = created(1);
    var to = new CompletableFuture<StoredJoinToken>();
    store.commit(
        handle(asked(new Input.ForgetJoinToken(JoinToken.id(token.sha256()), to))).changes());
    assertEquals(List.of(), store.joinTokens());

    Turn turn = handle(said("web-1", CurveKeyPair.generate(), token));
    assertFalse(turn.changes().stream().anyMatch(Change.PutNode.class::isInstance));

    var none = new CompletableFuture<StoredJoinToken>();
    Turn refused = handle(asked(new Input.ForgetJoinToken("nothing", none)));
    refused.effects().stream()
        .filter(Effect.Refuse.class::isInstance)
        .forEach(effect -> none.completeExceptionally(((Effect.Refuse) effect).why()));
    assertThrows(CompletionException.class, none::join);
  }

  @Test
  void oneThatEndedLongAgoIsForgottenWithTheNext() {
    created(1);
    now = START.plus(Duration.ofDays(7)).plusSeconds(59);
    created(1);
    assertEquals(2, store.joinTokens().size());
    now = now.plusSeconds(2);
    created(1);
    assertEquals(2, store.joinTokens().size());
  }

  private JoinToken created(int uses) {
    JoinToken token = JoinToken.generate(server.publicKey());
    var terms = new StoredJoinToken.Terms(List.of(), uses, now.plusSeconds(60));
    var stored = new StoredJoinToken(token.sha256(), terms, now, "root");
    store.commit(
        handle(asked(new Input.PutJoinToken(stored, new CompletableFuture<>()))).changes());
    return token;
  }

  private static Input asked(Input.Request request) {
    return new Input.Asked(TestServer.CALLER, request);
  }

  private Input said(String identity, CurveKeyPair keys, JoinToken token) {
    NodeAddress peer = TestAddress.joining(keys, server);
    ClientFacts facts =
        new ClientFacts(
            "1",
            Duration.ZERO,
            Duration.ZERO,
            "",
            "zeromq",
            null,
            token.proof(keys.publicKey(), identity, ""));
    Heartbeat beat =
        new Heartbeat(
            identity, facts, Heartbeat.PROTOCOL, UUID.randomUUID(), Set.of(), JournalState.UNKNOWN);
    return new Input.Said(peer, beat, 0);
  }

  private Turn handle(Input... inputs) {
    return core.handle(List.of(inputs), new Moment(Duration.ZERO, now));
  }

  private static long told(Turn turn) {
    return turn.effects().stream().filter(Effect.Send.class::isInstance).count();
  }

  private static java.util.Comparator<Class<?>> byName() {
    return java.util.Comparator.comparing(Class::getName);
  }

  private Core core() {
    Turn recovered = new Turn(new Moment(Duration.ZERO, START));
    return Recovery.of(
        store,
        new NoContents(),
        LIMITS,
        new ServerMessage.Welcome("test", Duration.ofSeconds(10), 1, List.of()),
        MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS),
        recovered);
  }
}
