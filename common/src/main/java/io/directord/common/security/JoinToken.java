package io.directord.common.security;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * What a node needs to enrol without the shared key: the secret half of a key pair of its own, and
 * the public {@link JoinKey} of the server. The server keeps a digest of the public half, from
 * which nothing of the token can be computed. The arrays are not copied and not to be modified.
 *
 * @param secret 32 random bytes
 * @param serverKey 32 bytes
 */
public record JoinToken(byte[] secret, byte[] serverKey) {
  /** So that programs which look for secrets in files find those of directord. */
  private static final String PREFIX = "directord-join_";

  private static final String LABEL = "directord/1 join proof";
  private static final int CHECK_BYTES = 4;
  private static final int BYTES = 2 * CurveKeyPair.KEY_BYTES + CHECK_BYTES;
  private static final int ID_DIGITS = 12;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new one for a server with that public {@link JoinKey}. */
  public static JoinToken generate(byte[] serverKey) {
    byte[] secret = new byte[CurveKeyPair.KEY_BYTES];
    RANDOM.nextBytes(secret);
    return new JoinToken(secret, serverKey);
  }

  /**
   * Reads what {@link #text} has written.
   *
   * @throws IllegalArgumentException in words for people, without the text
   */
  public static JoinToken parse(String text) {
    String stripped = text.strip();
    if (!stripped.startsWith(PREFIX)) {
      throw new IllegalArgumentException("a join token begins with " + PREFIX);
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(stripped.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("it has characters that no join token has", e);
    }
    byte[] body = Arrays.copyOf(bytes, Math.max(0, bytes.length - CHECK_BYTES));
    if (bytes.length != BYTES || !Arrays.equals(bytes, withCheck(body))) {
      throw new IllegalArgumentException("it is not whole, or a character of it was changed");
    }
    return new JoinToken(
        Arrays.copyOf(body, CurveKeyPair.KEY_BYTES),
        Arrays.copyOfRange(body, CurveKeyPair.KEY_BYTES, body.length));
  }

  /** As operators hand it to a node: a word of letters, digits, {@code _} and {@code -}. */
  public String text() {
    byte[] body =
        ByteBuffer.allocate(2 * CurveKeyPair.KEY_BYTES).put(secret).put(serverKey).array();
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(withCheck(body));
  }

  /** Four bytes of the digest behind it, which tell of mistyped characters. */
  private static byte[] withCheck(byte[] body) {
    MessageDigest digest = Digests.sha256();
    digest.update(body);
    return ByteBuffer.allocate(body.length + CHECK_BYTES)
        .put(body)
        .put(digest.digest(), 0, CHECK_BYTES)
        .array();
  }

  /** What the server knows it by, in lower-case hexadecimal. */
  public String sha256() {
    return sha256(publicKey());
  }

  /** The {@link #sha256} of the token whose proof has that key. */
  public static String sha256(byte[] publicKey) {
    return Digests.sha256(publicKey);
  }

  /** Names it, for people. */
  public static String id(String sha256) {
    return sha256.substring(0, ID_DIGITS);
  }

  private byte[] publicKey() {
    return CurveKeyPair.ofSecret(secret).publicKey();
  }

  /**
   * Proves that this node has the token.
   *
   * @param nodeKey the node's public key, by which it is known on its connection
   */
  public JoinProof proof(byte[] nodeKey, String identity, String machineId) {
    byte[] publicKey = publicKey();
    byte[] mac = mac(secret, serverKey, publicKey, serverKey, nodeKey, identity, machineId);
    return new JoinProof(Z85.encode(publicKey), mac == null ? "" : Z85.encode(mac));
  }

  /**
   * Whether who has sent it has the token that the proof names, and made it for this server and
   * this node.
   *
   * @param joinKey the server's {@link JoinKey}
   * @param nodeKey the key that the node has proved on its connection, in Z85
   */
  public static boolean isProof(
      JoinProof proof, CurveKeyPair joinKey, String nodeKey, String identity, String machineId) {
    if (!proof.isWellFormed()) {
      return false;
    }
    try {
      byte[] publicKey = Z85.decode(proof.key());
      byte[] expected =
          mac(
              joinKey.secretKey(),
              publicKey,
              publicKey,
              joinKey.publicKey(),
              Z85.decode(nodeKey),
              identity,
              machineId);
      return expected != null && MessageDigest.isEqual(expected, Z85.decode(proof.mac()));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Null if the other key is a point of low order. */
  private static byte[] mac(
      byte[] ownSecret,
      byte[] otherPublic,
      byte[] tokenKey,
      byte[] serverKey,
      byte[] nodeKey,
      String identity,
      String machineId) {
    byte[] shared = new byte[CurveKeyPair.KEY_BYTES];
    if (!X25519.calculateAgreement(ownSecret, 0, otherPublic, 0, shared, 0)) {
      return null;
    }
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (byte[] part :
        new byte[][] {
          LABEL.getBytes(StandardCharsets.UTF_8),
          tokenKey,
          serverKey,
          nodeKey,
          identity.getBytes(StandardCharsets.UTF_8),
          machineId.getBytes(StandardCharsets.UTF_8)
        }) {
      said.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(part.length).array());
      said.writeBytes(part);
    }
    return Digests.hmacSha256(shared, said.toByteArray());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JoinToken token
        && Arrays.equals(secret, token.secret)
        && Arrays.equals(serverKey, token.serverKey);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(secret);
  }

  /** Shows nothing of the secret. */
  @Override
  public String toString() {
    return "JoinToken[" + id(sha256()) + "]";
  }
}
