package io.directord.server.link.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.nats.NodeHandshake;
import io.directord.nats.Subjects;
import io.directord.server.link.Credential;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Refusals;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DoorTest {
  private final Subjects site = new Subjects("directord");
  private final CurveKeyPair server = CurveKeyPair.generate();
  private final CurveKeyPair node = CurveKeyPair.generate();
  private final Refusals refusals = new Refusals(Clock.systemUTC());

  @Test
  void whoKnowsTheSharedKeyIsKnownByItsOwn() {
    Door.Answer answer = answer(new LinkSecurity.Shared(server, null), hello("198.51.100.4"));
    NatsAddress peer = assertInstanceOf(Door.Admitted.class, answer).peer();
    assertEquals(new Credential.NodeKey(Z85.encode(node.publicKey())), peer.credential());
    assertEquals("198.51.100.4", peer.host());
    assertEquals(peer.credential().text(), peer.origin());
    assertTrue(refusals.all().isEmpty());
  }

  @Test
  void whatANodeSaysOfItsAddressIsShownOnlyIfItIsOne() {
    for (String host : new String[] {"", "\u001b[31m", "a host"}) {
      Door.Answer answer = answer(new LinkSecurity.Shared(server, null), hello(host));
      assertEquals("a node behind the broker", ((Door.Admitted) answer).peer().host());
    }
  }

  @Test
  void aKeyThatIsAdmittedMayEnrolAsItsFileSays() {
    String key = Z85.encode(node.publicKey());
    var files = new LinkSecurity.KeyFiles(server, Map.of(key, Set.of("web-1")));
    Door.Answer answer = answer(files, hello(""));
    assertEquals(Set.of("web-1"), ((Door.Admitted) answer).peer().identities());
  }

  @Test
  void aKeyThatIsNotAdmittedIsToldWhyAndListed() {
    NodeHandshake handshake = handshake("192.0.2.1");
    Door.Answer answer = answer(new LinkSecurity.KeyFiles(server, Map.of()), handshake.hello());
    assertInstanceOf(Door.Refused.class, answer);
    NodeHandshake.Answer told = handshake.read(answer.bytes());
    assertTrue(((NodeHandshake.Refused) told).why().contains("public_keys"));
    assertEquals("192.0.2.1", refusals.all().get(0).address());
  }

  @Test
  void whoHasAnotherSharedKeyGetsNothingAndIsListed() {
    byte[] hello = hello("192.0.2.1");
    assertNull(answer(new LinkSecurity.Shared(CurveKeyPair.generate(), null), hello));
    assertEquals("NATS", refusals.all().get(0).address());
    assertTrue(refusals.all().get(0).reason().contains("another shared key"));
  }

  @Test
  void whoKnowsTheJoinKeyAloneNeedsAToken() {
    LinkSecurity.Shared security = new LinkSecurity.Shared(server, null);
    byte[] joinKey = security.joinKeys().get(0).publicKey();
    byte[] hello =
        new NodeHandshake(site, node, joinKey, null, site.newNode(), "", NatsJobs.LIMITS).hello();

    NatsAddress peer = ((Door.Admitted) answer(security, hello)).peer();

    assertTrue(peer.needsToken());
    assertEquals(new Credential.NodeKey(Z85.encode(node.publicKey())), peer.credential());
    assertFalse(((Door.Admitted) answer(security, hello(""))).peer().needsToken());
    assertNull(answer(new LinkSecurity.KeyFiles(server, Map.of()), hello));
  }

  private byte[] hello(String host) {
    return handshake(host).hello();
  }

  private NodeHandshake handshake(String host) {
    return new NodeHandshake(
        site, node, server.publicKey(), null, site.newNode(), host, NatsJobs.LIMITS);
  }

  private Door.Answer answer(LinkSecurity security, byte[] hello) {
    MinuteLog log = new MinuteLog(System.getLogger("door"), Clock.systemUTC());
    Door door = new Door(site, site.newServer(), security, NatsJobs.LIMITS, log, refusals);
    return door.answer(null, hello, 0);
  }
}
