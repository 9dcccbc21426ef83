package io.directord.nats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.CurveKeyPair;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SealedSessionTest {
  private static final Subjects SITE = new Subjects("directord.ham");
  private static final SealedSession.Limits LIMITS =
      new SealedSession.Limits(SealedSession.sizeOf(48 << 10, 8), 700);

  private final CurveKeyPair nodeKeys = CurveKeyPair.generate();
  private final CurveKeyPair serverKeys = CurveKeyPair.generate();
  private SealedSession node;
  private SealedSession server;

  @BeforeEach
  void open() throws GeneralSecurityException {
    NodeHandshake begun = begin(SITE, serverKeys.publicKey());
    ServerHandshake.Opened opened =
        ServerHandshake.of(SITE, serverKeys, begun.hello()).accept("somewhere", LIMITS);
    NodeHandshake.Accepted accepted = (NodeHandshake.Accepted) begun.read(opened.answer());
    assertEquals("somewhere", accepted.subject());
    node = accepted.session();
    server = opened.session();
  }

  private NodeHandshake begin(Subjects site, byte[] key) {
    return new NodeHandshake(site, nodeKeys, key, null, site.newNode(), "192.0.2.7", LIMITS);
  }

  @Test
  void theServerLearnsTheNodesKeyAndWhatItSays() throws GeneralSecurityException {
    NodeHandshake begun = begin(SITE, serverKeys.publicKey());
    ServerHandshake read = ServerHandshake.of(SITE, serverKeys, begun.hello());
    assertArrayEquals(nodeKeys.publicKey(), read.nodeKey());
    assertEquals("192.0.2.7", read.hello().host());
    assertTrue(SITE.isNode(read.hello().inbox()));
    NodeHandshake.Answer answer = begun.read(read.refuse("not admitted"));
    assertEquals(new NodeHandshake.Refused("not admitted"), answer);
  }

  @Test
  void aHandshakeForAnotherSiteOrKeyIsRefused() {
    byte[] other = begin(new Subjects("directord.ber"), serverKeys.publicKey()).hello();
    assertThrows(GeneralSecurityException.class, () -> ServerHandshake.of(SITE, serverKeys, other));
    byte[] wrong = begin(SITE, CurveKeyPair.generate().publicKey()).hello();
    assertThrows(GeneralSecurityException.class, () -> ServerHandshake.of(SITE, serverKeys, wrong));
  }

  @Test
  void anAnswerToAnotherHandshakeIsIgnored() throws GeneralSecurityException {
    NodeHandshake one = begin(SITE, serverKeys.publicKey());
    NodeHandshake other = begin(SITE, serverKeys.publicKey());
    byte[] answer = ServerHandshake.of(SITE, serverKeys, one.hello()).accept("x", LIMITS).answer();
    assertNull(other.read(answer));
    assertNotNull(one.read(answer));
  }

  @Test
  void messagesKeepTheirOrderAndTheirFrames() {
    for (int i = 0; i < 500; i++) {
      node.add(List.of(bytes("message " + i), new byte[i * 7]));
    }
    List<String> received = new ArrayList<>();
    carry(node, server, received);
    assertEquals(500, received.size());
    for (int i = 0; i < 500; i++) {
      assertEquals("message " + i, received.get(i));
    }
  }

  @Test
  void nothingCanBeReadOnTheWay() {
    String secret = "the password of the database";
    node.add(List.of(bytes(secret)));
    String seen = new String(node.next(), StandardCharsets.ISO_8859_1);
    assertFalse(seen.contains(secret));
    assertFalse(seen.contains("password"));
  }

  @Test
  void whatIsRepeatedChangedOrOfAnotherSessionIsRefusedAndTheSessionGoesOn()
      throws GeneralSecurityException {
    node.add(List.of(bytes("one")));
    byte[] first = node.next();
    assertEquals(SealedSession.Receipt.TAKEN, server.open(first));
    assertEquals(SealedSession.Receipt.REPLAYED, server.open(first));
    node.add(List.of(bytes("two")));
    byte[] second = node.next();
    for (int i = 1 + SealedSession.ID_BYTES + Long.BYTES; i < second.length; i++) {
      byte[] changed = second.clone();
      changed[i] ^= 4;
      assertEquals(SealedSession.Receipt.FORGED, server.open(changed));
    }
    assertEquals(SealedSession.Receipt.FORGED, server.open(reflected()));
    SealedSession before = server;
    open();
    // Sent to the first session as its second record would be.
    node.ping();
    node.next();
    node.add(List.of(bytes("other")));
    assertEquals(SealedSession.Receipt.FORGED, before.open(node.next()));
    assertEquals(SealedSession.Receipt.TAKEN, before.open(second));
    assertEquals("one", text(before.poll()));
    assertEquals("two", text(before.poll()));
  }

  /** What the server has said, sent back to it. */
  private byte[] reflected() {
    server.ping();
    server.next();
    server.ping();
    return server.next();
  }

  @Test
  void aLostOrReorderedMessageEndsTheSessionOnBothSides() {
    node.add(List.of(bytes("one")));
    node.next();
    node.add(List.of(bytes("two")));
    assertEquals(SealedSession.Receipt.ENDED, server.open(node.next()));
    assertNull(server.poll());
    byte[] goodbye = server.next();
    assertNull(server.next());
    assertEquals(SealedSession.Receipt.ENDED, node.open(goodbye));
    assertTrue(node.ended().contains("lost 1 messages"), node.ended());
    assertNull(node.next());
  }

  @Test
  void aSideThatReadsNothingIsSentAWindowAndNoMore() {
    for (int i = 0; i < 100; i++) {
      node.add(List.of(new byte[10_000]));
    }
    long under = 0;
    for (byte[] record = node.next(); record != null; record = node.next()) {
      under += record.length;
      assertEquals(SealedSession.Receipt.TAKEN, server.open(record));
    }
    assertTrue(under <= SealedSession.WINDOW, () -> "more than a window");
    assertTrue(server.queuedBytes() <= SealedSession.WINDOW);
    List<String> received = new ArrayList<>();
    carry(node, server, received);
    assertEquals(100, received.size());
  }

  @Test
  void aLongMessageNeedsRoomAndThenComesThroughTheWindow() {
    List<byte[]> large = new ArrayList<>(Collections.nCopies(64, new byte[16 << 10]));
    assertTrue(server.grant(SealedSession.sizeOf(1 << 20, 64)));
    node.add(large);
    node.add(List.of(bytes("after")));
    List<String> received = new ArrayList<>();
    carry(node, server, received);
    assertEquals(2, received.size());
    assertFalse(server.isGranted());

    node.add(large);
    carry(node, server, received);
    assertTrue(server.ended().contains("not given room for"), server.ended());
    assertEquals(server.ended(), node.ended());
  }

  @Test
  void anyBytesAreRefusedAndHarmNothing() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] any = new byte[random.nextInt(200)];
      random.nextBytes(any);
      if (any.length > 0) {
        any[0] = (byte) random.nextInt(5);
      }
      if (SealedSession.idOf(any) != null) {
        SealedSession.Receipt receipt = server.open(any);
        assertTrue(
            receipt == SealedSession.Receipt.FORGED || receipt == SealedSession.Receipt.REPLAYED);
      }
      if (ServerHandshake.isHello(any)) {
        assertThrows(
            GeneralSecurityException.class, () -> ServerHandshake.of(SITE, serverKeys, any));
      }
      assertNull(begunOnce.read(any));
    }
    node.add(List.of(bytes("still here")));
    List<String> received = new ArrayList<>();
    carry(node, server, received);
    assertEquals(List.of("still here"), received);
  }

  private final NodeHandshake begunOnce = begin(SITE, serverKeys.publicKey());

  /** Carries records both ways until none is left. */
  private static void carry(SealedSession from, SealedSession to, List<String> received) {
    boolean moved = true;
    while (moved) {
      moved = false;
      for (byte[] record = from.next(); record != null; record = from.next()) {
        to.open(record);
        moved = true;
      }
      for (SealedSession.Message next = to.poll(); next != null; next = to.poll()) {
        received.add(text(next));
      }
      for (byte[] record = to.next(); record != null; record = to.next()) {
        from.open(record);
        moved = true;
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(SealedSession.Message message) {
    return new String(message.frames().get(0), StandardCharsets.US_ASCII);
  }
}
