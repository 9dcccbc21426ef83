package io.directord.zeromq;

/**
 * NaCl's {@code crypto_box} by one library, see {@link CryptoBox}: the same results whichever it
 * is. Thread-safe.
 */
interface CurveLibrary {

  /** The public half of a key pair. */
  byte[] publicKey(byte[] secretKey);

  /** The key that two key pairs share; null if the public key is a point of low order. */
  byte[] sharedKey(byte[] publicKey, byte[] secretKey);

  /**
   * Seals {@code plain}, whose first 32 bytes are zero, into {@code box}.
   *
   * @return whether the length made sense
   */
  boolean seal(byte[] box, byte[] plain, int length, byte[] nonce, byte[] key);

  /**
   * Opens {@code box}, whose first 16 bytes are zero, into {@code plain}.
   *
   * @return whether it was sealed with that key and nonce; if not, {@code plain} is as before
   */
  boolean open(byte[] plain, byte[] box, int length, byte[] nonce, byte[] key);
}
