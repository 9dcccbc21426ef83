package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {
  @TempDir Path directory;

  @Test
  void bothEndsFindTheSameServerKeysFromTheSharedKey() {
    CurveKeyPair server = SharedKey.serverKeys("secrete");
    assertEquals(server, SharedKey.serverKeys("secrete"));
    assertNotEquals(server, SharedKey.serverKeys("secrets"));
  }

  @Test
  void theServerKeysOfASharedKeyNeverChangeBetweenVersions() {
    assertEquals(
        "CurveKeyPair[" + EXPECTED_PUBLIC + "]", SharedKey.serverKeys("secrete").toString());
  }

  @Test
  void aKeyPairShowsOnlyItsPublicHalf() {
    CurveKeyPair pair = CurveKeyPair.generate();
    assertFalse(pair.toString().contains(Z85.encode(pair.secretKey())));
  }

  @Test
  void z85IsTheExampleOfItsSpecification() {
    byte[] bytes = HexFormat.of().parseHex("864fd26fb559f75b");
    assertEquals("HelloWorld", Z85.encode(bytes));
    assertArrayEquals(bytes, Z85.decode("HelloWorld"));
  }

  @Test
  void z85RefusesWhatItIsNot() {
    for (String bad : List.of("Hell", "Hell\"", "#####", "Hellö")) {
      assertThrows(IllegalArgumentException.class, () -> Z85.decode(bad), bad);
    }
  }

  @Test
  void aNodeKeyIsMadeOnceAndKeptPrivate() throws IOException {
    Path file = directory.resolve("state/node.key");
    CurveKeyPair made = NodeKey.loadOrCreate(file);
    assertEquals(made, NodeKey.loadOrCreate(file));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
    assertEquals(Set.of("node.key"), names(file.getParent()));
  }

  @Test
  void aNodeKeyThatOthersCanReadIsRefused() throws IOException {
    Path file = directory.resolve("node.key");
    NodeKey.loadOrCreate(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    IOException refusal = assertThrows(IOException.class, () -> NodeKey.loadOrCreate(file));
    assertTrue(refusal.getMessage().contains("chmod 600 " + file), refusal.getMessage());
  }

  @Test
  void aDamagedNodeKeySaysWhatToDo() throws IOException {
    Path file = directory.resolve("node.key");
    PrivateFiles.create(file, "nonsense".getBytes());
    IOException refusal = assertThrows(IOException.class, () -> NodeKey.loadOrCreate(file));
    assertTrue(refusal.getMessage().contains("--forget-node"), refusal.getMessage());
  }

  @Test
  void aNodeKeyThatWasDamagedAnywhereIsNotTakenForAnotherOne() throws IOException {
    Path file = directory.resolve("node.key");
    CurveKeyPair made = NodeKey.loadOrCreate(file);
    byte[] whole = Files.readAllBytes(file);
    for (int at = 0; at < whole.length - 1; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(file, damaged);
      assertThrows(IOException.class, () -> NodeKey.loadOrCreate(file), "byte " + at);
      Files.write(file, Arrays.copyOf(whole, at));
      try {
        assertEquals(made, NodeKey.loadOrCreate(file));
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("--forget-node"), e.getMessage());
      }
    }
  }

  @Test
  void aDirectoryThatIsOpenToOthersIsClosed() throws IOException {
    Path made = directory.resolve("a/b");
    Set<String> own = Set.of("lock");
    assertEquals(Optional.empty(), PrivateFiles.claimDirectory(made, own));
    Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rwxrwxrwx"));
    String told = PrivateFiles.claimDirectory(made, own).orElseThrow();
    assertTrue(told.contains(made + " was open to others"), told);
    assertEquals(PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(made));
    assertEquals(Optional.empty(), PrivateFiles.claimDirectory(made, own));
  }

  @Test
  void aDirectoryOfOthersIsNotClosedToThem() throws IOException {
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path theirs = Files.createFile(shared.resolve("theirs"));
    Set<String> own = Set.of("lock");
    assertThrows(IOException.class, () -> PrivateFiles.claimDirectory(shared, own));
    assertEquals(
        PosixFilePermissions.fromString("rwxr-xr-x"), Files.getPosixFilePermissions(shared));
    Files.createFile(shared.resolve("lock"));
    assertTrue(PrivateFiles.claimDirectory(shared, own).isPresent());
    Files.delete(shared.resolve("lock"));
    Files.delete(theirs);
    Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(shared.resolve("lost+found"));
    assertTrue(PrivateFiles.claimDirectory(shared, own).isPresent());
  }

  @Test
  void aDirectoryOfAnotherUserIsNotTrusted() throws IOException {
    Path theirs = Files.createDirectory(directory.resolve("theirs"));
    try {
      Files.setAttribute(theirs, "unix:uid", 64_001);
    } catch (IOException e) {
      assumeTrue(false, "only root can give a directory to another user");
    }
    String told = PrivateFiles.claimDirectory(theirs, Set.of("lock")).orElseThrow();
    assertTrue(told.contains(theirs + " belongs to 64001, who could replace"), told);
  }

  @Test
  void aSharedKeyIsMadeBesideTheConfiguration() throws IOException {
    Path file = SharedKeyFile.beside(directory.resolve("config.yaml"));
    String key = SharedKeyFile.loadOrCreate(file);
    assertEquals(32, key.length());
    assertEquals(key, SharedKeyFile.loadOrCreate(file));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(file));
  }

  @Test
  void aSharedKeyFileThatIsNotTextIsRefused() throws IOException {
    Path file = directory.resolve("shared_key");
    for (byte[] content :
        List.of(
            new byte[32], "a-key-with-\0-inside-it".getBytes(), new byte[] {'a', (byte) 0xff})) {
      Files.write(file, content);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      IOException e = assertThrows(WrongSettingException.class, () -> SharedKeyFile.load(file));
      assertTrue(e.getMessage().startsWith(file + " is not text: "), e::getMessage);
    }
  }

  @Test
  void keyFilesAreBackedUpAndReadBack() throws IOException {
    KeyFiles files = new KeyFiles(directory);
    files.generate(List.of("server", "client"));
    CurveKeyPair first = files.pair("server");
    assertArrayEquals(first.publicKey(), files.publicKey("server"));
    files.generate(List.of("server", "client"));
    assertNotEquals(first, files.pair("server"));
    assertEquals(Set.of("client", "server"), files.publicKeys().keySet());
    assertEquals(
        Set.of("server.key", "server.key.bak", "client.key", "client.key.bak"),
        names(directory.resolve("public_keys")));
  }

  private static Set<String> names(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static final String EXPECTED_PUBLIC = "?*-1j[vF9Q0(4IIjZD<H!--IuMzBK(zCCd-aX=]Z";
}
