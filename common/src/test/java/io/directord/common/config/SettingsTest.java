package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "/home/u, /root, /home/u",
    ", /root, /root",
    "'', /root, /root",
    "., /root, /root",
    ", ?, /nonexistent",
    "'', '', /nonexistent",
  })
  void aHomeDirectoryNeverDependsOnTheWorkingDirectory(
      String variable, String system, Path expected) {
    assertEquals(expected, Home.of(variable, system));
  }

  @Test
  void commandLineWinsOverEnvironmentOverFileOverDefault() throws Exception {
    Path file = write("job_port: 1\nbackend_port: 2\nidentity: three\n");
    Settings settings =
        SettingsLoader.load(
            Map.of(Settings.CONFIG_FILE, file.toString(), Settings.JOB_PORT, "11"),
            Map.of("DIRECTORD_MSG_PORT", "12", "DIRECTORD_BACKEND_PORT", "22"));
    assertEquals(11, settings.get(Settings.JOB_PORT));
    assertEquals(22, settings.get(Settings.BACKEND_PORT));
    assertEquals("three", settings.get(Settings.IDENTITY));
    assertEquals(1024, settings.get(Settings.HIGHWATER_MARK));
  }

  @Test
  void bothSpellingsOfAKeyWork() throws Exception {
    Path file = write("zmq_shared_key: secret\nserver_address: there\n");
    Settings settings =
        SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of());
    assertEquals("secret", settings.get(Settings.SHARED_KEY));
    assertEquals("there", settings.get(Settings.SERVER_ADDRESS));
  }

  @Test
  void anAddressOfAServerHasNoPort() throws Exception {
    for (String sound : List.of("a", "::1", "[::1]", "fe80::1%eth0", "10.0.0.1, web_1.example.")) {
      Path file = write("server_address: '" + sound + "'\n");
      SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of());
    }
    for (String wrong : List.of("a:5555", "[::1]:5555", "tcp://a", "a b", "a,b:1", "10.0.0.1/8")) {
      Path file = write("server_address: '" + wrong + "'\n");
      InvalidSettingsException e =
          assertThrows(
              InvalidSettingsException.class,
              () -> SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of()),
              wrong);
      assertTrue(e.getMessage().contains("without a port"), e.getMessage());
    }
  }

  @Test
  void everyErrorIsNamedWithItsPlace() throws Exception {
    Path file = write("job_prt: 5\nbackend_port: 70000\nshared_key: ''\nidentity: [a]\n");
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () ->
                SettingsLoader.load(
                    Map.of(Settings.CONFIG_FILE, file.toString(), Settings.DEBUG, "perhaps"),
                    Map.of()));
    assertEquals(
        List.of(
            "--debug: true or false is expected, not 'perhaps'",
            file
                + ":4:11: identity: a text is expected, not a list; quote one that begins with { or"
                + " [",
            file + ":1:1: unknown key job_prt (did you mean job_port?)",
            file + ":2:1: backend_port: a number from 1 to 65535 is expected, not '70000'",
            file + ":3:1: shared_key: a value is expected, not an empty text"),
        e.errors().stream().map(ValidationError::toString).toList());
  }

  @Test
  void anUnknownKeyIsSaidToBeOneWhateverItsValue() throws IOException {
    Path file = write("lables: {role: web}\nrole: {a: b}\nfoo: [1]\nlabels: {role: web}\n");
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () -> SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of()));
    assertEquals(
        List.of(
            file + ":1:1: unknown key lables (did you mean labels?)",
            file + ":2:1: unknown key role (did you mean roles?)",
            file + ":3:1: unknown key foo"),
        e.errors().stream().map(ValidationError::toString).toList());
  }

  @Test
  void aConfigurationFileThatWasAskedForMustExist() {
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () ->
                SettingsLoader.load(
                    Map.of(Settings.CONFIG_FILE, directory.resolve("no").toString()), Map.of()));
    assertTrue(e.getMessage().endsWith("/no: this configuration file does not exist"));
  }

  @Test
  void aUserWithoutRightsInTheSystemsDirectoriesHasOwnOnes() {
    Map<String, String> environment =
        Map.of("HOME", "/home/u", "XDG_STATE_HOME", "/s", "XDG_RUNTIME_DIR", "/run/user/7");
    Map<Setting<?>, Object> places = new Places(environment, path -> false).all();
    assertEquals(Path.of("/s/directord"), places.get(Settings.STATE_PATH));
    assertEquals(Path.of("/home/u/.cache/directord"), places.get(Settings.CACHE_PATH));
    assertEquals(Path.of("/run/user/7/directord.sock"), places.get(Settings.SOCKET_PATH));
  }

  @Test
  void withoutARuntimeDirectoryTheSocketLiesBesideTheState() {
    Map<Setting<?>, Object> places = new Places(Map.of("HOME", "/home/u"), path -> false).all();
    assertEquals(
        Path.of("/home/u/.local/state/directord/directord.sock"), places.get(Settings.SOCKET_PATH));
  }

  @Test
  void whoMayWriteInTheSystemsDirectoriesUsesThem() {
    Map<Setting<?>, Object> places = new Places(Map.of("HOME", "/root"), path -> true).all();
    assertEquals(Settings.STATE_PATH.defaultValue(), places.get(Settings.STATE_PATH));
    assertEquals(Settings.SOCKET_PATH.defaultValue(), places.get(Settings.SOCKET_PATH));
    assertEquals(Settings.CONFIG_FILE.defaultValue(), places.get(Settings.CONFIG_FILE));
  }

  @Test
  void inAnImageTheSocketLiesWhereTheImageSaysWhoeverTheUserIs() {
    Map<String, String> environment = Map.of("HOME", "/root", "DIRECTORD_RUNTIME_DIR", "/tmp");
    for (boolean mayWrite : List.of(true, false)) {
      assertEquals(
          Path.of("/tmp/directord.sock"),
          new Places(environment, path -> mayWrite).all().get(Settings.SOCKET_PATH));
    }
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(directory.resolve("config.yaml"), yaml);
  }
}
