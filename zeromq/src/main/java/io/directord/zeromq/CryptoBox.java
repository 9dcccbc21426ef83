package io.directord.zeromq;

import java.nio.file.Path;

/**
 * NaCl's {@code crypto_box} (curve25519xsalsa20poly1305): what CURVE is made of. JeroMQ's own
 * implementation of it takes seven times as long for a handshake and more than twice as long for
 * bulk; the classes of the package {@code com.neilalexander.jnacl.crypto} put this one in its
 * place.
 *
 * <p>Bouncy Castle does the work, or libsodium if it was chosen: a key agreement takes a third of
 * the time then, and bulk a tenth.
 *
 * <p>Messages are laid out as NaCl has them: 32 zero bytes before the plain text, 16 before the
 * sealed one. Thread-safe.
 */
public final class CryptoBox {
  public static final int KEY_BYTES = 32;
  static final int ZERO_BYTES = 32;
  static final int BOX_ZERO_BYTES = 16;

  /** Wanted, it is this one or none. */
  public static final String SODIUM = "sodium";

  private static volatile CurveLibrary library = new BouncyCastle();

  /** JeroMQ asks for two of a handshake's three shared keys twice, and each is most of its cost. */
  private static final ThreadLocal<RecentKeys> RECENT = ThreadLocal.withInitial(RecentKeys::new);

  private CryptoBox() {}

  /**
   * Chooses the library of this process.
   *
   * @param wanted {@code java} for Bouncy Castle, {@code sodium}, or {@code auto} for libsodium
   *     where it can be loaded
   * @param directory exists; what calls libsodium is unpacked there for a moment
   * @return which one it is, and why, a sentence for the log
   * @throws NoSodiumException if libsodium is wanted and cannot be loaded; then all is as before
   */
  public static String choose(String wanted, Path directory) throws NoSodiumException {
    if (wanted.equals("java")) {
      library = new BouncyCastle();
      return "CURVE is done by Bouncy Castle, as the setting crypto says";
    }
    try {
      Sodium sodium = Sodium.load(directory);
      library = sodium;
      return "CURVE is done by libsodium " + sodium.version();
    } catch (NoSodiumException e) {
      if (wanted.equals(SODIUM)) {
        throw e;
      }
      library = new BouncyCastle();
      return "CURVE is done by Bouncy Castle, for which libsodium would take a fraction of the"
          + " processor time: "
          + e.getMessage();
    }
  }

  /** The public half of a key pair. */
  public static byte[] publicKey(byte[] secretKey) {
    return library.publicKey(secretKey);
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
      known = library.sharedKey(publicKey, secretKey);
      if (known == null) {
        return null;
      }
      recent.add(publicKey, secretKey, known);
    }
    return known.clone();
  }

  /**
   * Seals {@code plain}, whose first 32 bytes are zero, into {@code box}.
   *
   * @return whether the length made sense
   */
  public static boolean seal(byte[] box, byte[] plain, int length, byte[] nonce, byte[] key) {
    return library.seal(box, plain, length, nonce, key);
  }

  /**
   * Opens {@code box}, whose first 16 bytes are zero, into {@code plain}.
   *
   * @return whether it was sealed with that key and nonce; if not, {@code plain} is as before
   */
  public static boolean open(byte[] plain, byte[] box, int length, byte[] nonce, byte[] key) {
    return library.open(plain, box, length, nonce, key);
  }
}
