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

/** NaCl's {@code crypto_box} made of Bouncy Castle's primitives, in Java. */
final class BouncyCastle implements CurveLibrary {
  private static final int ZERO_BYTES = CryptoBox.ZERO_BYTES;
  private static final int BOX_ZERO_BYTES = CryptoBox.BOX_ZERO_BYTES;
  private static final int KEY_BYTES = CryptoBox.KEY_BYTES;

  /** "expand 32-byte k", the constant of the Salsa20 family, as little-endian words. */
  private static final int[] SIGMA = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};

  /** Where the Salsa20 core has its constants and its nonce: the words that HSalsa20 puts out. */
  private static final int[] OUTPUT_WORDS = {0, 5, 10, 15, 6, 7, 8, 9};

  @Override
  public byte[] publicKey(byte[] secretKey) {
    byte[] publicKey = new byte[KEY_BYTES];
    X25519.scalarMultBase(secretKey, 0, publicKey, 0);
    return publicKey;
  }

  @Override
  public byte[] sharedKey(byte[] publicKey, byte[] secretKey) {
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

  @Override
  public boolean seal(byte[] box, byte[] plain, int length, byte[] nonce, byte[] key) {
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

  @Override
  public boolean open(byte[] plain, byte[] box, int length, byte[] nonce, byte[] key) {
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
