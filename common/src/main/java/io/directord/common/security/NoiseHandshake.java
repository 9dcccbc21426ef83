package io.directord.common.security;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;

/**
 * A handshake over a channel that others can read and write: Noise_IK_25519_AESGCM_SHA256 of the
 * Noise Protocol Framework, revision 34. The initiator knows the responder's public key and sends
 * its own under a seal; both then have keys that only they can have made, and that cannot be made
 * again later of their long-term keys.
 *
 * <p>The first message can be replayed, so the responder knows the initiator only by its first
 * message in the session. Not thread-safe.
 */
public final class NoiseHandshake {
  private static final byte[] NAME =
      "Noise_IK_25519_AESGCM_SHA256".getBytes(StandardCharsets.US_ASCII);

  private static final int KEY_BYTES = CurveKeyPair.KEY_BYTES;
  private static final int SEALED_KEY_BYTES = KEY_BYTES + NoiseCipher.TAG_BYTES;
  private static final int FIRST_BYTES = KEY_BYTES + SEALED_KEY_BYTES + NoiseCipher.TAG_BYTES;

  private final boolean initiator;
  private final CurveKeyPair own;
  private final CurveKeyPair ephemeral;
  private byte[] remote;
  private byte[] remoteEphemeral;
  private byte[] chainingKey;
  private byte[] hash;
  private NoiseCipher cipher;
  private long number;

  /**
   * Both directions of a session.
   *
   * @param sending seals what this side sends
   * @param receiving opens what the other side sends
   */
  public record Session(NoiseCipher sending, NoiseCipher receiving) {}

  private NoiseHandshake(
      boolean initiator, byte[] prologue, CurveKeyPair own, CurveKeyPair ephemeral, byte[] remote) {
    this.initiator = initiator;
    this.own = own;
    this.ephemeral = ephemeral;
    this.remote = remote;
    this.hash = Arrays.copyOf(NAME, KEY_BYTES);
    this.chainingKey = hash;
    mixHash(prologue);
    mixHash(initiator ? remote : own.publicKey());
  }

  /**
   * The side that begins.
   *
   * @param prologue what both must agree on
   * @param remote the responder's public key
   */
  public static NoiseHandshake initiator(byte[] prologue, CurveKeyPair own, byte[] remote) {
    return new NoiseHandshake(true, prologue, own, CurveKeyPair.generate(), remote);
  }

  /** The side that answers. */
  public static NoiseHandshake responder(byte[] prologue, CurveKeyPair own) {
    return new NoiseHandshake(false, prologue, own, CurveKeyPair.generate(), null);
  }

  /** With the ephemeral keys of a published example. */
  static NoiseHandshake example(
      byte[] prologue, CurveKeyPair own, CurveKeyPair ephemeral, byte[] remote) {
    return new NoiseHandshake(remote != null, prologue, own, ephemeral, remote);
  }

  /** The initiator's message; once. */
  public byte[] first(byte[] payload) {
    try {
      ByteArrayOutputStream message = new ByteArrayOutputStream();
      mixHash(ephemeral.publicKey());
      message.writeBytes(ephemeral.publicKey());
      mixKey(agree(ephemeral, remote));
      message.writeBytes(seal(own.publicKey()));
      mixKey(agree(own, remote));
      message.writeBytes(seal(payload));
      return message.toByteArray();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("the responder's public key cannot be used", e);
    }
  }

  /**
   * The responder reads the initiator's message; once.
   *
   * @return the payload
   * @throws GeneralSecurityException if it was not made for this responder
   */
  public byte[] readFirst(byte[] message) throws GeneralSecurityException {
    if (message.length < FIRST_BYTES) {
      throw new GeneralSecurityException("too short");
    }
    remoteEphemeral = Arrays.copyOf(message, KEY_BYTES);
    mixHash(remoteEphemeral);
    mixKey(agree(own, remoteEphemeral));
    int payload = KEY_BYTES + SEALED_KEY_BYTES;
    remote = open(Arrays.copyOfRange(message, KEY_BYTES, payload));
    mixKey(agree(own, remote));
    return open(Arrays.copyOfRange(message, payload, message.length));
  }

  /** The responder's message; once, after {@link #readFirst}. */
  public byte[] second(byte[] payload) throws GeneralSecurityException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    mixHash(ephemeral.publicKey());
    message.writeBytes(ephemeral.publicKey());
    mixKey(agree(ephemeral, remoteEphemeral));
    mixKey(agree(ephemeral, remote));
    message.writeBytes(seal(payload));
    return message.toByteArray();
  }

  /**
   * The initiator reads the responder's message; a message that is not the responder's changes
   * nothing.
   *
   * @return the payload
   * @throws GeneralSecurityException if it is not the responder's
   */
  public byte[] readSecond(byte[] message) throws GeneralSecurityException {
    if (message.length < KEY_BYTES + NoiseCipher.TAG_BYTES) {
      throw new GeneralSecurityException("too short");
    }
    byte[] hashBefore = hash;
    byte[] keyBefore = chainingKey;
    NoiseCipher cipherBefore = cipher;
    long numberBefore = number;
    try {
      byte[] responders = Arrays.copyOf(message, KEY_BYTES);
      mixHash(responders);
      mixKey(agree(ephemeral, responders));
      mixKey(agree(own, responders));
      return open(Arrays.copyOfRange(message, KEY_BYTES, message.length));
    } catch (GeneralSecurityException e) {
      hash = hashBefore;
      chainingKey = keyBefore;
      cipher = cipherBefore;
      number = numberBefore;
      throw e;
    }
  }

  /** The public key that the other side has. */
  public byte[] remoteKey() {
    return remote.clone();
  }

  /** The session, after both messages. */
  public Session session() {
    byte[][] keys = derive(new byte[0]);
    NoiseCipher ofInitiator = new NoiseCipher(keys[0]);
    NoiseCipher ofResponder = new NoiseCipher(keys[1]);
    return initiator
        ? new Session(ofInitiator, ofResponder)
        : new Session(ofResponder, ofInitiator);
  }

  private static byte[] agree(CurveKeyPair keys, byte[] publicKey) throws GeneralSecurityException {
    byte[] secret = new byte[KEY_BYTES];
    if (!X25519.calculateAgreement(keys.secretKey(), 0, publicKey, 0, secret, 0)) {
      throw new GeneralSecurityException("a public key of low order");
    }
    return secret;
  }

  private byte[] seal(byte[] plain) {
    byte[] sealed = cipher.seal(number++, hash, plain);
    mixHash(sealed);
    return sealed;
  }

  private byte[] open(byte[] sealed) throws GeneralSecurityException {
    byte[] plain = cipher.open(number++, hash, sealed, 0);
    mixHash(sealed);
    return plain;
  }

  private void mixHash(byte[] data) {
    MessageDigest digest = Digests.sha256();
    digest.update(hash);
    hash = digest.digest(data);
  }

  private void mixKey(byte[] secret) {
    byte[][] keys = derive(secret);
    chainingKey = keys[0];
    cipher = new NoiseCipher(keys[1]);
    number = 0;
  }

  /** HKDF (RFC 5869) with the chaining key as the salt, two outputs. */
  private byte[][] derive(byte[] secret) {
    byte[] key = Digests.hmacSha256(chainingKey, secret);
    byte[] one = Digests.hmacSha256(key, new byte[] {1});
    byte[] two = Digests.hmacSha256(key, one, new byte[] {2});
    return new byte[][] {one, two};
  }
}
