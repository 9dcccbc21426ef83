package io.directord.server.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinKey;
import io.directord.common.security.JoinProof;
import io.directord.common.security.JoinToken;
import io.directord.common.security.Z85;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeAttributes;
import io.directord.common.wire.NodeMessage;
import io.directord.server.TestAddress;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whom a join token lets enrol, and who is kept out whatever he shows. */
class JoinTokensTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String MACHINE = "";

  private final CurveKeyPair server = JoinKey.of(CurveKeyPair.generate());
  private final JoinTokens tokens = new JoinTokens();
  private final NodeRegistry registry =
      new NodeRegistry(Duration.ofMinutes(3), List.of(), tokens, at(NOW));
  private final CurveKeyPair keys = CurveKeyPair.generate();
  private final NodeAddress peer = TestAddress.joining(keys, server);

  @Test
  void aNodeWithATokenEnrolsAndNeedsItNoMore() {
    JoinToken token = token(1);

    Admission.Joined joined =
        assertInstanceOf(Admission.Joined.class, join(peer, "web-1", proof(token, keys, "web-1")));

    assertEquals(1, joined.used().used());
    assertEquals(List.of("web-1"), joined.used().joined());
    assertEquals(Z85.encode(keys.publicKey()), joined.node().pinned().key());
    assertEquals(
        Map.of("join_token", JoinToken.id(token.sha256())),
        joined.node().pinned().traits().labels());
    NodeAddress again = TestAddress.joining(keys, server);
    Admission.Joined back = assertInstanceOf(Admission.Joined.class, join(again, "web-1", null));
    assertNull(back.used());
  }

  @Test
  void noNodeCanSayOfItselfThatItCameByAToken() {
    NodeAddress stranger = new TestAddress(null, new Credential.NodeKey("k"));
    NodeAttributes said =
        new NodeAttributes(
            Map.of("join_token", "5f0c7ad21b9e", "role", "web"), Map.of(), List.of());
    Heartbeat beat =
        new Heartbeat(
            "web-1",
            new ClientFacts("1", Duration.ZERO, Duration.ZERO, MACHINE, "zeromq"),
            Heartbeat.PROTOCOL,
            UUID.randomUUID(),
            Set.of(),
            JournalState.UNKNOWN,
            said);

    Admission.Joined joined =
        assertInstanceOf(Admission.Joined.class, registry.heartbeat(stranger, beat, at(NOW)));

    assertEquals(List.of(), joined.node().values("join_token"));
    assertEquals(List.of("web"), joined.node().values("role"));
    joined.node().label(Map.of("join_token", "set-here"));
    assertEquals(List.of("set-here"), joined.node().values("join_token"));
  }

  @Test
  void aTokenThatIsRevokedMeanwhileThrowsNobodyOut() {
    JoinToken token = token(1);
    join(peer, "web-1", proof(token, keys, "web-1"));

    tokens.remove(JoinToken.id(token.sha256()));

    JoinProof proof = proof(token, keys, "web-1");
    assertInstanceOf(
        Admission.Joined.class, join(TestAddress.joining(keys, server), "web-1", proof));
    CurveKeyPair other = CurveKeyPair.generate();
    assertEquals(
        JoinTokens.NO_TOKEN,
        refusal(TestAddress.joining(other, server), "web-2", proof(token, other, "web-2")));
  }

  @Test
  void withoutATokenAnUnknownKeyLearnsNothing() {
    join(new TestAddress(null, new Credential.NodeKey("k")), "known", null);

    assertEquals(JoinTokens.NO_TOKEN, refusal(peer, "web-1", null));
    // The same for a name that is taken, or that no node may have.
    NodeAddress another = TestAddress.joining(keys, server);
    assertEquals(JoinTokens.NO_TOKEN, refusal(another, "known", null));
    assertEquals(JoinTokens.NO_TOKEN, refusal(TestAddress.joining(keys, server), "a,b", null));
    assertEquals(
        JoinTokens.NO_TOKEN,
        registry.refusal(
            another,
            new NodeMessage.Inquiry("known", MACHINE, Heartbeat.PROTOCOL, "1", null),
            at(NOW)));
  }

  @Test
  void whoKnowsTheSharedKeyNeedsNone() {
    Admission.Joined joined =
        assertInstanceOf(
            Admission.Joined.class,
            join(new TestAddress(null, new Credential.NodeKey("k")), "web-1", null));
    assertNull(joined.used());
  }

  @Test
  void anExpiredTokenIsRefused() {
    JoinToken token = token(1);
    JoinProof proof = proof(token, keys, "web-1");
    Instant end = NOW.plusSeconds(60);

    String why = refusal(peer, "web-1", proof, end);

    assertTrue(why.contains("has expired at 2026-06-01T12:01:00Z"), why);
    assertInstanceOf(Admission.Joined.class, join(peer, "web-1", proof, end.minusMillis(1)));
  }

  @Test
  void aTokenEnrolsNoMoreNodesThanItIsFor() {
    JoinToken token = token(2);
    for (String name : List.of("web-1", "web-2")) {
      CurveKeyPair own = CurveKeyPair.generate();
      assertInstanceOf(
          Admission.Joined.class,
          join(TestAddress.joining(own, server), name, proof(token, own, name)));
    }

    String why = refusal(peer, "web-3", proof(token, keys, "web-3"));

    assertTrue(why.contains("is used up, after 2 nodes"), why);
  }

  @Test
  void aTokenIsForTheNodesThatItNames() {
    JoinToken token = token(5, "web-?", "db*");

    String why = refusal(peer, "web-10", proof(token, keys, "web-10"));
    assertTrue(why.contains("is for web-?, db*, not for web-10"), why);
    refusal(peer, "xdb", proof(token, keys, "xdb"));
    assertEquals(0, tokens.all().get(0).used());

    assertInstanceOf(Admission.Joined.class, join(peer, "web-1", proof(token, keys, "web-1")));
  }

  @Test
  void whatATokenIsForIsToldInAFewWords() {
    String[] many = IntStream.range(0, 1000).mapToObj(i -> "w" + i).toArray(String[]::new);
    JoinToken token = token(1, many);
    String why = refusal(peer, "web-1", proof(token, keys, "web-1"));
    assertTrue(why.contains("is for w0, w1, "), why);
    assertTrue(why.contains(" and 980 more, not for web-1"), why);
  }

  @Test
  @Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void noNameHoldsUpTheServerWhateverTheTokenIsFor() {
    JoinToken token = token(1, "*-".repeat(20) + "x");
    String name = "-".repeat(250);
    assertTrue(refusal(peer, name, proof(token, keys, name)).contains("not for " + name));
  }

  @Test
  void aProofThatWasSeenIsOfNoUseToAnother() {
    JoinToken token = token(5);
    JoinProof seen = proof(token, keys, "web-1");
    NodeAddress thief = TestAddress.joining(CurveKeyPair.generate(), server);

    assertEquals(JoinTokens.NO_TOKEN, refusal(thief, "web-1", seen));
    assertEquals(JoinTokens.NO_TOKEN, refusal(peer, "web-2", seen));
    assertEquals(0, tokens.all().get(0).used());
  }

  @Test
  void aForgedProofIsRefused() {
    JoinToken token = token(5);
    JoinProof real = proof(token, keys, "web-1");
    JoinToken own = JoinToken.generate(server.publicKey());
    JoinProof ofOwn = proof(own, keys, "web-1");

    for (JoinProof forged :
        List.of(
            ofOwn,
            new JoinProof(real.key(), ofOwn.mac()),
            new JoinProof(real.key(), Z85.encode(new byte[32])),
            new JoinProof("~".repeat(40), real.mac()))) {
      assertEquals(JoinTokens.NO_TOKEN, refusal(peer, "web-1", forged));
    }
  }

  @Test
  void aTokenOpensNoNameThatIsTaken() {
    JoinToken token = token(1);
    join(new TestAddress(null, new Credential.NodeKey("k")), "web-1", null);

    String why = refusal(peer, "web-1", proof(token, keys, "web-1"));

    assertTrue(why.startsWith("the identity web-1 is enrolled with another key"), why);
    assertEquals(0, tokens.all().get(0).used());
  }

  @Test
  void aForgottenNodeNeedsATokenAgain() {
    JoinToken token = token(1);
    JoinProof proof = proof(token, keys, "web-1");
    join(peer, "web-1", proof);

    registry.forget("web-1");

    assertTrue(refusal(TestAddress.joining(keys, server), "web-1", proof).contains("used up"));
  }

  @Test
  void whileKeysAreChangedATokenOfEitherCounts() {
    CurveKeyPair next = JoinKey.of(CurveKeyPair.generate());
    JoinToken token = JoinToken.generate(next.publicKey());
    put(token, 1);

    assertInstanceOf(
        Admission.Joined.class,
        join(TestAddress.joining(keys, server, next), "web-1", proof(token, keys, "web-1")));
  }

  private JoinToken token(int uses, String... nodes) {
    JoinToken token = JoinToken.generate(server.publicKey());
    put(token, uses, nodes);
    return token;
  }

  private void put(JoinToken token, int uses, String... nodes) {
    var terms = new StoredJoinToken.Terms(List.of(nodes), uses, NOW.plusSeconds(60));
    tokens.put(new StoredJoinToken(token.sha256(), terms, NOW, "root"));
  }

  private static JoinProof proof(JoinToken token, CurveKeyPair keys, String identity) {
    return token.proof(keys.publicKey(), identity, MACHINE);
  }

  private String refusal(NodeAddress from, String identity, JoinProof proof) {
    return refusal(from, identity, proof, NOW);
  }

  private String refusal(NodeAddress from, String identity, JoinProof proof, Instant when) {
    return assertInstanceOf(Admission.Refused.class, join(from, identity, proof, when)).reason();
  }

  private Admission join(NodeAddress from, String identity, JoinProof proof) {
    return join(from, identity, proof, NOW);
  }

  private Admission join(NodeAddress from, String identity, JoinProof proof, Instant when) {
    ClientFacts facts =
        new ClientFacts("1", Duration.ZERO, Duration.ZERO, MACHINE, "zeromq", null, proof);
    Heartbeat beat =
        new Heartbeat(
            identity, facts, Heartbeat.PROTOCOL, UUID.randomUUID(), Set.of(), JournalState.UNKNOWN);
    return registry.heartbeat(from, beat, at(when));
  }

  private static Moment at(Instant now) {
    return new Moment(Duration.ZERO, now);
  }
}
