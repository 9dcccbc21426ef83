package io.directord.common.security;

import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * The file with the shared key that a server makes if none is set. A node may have a copy of it, at
 * the same path.
 */
public final class SharedKeyFile {
  private static final String NAME = "shared_key";
  private static final String NEXT = "shared_key_next";
  private static final int RANDOM_BYTES = 24;

  private SharedKeyFile() {}

  /** Where a second one lies, while keys are changed. */
  public static Path nextBeside(Path configFile) {
    return configFile.resolveSibling(NEXT);
  }

  /** Where it lies: beside the configuration file. */
  public static Path beside(Path configFile) {
    return configFile.resolveSibling(NAME);
  }

  /**
   * Reads it, or makes one in a file of mode 0600.
   *
   * @throws IOException if it cannot be read or made, is empty, or others have access to it
   */
  public static String loadOrCreate(Path file) throws IOException {
    if (!Files.exists(file)) {
      byte[] random = new byte[RANDOM_BYTES];
      new SecureRandom().nextBytes(random);
      String made = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
      try {
        PrivateFiles.create(file, (made + "\n").getBytes(StandardCharsets.UTF_8));
        return made;
      } catch (FileAlreadyExistsException e) {
        // Another server with this configuration has just made one, which is used.
      }
    }
    return load(file);
  }

  /**
   * Reads it.
   *
   * @throws WrongSettingException if it is empty or not text
   * @throws IOException if it cannot be read, or others have access to it
   */
  public static String load(Path file) throws IOException {
    byte[] content = PrivateFiles.read(file);
    String key = new String(content, StandardCharsets.UTF_8);
    if (key.indexOf('\0') >= 0 || !Arrays.equals(key.getBytes(StandardCharsets.UTF_8), content)) {
      throw wrong(
          file,
          " is not text: a shared key is UTF-8 without NUL bytes, such as 'openssl rand"
              + " -base64 24' makes");
    }
    if (key.isBlank()) {
      throw wrong(
          file,
          isNext(file)
              ? " is empty: remove it, or write the next shared key into it"
              : " is empty: remove it to have a new shared key made");
    }
    return key.strip();
  }

  private static boolean isNext(Path file) {
    return file.endsWith(NEXT);
  }

  private static WrongSettingException wrong(Path file, String message) {
    return new WrongSettingException(
        isNext(file) ? "shared-key-next" : "shared-key", file + message);
  }
}
