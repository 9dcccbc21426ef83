package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinToken;
import io.directord.common.security.PrivateFiles;
import io.directord.common.security.Z85;
import io.directord.common.validation.WrongSettingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoiningTest {
  private final byte[] serverKey = CurveKeyPair.generate().publicKey();
  private final JoinToken token = JoinToken.generate(serverKey);
  private final CurveKeyPair keys = CurveKeyPair.generate();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path directory;
  private Path state;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    state = Files.createDirectory(directory.resolve("client"));
    file = directory.resolve("join_token");
    environment.put("HOME", directory.toString());
    environment.put("DIRECTORD_CONFIG_FILE", directory.resolve("config.yaml").toString());
    Files.writeString(directory.resolve("config.yaml"), "");
  }

  @Test
  void aTokenInAFileIsKnownUntilTheServerHasToldItsKeys() throws Exception {
    PrivateFiles.create(file, (token.text() + "\n").getBytes());
    Joining joining = joining();
    assertArrayEquals(serverKey, joining.get().get(0));
    assertEquals(token.proof(keys.publicKey(), "web-1", "m"), joining.proof(keys, "web-1", "m"));

    String next = Z85.encode(CurveKeyPair.generate().publicKey());
    joining.welcomed(List.of(Z85.encode(serverKey), next));
    Files.delete(file);

    assertEquals(List.of(Z85.encode(serverKey), next), shown(joining));
    assertNull(joining.proof(keys, "web-1", "m"));
    assertEquals(List.of(Z85.encode(serverKey), next), shown(joining()));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(state.resolve("server_keys"))));
  }

  @Test
  void theServerIsAlwaysKnownBySomeKey() throws Exception {
    PrivateFiles.create(file, token.text().getBytes());
    Joining joining = joining();
    Files.delete(file);

    assertEquals(List.of(Z85.encode(serverKey)), shown(joining));
    joining.welcomed(List.of());
    joining.welcomed(List.of("no key"));
    assertEquals(List.of(Z85.encode(serverKey)), shown(joining));
  }

  @Test
  void aNewTokenNeedsNoRestartAndIsOfAnotherServerToo() throws Exception {
    environment.remove("DIRECTORD_JOIN_TOKEN");
    PrivateFiles.create(file, token.text().getBytes());
    Joining joining = joining();
    joining.welcomed(List.of(Z85.encode(serverKey)));

    JoinToken other = JoinToken.generate(CurveKeyPair.generate().publicKey());
    Files.writeString(file, other.text());

    assertEquals(List.of(Z85.encode(serverKey), Z85.encode(other.serverKey())), shown(joining));
    assertEquals(other.proof(keys.publicKey(), "a", "m"), joining.proof(keys, "a", "m"));
    Files.writeString(file, "not whole");
    assertEquals(other.proof(keys.publicKey(), "a", "m"), joining.proof(keys, "a", "m"));
  }

  @Test
  void aNewTokenThatCannotBeReadIsToldOnceForEachReason() throws Exception {
    PrivateFiles.create(file, token.text().getBytes());
    Joining joining = joining();
    LogCapture log = new LogCapture();
    log.start();
    try {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      joining.proof(keys, "a", "m");
      joining.get();
      assertEquals(1, log.count("the join token stays as it was"));
      assertEquals(1, log.count("chmod 600"));

      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      joining.get();
      Files.writeString(file, "not whole");
      joining.get();
      joining.get();
      assertEquals(2, log.count("the join token stays as it was"));
    } finally {
      log.stop();
    }
  }

  @Test
  void aSettingOrAVariableIsAsGoodAsAFile() throws Exception {
    environment.put("DIRECTORD_JOIN_TOKEN", token.text());
    assertEquals(List.of(Z85.encode(serverKey)), shown(joining()));

    environment.put("DIRECTORD_JOIN_TOKEN", token.text().substring(0, 50));
    String why = assertThrows(WrongSettingException.class, this::joining).getMessage();
    assertTrue(why.contains("it is not whole"), why);
    assertFalse(why.contains(token.text().substring(20, 40)), why);
  }

  @Test
  void whatOthersMayReadIsRefused() throws Exception {
    Files.writeString(file, token.text());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertTrue(assertThrows(IOException.class, this::joining).getMessage().contains("chmod 600"));
  }

  @Test
  void aSharedKeyMakesATokenNeedless() throws Exception {
    environment.put("DIRECTORD_JOIN_TOKEN", token.text());
    assertNotNull(ServerKeys.joining(settings(), state));
    environment.put("DIRECTORD_SHARED_KEY", "a key that is long enough");
    assertNull(ServerKeys.joining(settings(), state));
  }

  @Test
  void damageIsToldWithWhatToDo() throws Exception {
    PrivateFiles.create(state.resolve("server_keys"), "x".getBytes());
    String why = assertThrows(IOException.class, this::joining).getMessage();
    assertTrue(why.contains("join-token create"), why);
  }

  private static List<String> shown(Joining joining) {
    return joining.get().stream().map(Z85::encode).toList();
  }

  private Joining joining() throws IOException {
    return Joining.of(settings(), state);
  }

  private Settings settings() {
    try {
      return SettingsLoader.load(Map.of(), environment);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
