package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NoiseHandshakeTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final byte[] NOTHING = {};

  private final CurveKeyPair node = CurveKeyPair.generate();
  private final CurveKeyPair server = CurveKeyPair.generate();

  /** The example of this protocol among the vectors of cacophony. */
  @Test
  void saysWhatOtherImplementationsOfTheProtocolSay() throws GeneralSecurityException {
    byte[] prologue = HEX.parseHex("4a6f686e2047616c74");
    CurveKeyPair theirs = pair("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
    NoiseHandshake initiator =
        NoiseHandshake.example(
            prologue,
            pair("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1"),
            pair("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a"),
            HEX.parseHex("31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62"));
    NoiseHandshake responder =
        NoiseHandshake.example(
            prologue,
            theirs,
            pair("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b"),
            null);

    byte[] first = initiator.first(HEX.parseHex("4c756477696720766f6e204d69736573"));
    assertEquals(
        "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444e417bc55c7a8166c993356c"
            + "1be41ef67818a292426f301556c7f26b21d25ddb097153891a9a956cff47b83e63ad8d701c1342c209cf"
            + "f1ca5ecd43402762ac249e3bd3a4c0a145fe07cb5dae28ea13a3",
        HEX.formatHex(first));
    assertEquals("Ludwig von Mises", text(responder.readFirst(first)));

    byte[] second = responder.second(HEX.parseHex("4d757272617920526f746862617264"));
    assertEquals(
        "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843af2ccf9972e22afc67aeafcd"
            + "25162f7f98c363b7762e3e4cb7d272e39f27a5",
        HEX.formatHex(second));
    assertEquals("Murray Rothbard", text(initiator.readSecond(second)));

    byte[] said =
        initiator.session().sending().seal(0, NOTHING, HEX.parseHex("462e20412e20486179656b"));
    assertEquals("66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9", HEX.formatHex(said));
    byte[] answered =
        responder.session().sending().seal(0, NOTHING, HEX.parseHex("4361726c204d656e676572"));
    assertEquals("71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3", HEX.formatHex(answered));
  }

  @Test
  void bothSidesHaveTheSameKeysAndTheResponderKnowsTheInitiator() throws GeneralSecurityException {
    NoiseHandshake initiator = NoiseHandshake.initiator(NOTHING, node, server.publicKey());
    NoiseHandshake responder = NoiseHandshake.responder(NOTHING, server);
    responder.readFirst(initiator.first(NOTHING));
    initiator.readSecond(responder.second(NOTHING));

    assertArrayEquals(node.publicKey(), responder.remoteKey());
    byte[] bound = {7};
    byte[] sealed = responder.session().sending().seal(5, bound, bytes("hello"));
    NoiseCipher receiving = initiator.session().receiving();
    assertEquals("hello", text(receiving.open(5, bound, sealed, 0)));
    assertThrows(GeneralSecurityException.class, () -> receiving.open(6, bound, sealed, 0));
    assertThrows(GeneralSecurityException.class, () -> receiving.open(5, NOTHING, sealed, 0));
  }

  @Test
  void whoKnowsAnotherKeyOfTheResponderGetsNoAnswer() {
    byte[] other = CurveKeyPair.generate().publicKey();
    byte[] first = NoiseHandshake.initiator(NOTHING, node, other).first(NOTHING);
    assertThrows(
        GeneralSecurityException.class,
        () -> NoiseHandshake.responder(NOTHING, server).readFirst(first));
  }

  @Test
  void aForgedAnswerIsRefusedAndTheRightOneIsTakenAfterIt() throws GeneralSecurityException {
    NoiseHandshake initiator = NoiseHandshake.initiator(NOTHING, node, server.publicKey());
    NoiseHandshake responder = NoiseHandshake.responder(NOTHING, server);
    responder.readFirst(initiator.first(NOTHING));
    byte[] second = responder.second(bytes("welcome"));
    for (int i = 0; i < second.length; i++) {
      byte[] forged = second.clone();
      forged[i] ^= 1;
      assertThrows(GeneralSecurityException.class, () -> initiator.readSecond(forged));
    }
    assertEquals("welcome", text(initiator.readSecond(second)));
  }

  @Test
  void aChangedOrCutFirstMessageIsRefused() {
    byte[] first = NoiseHandshake.initiator(NOTHING, node, server.publicKey()).first(bytes("hi"));
    for (int i = 0; i < first.length; i++) {
      byte[] forged = first.clone();
      forged[i] ^= 1;
      assertThrows(
          GeneralSecurityException.class,
          () -> NoiseHandshake.responder(NOTHING, server).readFirst(forged));
    }
    assertThrows(
        GeneralSecurityException.class,
        () -> NoiseHandshake.responder(NOTHING, server).readFirst(new byte[3]));
  }

  private static CurveKeyPair pair(String secret) {
    return CurveKeyPair.ofSecret(HEX.parseHex(secret));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
