package io.directord.zeromq;

import java.security.MessageDigest;
import java.util.Arrays;
import org.bouncycastle.crypto.engines.Salsa20Engine;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.util.Pack;

/**
 * NaCl's {@code crypto_box} (curve25519xsalsa20poly1305) on Bouncy Castle's primitives: what CURVE
 * is made of. JeroMQ's own implementation of it takes seven times as long for a handshake and more
 * than twice as long for bulk; the classes of the package {@code com.neilalexander.jnacl.crypto}
 * put this one in its place.
 *
 * <p>Messages are laid out as NaCl has them: 32 zero bytes before the plain text, 16 before the
 * sealed one. Thread-safe.
 */
public final class CryptoBox {
  public static final int KEY_BYTES = 32;
  private static final int ZERO_BYTES = 32;
  private static final int BOX_ZERO_BYTES = 16;

  /** "expand 32-byte k", the constant of the Salsa20 family, as little-endian words. */
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  /** Where the Salsa20 core has its constants and its nonce: the words that HSalsa20 puts out. */
  private static final int[] OUTPUT_WORDS = {0, 5, 10, 15, 6, 7, 8, 9};

  /** JeroMQ asks for two of a handshake's three shared keys twice, and each is most of its cost. */
  private static final ThreadLocal<RecentKeys> RECENT = ThreadLocal.withInitial(RecentKeys::new);

  private CryptoBox() {}

  /** The public half of a key pair. */
  public static byte[] publicKey(byte[] secretKey) {
    byte[] publicKey = new byte[KEY_BYTES];
    X25519.scalarMultBase(secretKey, 0, publicKey, 0);
    return publicKey;
  }

  /**
   * The key that two key pairs share: HSalsa20 of their Diffie-Hellman secret; null if the public
   * key is a point of low order, which shares one and the same key with everybody (RFC 7748,
   * section 6.1), so that a stranger could pass for somebody who knows the other one.
   */
  public static byte[] sharedKey(byte[] publicKey, byte[] secretKey) {
    RecentKeys recent = RECENT.get();
    byte[] known = recent.find(publicKey, secretKey);
    if (known == null) {
      known = agree(publicKey, secretKey);
      if (known == null) {
        return null;
      }
      recent.add(publicKey, secretKey, known);
    }
    return known.clone();
  }

  private static byte[] agree(byte[] publicKey, byte[] secretKey) {
    byte[] point = new byte[KEY_BYTES];
    if (!X25519.calculateAgreement(secretKey, 0, publicKey, 0, point, 0)) {
      return null;
    }
    int[] in = new int[16];
    for (int i = 0; i < 4; i++) {
      in[5 * i] = SIGMA[i];
      in[1 + i] = Pack.littleEndianToInt(point, 4 * i);
      in[11 + i] = Pack.littleEndianToInt(point, 16 + 4 * i);
    }
    int[] out = new int[16];
    Salsa20Engine.salsaCore(20, in, out);
    byte[] key = new byte[KEY_BYTES];
    for (int i = 0; i < OUTPUT_WORDS.length; i++) {
      int word = OUTPUT_WORDS[i];
      // The core adds its input at the end; HSalsa20 is the core without that.
      Pack.intToLittleEndian(out[word] - in[word], key, 4 * i);
    }
    return key;
  }

  /**
   * Seals {@code plain}, whose first 32 bytes are zero, into {@code box}.
   *
   * @return whether the length made sense
   */
  public static boolean seal(byte[] box, byte[] plain, int length, byte[] nonce, byte[] key) {
    if (length < ZERO_BYTES) {
      return false;
    }
    cipher(nonce, key).processBytes(plain, 0, length, box, 0);
    // The key stream's first 32 bytes, which the zeros became, are the authenticator's key.
    byte[] tag = tag(box, 0, box, length);
    Arrays.fill(box, 0, BOX_ZERO_BYTES, (byte) 0);
    System.arraycopy(tag, 0, box, BOX_ZERO_BYTES, tag.length);
    return true;
  }

  /**
   * Opens {@code box}, whose first 16 bytes are zero, into {@code plain}.
   *
   * @return whether it was sealed with that key and nonce; if not, {@code plain} is as before
   */
  public static boolean open(byte[] plain, byte[] box, int length, byte[] nonce, byte[] key) {
    if (length < ZERO_BYTES) {
      return false;
    }
    XSalsa20Engine cipher = cipher(nonce, key);
    byte[] oneTimeKey = new byte[KEY_BYTES];
    cipher.processBytes(oneTimeKey, 0, KEY_BYTES, oneTimeKey, 0);
    byte[] expected = Arrays.copyOfRange(box, BOX_ZERO_BYTES, ZERO_BYTES);
    if (!MessageDigest.isEqual(expected, tag(oneTimeKey, 0, box, length))) {
      return false;
    }
    cipher.processBytes(box, ZERO_BYTES, length - ZERO_BYTES, plain, ZERO_BYTES);
    Arrays.fill(plain, 0, ZERO_BYTES, (byte) 0);
    return true;
  }

  private static XSalsa20Engine cipher(byte[] nonce, byte[] key) {
    XSalsa20Engine cipher = new XSalsa20Engine();
    cipher.init(true, new ParametersWithIV(new KeyParameter(key, 0, KEY_BYTES), nonce));
    return cipher;
  }

  private static byte[] tag(byte[] key, int keyOffset, byte[] box, int length) {
    Poly1305 authenticator = new Poly1305();
    authenticator.init(new KeyParameter(key, keyOffset, KEY_BYTES));
    authenticator.update(box, ZERO_BYTES, length - ZERO_BYTES);
    byte[] tag = new byte[BOX_ZERO_BYTES];
    authenticator.doFinal(tag, 0);
    return tag;
  }
}
