package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys as format 1 has them are read by every later version. */
class KeyFormatTest {
  private static final Path FORMAT_1 = Path.of("src/test/resources/format-1");

  @TempDir Path directory;

  @Test
  void readsTheNodeKeyOfFormat1() throws IOException {
    CurveKeyPair pair = NodeKey.loadOrCreate(copy("node_key"));
    assertEquals("]]7.gMlayzqm+TQg&Hmu2?JhXFwNIk<n^}md:hA8", Z85.encode(pair.publicKey()));
  }

  @Test
  void readsTheSharedKeyOfFormat1() throws IOException {
    assertEquals("4JqeUkFO_oNm5P9Err4DqW0S6ZDYrDIU", SharedKeyFile.load(copy("shared_key")));
  }

  @Test
  void readsTheCurveCertificatesOfFormat1() throws IOException {
    copy("private_keys/server.key_secret");
    copy("public_keys/server.key");
    KeyFiles keys = new KeyFiles(directory);
    assertEquals(
        "Jr$ZBhHl=H0o)M9&q$K+T.cbSAbhks1D%D.<z$Cn", Z85.encode(keys.pair("server").publicKey()));
    assertArrayEquals(keys.pair("server").publicKey(), keys.publicKey("server"));
  }

  @Test
  void refusesANodeKeyOfALaterFormatWithoutTellingToRemoveIt() throws IOException {
    Path file = directory.resolve("node_key");
    PrivateFiles.create(file, "format 2\nsealed: abc\n".getBytes());

    String message =
        assertThrows(LaterVersionException.class, () -> NodeKey.loadOrCreate(file)).getMessage();

    assertTrue(message.contains("the format 2"), message);
    assertEquals("format 2\nsealed: abc\n", Files.readString(file));
  }

  /** Git keeps no mode that a private file needs. */
  private Path copy(String name) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(FORMAT_1.resolve(name), file);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
