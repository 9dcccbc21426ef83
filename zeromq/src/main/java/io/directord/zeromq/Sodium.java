package io.directord.zeromq;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.file.Path;
import java.util.Objects;

/**
 * NaCl's {@code crypto_box} by libsodium, called through JNA. It copies the arrays for the library,
 * which costs less than a microsecond for a small message.
 */
final class Sodium implements CurveLibrary {
  private static final int NONCE_BYTES = 24;
  private static final String NAME = "sodium";

  private final String version;

  private Sodium(String version) {
    this.version = version;
  }

  /**
   * Finds the library.
   *
   * @param directory where what calls it is unpacked for a moment
   * @throws NoSodiumException if it is not there, or what calls it cannot be loaded
   */
  static Sodium load(Path directory) throws NoSodiumException {
    // Only the bundled one; by default it would be unpacked below the home directory, which may not
    // be writable.
    System.setProperty("jna.nosys", "true");
    System.setProperty("jna.tmpdir", directory.toString());
    try {
      if (Functions.sodium_init() < 0) {
        throw new UnsatisfiedLinkError("it does not start");
      }
      return new Sodium(Functions.sodium_version_string());
    } catch (LinkageError e) {
      throw new NoSodiumException(e);
    }
  }

  /** Loaded with the first call. */
  private static final class Functions {
    static {
      Native.register(Functions.class, NativeLibrary.getInstance(NAME));
    }

    static native int sodium_init();

    static native String sodium_version_string();

    static native int crypto_scalarmult_curve25519_base(byte[] publicKey, byte[] secretKey);

    static native int crypto_box_curve25519xsalsa20poly1305_beforenm(
        byte[] key, byte[] publicKey, byte[] secretKey);

    static native int crypto_secretbox_xsalsa20poly1305(
        byte[] box, byte[] plain, long length, byte[] nonce, byte[] key);

    static native int crypto_secretbox_xsalsa20poly1305_open(
        byte[] plain, byte[] box, long length, byte[] nonce, byte[] key);
  }

  String version() {
    return version;
  }

  @Override
  public byte[] publicKey(byte[] secretKey) {
    requireLength(secretKey, CryptoBox.KEY_BYTES);
    byte[] publicKey = new byte[CryptoBox.KEY_BYTES];
    Functions.crypto_scalarmult_curve25519_base(publicKey, secretKey);
    return publicKey;
  }

  @Override
  public byte[] sharedKey(byte[] publicKey, byte[] secretKey) {
    requireLength(publicKey, CryptoBox.KEY_BYTES);
    requireLength(secretKey, CryptoBox.KEY_BYTES);
    byte[] key = new byte[CryptoBox.KEY_BYTES];
    int result =
        Functions.crypto_box_curve25519xsalsa20poly1305_beforenm(key, publicKey, secretKey);
    return result == 0 ? key : null;
  }

  @Override
  public boolean seal(byte[] box, byte[] plain, int length, byte[] nonce, byte[] key) {
    require(box, plain, length, nonce, key);
    return Functions.crypto_secretbox_xsalsa20poly1305(box, plain, length, nonce, key) == 0;
  }

  @Override
  public boolean open(byte[] plain, byte[] box, int length, byte[] nonce, byte[] key) {
    require(box, plain, length, nonce, key);
    return Functions.crypto_secretbox_xsalsa20poly1305_open(plain, box, length, nonce, key) == 0;
  }

  /** The library would read and write beyond arrays that are too short. */
  private static void require(byte[] box, byte[] plain, int length, byte[] nonce, byte[] key) {
    requireLength(box, length);
    requireLength(plain, length);
    requireLength(nonce, NONCE_BYTES);
    requireLength(key, CryptoBox.KEY_BYTES);
  }

  private static void requireLength(byte[] bytes, int length) {
    Objects.checkFromIndexSize(0, length, bytes.length);
  }
}
