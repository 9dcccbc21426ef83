package com.neilalexander.jnacl.crypto;

import io.directord.zeromq.CryptoBox;

/** {@code crypto_secretbox} under the name that JeroMQ knows; returns 0, or -1 for no. */
public final class xsalsa20poly1305 {
  private xsalsa20poly1305() {}

  public static int crypto_secretbox(
      byte[] box, byte[] plain, long length, byte[] nonce, byte[] key) {
    return CryptoBox.seal(box, plain, (int) length, nonce, key) ? 0 : -1;
  }

  public static int crypto_secretbox_open(
      byte[] plain, byte[] box, long length, byte[] nonce, byte[] key) {
    return CryptoBox.open(plain, box, (int) length, nonce, key) ? 0 : -1;
  }
}
