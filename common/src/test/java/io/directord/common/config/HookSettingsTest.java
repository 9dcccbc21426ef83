package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookSettingsTest {
  @TempDir Path directory;

  private Settings load(String hooks) throws Exception {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, hooks);
    return SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of());
  }

  @Test
  void aHookIsAUrlWithASecretOrACommand() throws Exception {
    List<HookSettings.Hook> hooks =
        load("""
            hooks:
              pager:
                url: https://user.example:8443/in?key=x
                secret_file: /etc/directord/secret
                on: [job.failed, node.lost]
              log:
                command: [/bin/note, --hook]
                on: run.ended
            """)
            .get(Settings.HOOKS)
            .hooks();

    assertEquals("https://user.example:8443", hooks.get(0).place());
    assertEquals(Set.of("job.failed", "node.lost"), hooks.get(0).on());
    assertEquals(Path.of("/etc/directord/secret"), hooks.get(0).secretFile());
    assertEquals(List.of("/bin/note", "--hook"), hooks.get(1).command());
    assertEquals(Set.of("run.ended"), hooks.get(1).on());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{on: [job.failed]} | either url or command is needed",
        "{url: 'https://h/', command: /bin/x, secret_file: /s, on: [job.failed]} | either url or",
        "{url: 'https://h/', on: [job.failed]} | secret_file is needed",
        "{url: 'http://h/', secret_file: /s, on: [job.failed]} | http:// goes to this machine only",
        "{url: 'http://127.0.0.1.evil.example/', secret_file: /s, on: [node.lost]} | http:// goes to",
        "{url: 'https://a:b@h/', secret_file: /s, on: [job.failed]} | must have no user",
        "{url: 'file:///etc/passwd', secret_file: /s, on: [job.failed]} | a URL such as https://",
        "{url: 'https://h/', secret_file: s, on: [job.failed]} | the absolute path of a file",
        "{command: rm, on: [job.failed]} | the absolute path of a program",
        "{command: /bin/x} | on is needed",
        "{command: /bin/x, on: [job.fialed]} | (did you mean job.failed?)",
        "{command: /bin/x, on: [node.lost], uri: x} | uri",
      })
  void whatIsWrongIsToldWithItsPlace(String hook, String said) {
    InvalidSettingsException e =
        assertThrows(InvalidSettingsException.class, () -> load("hooks:\n  pager: " + hook + "\n"));
    assertTrue(
        e.getMessage().contains("config.yaml:2:") && e.getMessage().contains(said), e::getMessage);
  }
}
