package io.directord.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.neilalexander.jnacl.crypto.curve25519xsalsa20poly1305;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The boxes of handshakes, opened in the order in which JeroMQ's server does it. */
class HandshakeKeysTest {
  private static final int LENGTH = 64;
  private static final byte[] NONCE = new byte[24];

  private final Pair first = new Pair();
  private final Pair second = new Pair();
  private final Pair third = new Pair();

  /** Keys as JeroMQ has them made. */
  private static final class Pair {
    final byte[] publicKey = new byte[32];
    final byte[] secretKey = new byte[32];

    Pair() {
      curve25519xsalsa20poly1305.crypto_box_keypair(publicKey, secretKey);
    }
  }

  @AfterEach
  void forget() {
    HandshakeKeys.set(first.secretKey, List.of());
    HandshakeKeys.takeSpoken();
  }

  private void threeKeys() {
    HandshakeKeys.set(first.secretKey, List.of(second.secretKey, third.secretKey));
  }

  @Test
  void theServerKnowsByWhichOfItsKeysItIsKnown() {
    threeKeys();
    List<Pair> servers = List.of(first, second, third);
    List<Pair> peers = List.of(new Pair(), new Pair(), new Pair());
    for (int i = 0; i < servers.size(); i++) {
      assertEquals(0, hello(peers.get(i), servers.get(i)));
    }
    for (int i = servers.size() - 1; i >= 0; i--) {
      initiate(peers.get(i), new Pair(), true);
      assertEquals(i, HandshakeKeys.takeSpoken());
    }
    assertEquals(HandshakeKeys.UNKNOWN, HandshakeKeys.takeSpoken());
  }

  @Test
  void theAnswerIsSealedWithTheKeyThatThePeerKnows() {
    threeKeys();
    Pair peer = new Pair();
    hello(peer, third);

    byte[] box = new byte[LENGTH];
    curve25519xsalsa20poly1305.crypto_box(
        box, new byte[LENGTH], LENGTH, NONCE, peer.publicKey, first.secretKey);

    assertEquals(0, open(box, third.publicKey, peer.secretKey));
    assertNotEquals(0, open(box, first.publicKey, peer.secretKey));
  }

  @Test
  void whoKnowsNoneOfThemIsNotOpened() {
    threeKeys();
    assertNotEquals(0, hello(new Pair(), new Pair()));
  }

  @Test
  void aHandshakeThatFailedSaysNothingOfTheNext() {
    threeKeys();
    Pair trusted = new Pair();
    hello(trusted, first);
    // Its own key is not shown: the connection ends, and nobody asks how it spoke.
    initiate(trusted, new Pair(), false);

    Pair unknown = new Pair();
    initiate(unknown, new Pair(), true);

    assertEquals(HandshakeKeys.UNKNOWN, HandshakeKeys.takeSpoken());
  }

  @Test
  void aHandshakeThatBeganTooManyOthersAgoIsUnknown() {
    threeKeys();
    Pair slow = new Pair();
    hello(slow, first);
    List<byte[]> keys = HandshakeKeys.of(first.secretKey);
    for (int i = 0; i < 1 << 15; i++) {
      byte[] other = new byte[32];
      other[0] = (byte) i;
      other[1] = (byte) (i >> 8);
      HandshakeKeys.used(other, keys, 2);
    }
    initiate(slow, new Pair(), true);
    assertEquals(HandshakeKeys.UNKNOWN, HandshakeKeys.takeSpoken());
  }

  /** A peer's first message to a server that it knows by that key. */
  private int hello(Pair peer, Pair server) {
    return open(sealed(server.publicKey, peer.secretKey), peer.publicKey, first.secretKey);
  }

  /** Its last one: a box of its key of the handshake, and in it one of its own. */
  private static void initiate(Pair peer, Pair own, boolean showsOwn) {
    Pair server = new Pair();
    assertEquals(
        0, open(sealed(server.publicKey, peer.secretKey), peer.publicKey, server.secretKey));
    byte[] vouch = sealed(server.publicKey, showsOwn ? own.secretKey : peer.secretKey);
    assertEquals(showsOwn, open(vouch, own.publicKey, server.secretKey) == 0);
  }

  private static byte[] sealed(byte[] publicKey, byte[] secretKey) {
    byte[] box = new byte[LENGTH];
    curve25519xsalsa20poly1305.crypto_box(
        box, new byte[LENGTH], LENGTH, NONCE, publicKey, secretKey);
    return box;
  }

  private static int open(byte[] box, byte[] publicKey, byte[] secretKey) {
    return curve25519xsalsa20poly1305.crypto_box_open(
        new byte[LENGTH], box, LENGTH, NONCE, publicKey, secretKey);
  }
}
