package com.neilalexander.jnacl.crypto;

import io.directord.zeromq.CryptoBox;
import io.directord.zeromq.HandshakeKeys;
import java.security.SecureRandom;
import java.util.List;

/** {@code crypto_box} under the name that JeroMQ knows; every method returns 0, or -1 for no. */
public final class curve25519xsalsa20poly1305 {
  private static final SecureRandom RANDOM = new SecureRandom();

  private curve25519xsalsa20poly1305() {}

  public static int crypto_box_keypair(byte[] publicKey, byte[] secretKey) {
    byte[] secret = new byte[CryptoBox.KEY_BYTES];
    RANDOM.nextBytes(secret);
    System.arraycopy(secret, 0, secretKey, 0, CryptoBox.KEY_BYTES);
    System.arraycopy(CryptoBox.publicKey(secret), 0, publicKey, 0, CryptoBox.KEY_BYTES);
    return 0;
  }

  public static int crypto_box_beforenm(byte[] key, byte[] publicKey, byte[] secretKey) {
    byte[] shared = CryptoBox.sharedKey(publicKey, secretKey);
    if (shared == null) {
      return -1;
    }
    System.arraycopy(shared, 0, key, 0, CryptoBox.KEY_BYTES);
    return 0;
  }

  public static int crypto_box_afternm(
      byte[] box, byte[] plain, long length, byte[] nonce, byte[] key) {
    return xsalsa20poly1305.crypto_secretbox(box, plain, length, nonce, key);
  }

  public static int crypto_box_open_afternm(
      byte[] plain, byte[] box, long length, byte[] nonce, byte[] key) {
    return xsalsa20poly1305.crypto_secretbox_open(plain, box, length, nonce, key);
  }

  public static int crypto_box(
      byte[] box, byte[] plain, long length, byte[] nonce, byte[] publicKey, byte[] secretKey) {
    byte[] key = CryptoBox.sharedKey(publicKey, HandshakeKeys.toAnswer(publicKey, secretKey));
    return key == null ? -1 : crypto_box_afternm(box, plain, length, nonce, key);
  }

  public static int crypto_box_open(
      byte[] plain, byte[] box, long length, byte[] nonce, byte[] publicKey, byte[] secretKey) {
    byte[] key = CryptoBox.sharedKey(publicKey, secretKey);
    if (key == null) {
      return -1;
    }
    List<byte[]> keys = HandshakeKeys.of(secretKey);
    int opened = crypto_box_open_afternm(plain, box, length, nonce, key);
    if (keys == null) {
      if (opened == 0) {
        HandshakeKeys.opened(publicKey, secretKey);
      }
      return opened;
    }
    int number = 0;
    while (opened != 0 && ++number < keys.size()) {
      byte[] other = CryptoBox.sharedKey(publicKey, keys.get(number));
      opened = crypto_box_open_afternm(plain, box, length, nonce, other);
    }
    if (opened == 0) {
      HandshakeKeys.used(publicKey, keys, number);
    }
    return opened;
  }
}
