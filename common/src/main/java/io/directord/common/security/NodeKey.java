package io.directord.common.security;

import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A node's own CURVE key: made at its first start, and what the server knows the node by. */
public final class NodeKey {
  /** A later version that writes another form begins it with this and a number. */
  private static final String FORMAT = "format ";

  private NodeKey() {}

  /**
   * Reads the key, or makes one in a file of mode 0600.
   *
   * @throws IOException if it cannot be read or made, is damaged, or others have access to it
   */
  public static CurveKeyPair loadOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      CurveKeyPair made = CurveKeyPair.generate();
      try {
        save(file, made);
        return made;
      } catch (FileAlreadyExistsException e) {
        // Another client with this state directory has just made one, which is used.
      }
    }
    String text = new String(PrivateFiles.read(file), StandardCharsets.US_ASCII).strip();
    if (text.startsWith(FORMAT)) {
      throw new LaterVersionException(file, "the " + text.lines().findFirst().orElseThrow());
    }
    try {
      CurveKeyPair pair = CurveKeyPair.ofSecret(Z85.decode(text.lines().findFirst().orElse("")));
      // An earlier version wrote the secret key alone.
      if (text.lines().count() > 1 && !text.equals(text(pair).strip())) {
        throw new IllegalArgumentException("its two keys do not belong together");
      }
      return pair;
    } catch (IllegalArgumentException e) {
      throw new IOException(
          file
              + " is damaged or not a node key: "
              + e.getMessage()
              + ". Put it back from a backup; or remove it to make a new one, and `directord manage"
              + " --forget-node` this node",
          e);
    }
  }

  /**
   * Writes a key that is in use to a file of mode 0600.
   *
   * @throws FileAlreadyExistsException if there is one
   */
  public static void save(Path file, CurveKeyPair key) throws IOException {
    PrivateFiles.create(file, text(key).getBytes(StandardCharsets.US_ASCII));
  }

  /** The public key beside the secret one shows when either is damaged. */
  private static String text(CurveKeyPair pair) {
    return Z85.encode(pair.secretKey()) + "\n" + Z85.encode(pair.publicKey()) + "\n";
  }
}
