package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class JoinTokenTest {
  private final CurveKeyPair server = JoinKey.of(CurveKeyPair.generate());
  private final CurveKeyPair node = CurveKeyPair.generate();
  private final JoinToken token = JoinToken.generate(server.publicKey());

  @Test
  void isOneWordThatIsReadAsItWasWritten() {
    JoinToken read = JoinToken.parse(" " + token.text() + "\n");
    assertEquals(token, read);
    assertEquals(token.sha256(), read.sha256());
    assertArrayEquals(server.publicKey(), read.serverKey());
    assertTrue(token.text().matches("directord-join_[A-Za-z0-9_-]+"), token.text());
    assertFalse(token.toString().contains(token.text().substring(20, 40)));
  }

  @Test
  void everyCharacterThatWasChangedIsNoticedAndNotShown() {
    String text = token.text();
    for (int at = 0; at < text.length() - 1; at++) {
      char other = text.charAt(at) == 'A' ? 'B' : 'A';
      String changed = text.substring(0, at) + other + text.substring(at + 1);
      String why =
          assertThrows(IllegalArgumentException.class, () -> JoinToken.parse(changed), changed)
              .getMessage();
      assertFalse(why.contains(text.substring(30, 50)), why);
    }
    for (String wrong : List.of("", "directord-join_", text.substring(0, 60), text + "A", "a b")) {
      assertThrows(IllegalArgumentException.class, () -> JoinToken.parse(wrong), wrong);
    }
  }

  @Test
  void aProofCountsForItsNodeAtItsServerAlone() {
    JoinProof proof = token.proof(node.publicKey(), "web-1", "m1");
    String key = Z85.encode(node.publicKey());

    assertTrue(JoinToken.isProof(proof, server, key, "web-1", "m1"));
    assertEquals(token.sha256(), JoinToken.sha256(Z85.decode(proof.key())));

    String thief = Z85.encode(CurveKeyPair.generate().publicKey());
    assertFalse(JoinToken.isProof(proof, server, thief, "web-1", "m1"));
    assertFalse(JoinToken.isProof(proof, server, key, "web-2", "m1"));
    assertFalse(JoinToken.isProof(proof, server, key, "web-1", "m2"));
    assertFalse(JoinToken.isProof(proof, server, key, "web-1m", "1"));
    CurveKeyPair other = JoinKey.of(CurveKeyPair.generate());
    assertFalse(JoinToken.isProof(proof, other, key, "web-1", "m1"));
  }

  @Test
  void aProofCannotBeMadeOfWhatTheServerKeepsOrWhatIsSaid() {
    JoinProof proof = token.proof(node.publicKey(), "web-1", "m1");
    CurveKeyPair thief = CurveKeyPair.generate();
    String key = Z85.encode(thief.publicKey());
    byte[] tokenKey = Z85.decode(proof.key());

    // The public half, as if it were the secret one.
    JoinProof forged =
        new JoinToken(tokenKey, server.publicKey()).proof(thief.publicKey(), "web-1", "m1");
    assertFalse(
        JoinToken.isProof(new JoinProof(proof.key(), forged.mac()), server, key, "web-1", "m1"));
    for (byte[] lowOrder : List.of(new byte[32], one())) {
      JoinProof low = new JoinProof(Z85.encode(lowOrder), Z85.encode(new byte[32]));
      assertFalse(JoinToken.isProof(low, server, key, "web-1", "m1"));
    }
    for (JoinProof malformed :
        List.of(
            new JoinProof(null, proof.mac()),
            new JoinProof(proof.key(), null),
            new JoinProof(proof.key(), ""),
            new JoinProof("\u00e9".repeat(40), proof.mac()))) {
      assertFalse(JoinToken.isProof(malformed, server, key, "web-1", "m1"));
    }
  }

  private static byte[] one() {
    byte[] one = new byte[32];
    one[0] = 1;
    return one;
  }

  @Test
  void theJoinKeyIsOfTheServersPairAndIsAnother() {
    CurveKeyPair keys = CurveKeyPair.generate();
    assertEquals(JoinKey.of(keys), JoinKey.of(CurveKeyPair.ofSecret(keys.secretKey())));
    assertNotEquals(JoinKey.of(keys), keys);
    assertNotEquals(JoinKey.of(keys), JoinKey.of(CurveKeyPair.generate()));
  }
}
