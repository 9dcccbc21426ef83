package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.cli.options.SettingOptions;
import io.directord.common.api.ServerAddress;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CandidatesTest {
  @TempDir Path directory;
  private Candidates candidates;

  @BeforeEach
  void make() throws Exception {
    Settings settings =
        SettingsLoader.load(
            Map.of(Settings.SOCKET_PATH, directory.resolve("s").toString()),
            Map.of("HOME", directory.toString()));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    ServerNames names =
        new ServerNames(settings, List.of()) {
          @Override
          List<String> nodes() {
            return List.of("db-1", "web-1", "web-2");
          }

          @Override
          List<String> jobs() {
            return List.of(
                "aaaa1111-0000-4000-8000-000000000001", "bbbb2222-0000-4000-8000-000000000002");
          }

          @Override
          List<String> parents() {
            return List.of("cccc3333-0000-4000-8000-000000000003");
          }
        };
    candidates =
        new Candidates(
            Directord.tree(new SettingOptions(), new Console(nowhere, nowhere, null)),
            settings,
            names);
  }

  @Test
  void modesAndGlobalOptionsComeFirst() {
    assertEquals(List.of("client", "completion", "config", "context"), complete("c"));
    assertTrue(complete("").containsAll(List.of("exec", "help", "manage", "orchestrate")));
    assertEquals(List.of("--socket-group", "--socket-path"), complete("--socket"));
    assertEquals(Candidates.FILES, complete("--socket-path", ""));
    assertEquals(List.of("manage"), complete("--socket-path", "x", "--debug", "man"));
  }

  @Test
  void verbsNodesAndOptionsAreCompleted() {
    assertEquals(List.of("CONTAINER_IMAGE", "COPY"), complete("exec", "--verb", "CO"));
    assertEquals(List.of("web-1", "web-2"), complete("exec", "--target", "web"));
    assertEquals(List.of("db-1"), complete("exec", "--target", "web-1", "db"));
    assertEquals(List.of("web-1,db-1"), complete("exec", "--target", "web-1,d"));
    assertEquals(List.of("--target=web-1", "--target=web-2"), complete("exec", "--target=we"));
    assertEquals(List.of("web-1", "web-2"), complete("exec", "--target", "=", "we"));
    assertEquals(List.of("db-1", "web-1", "web-2"), complete("exec", "--target", "="));
    assertEquals(List.of("--stream", "--strict"), complete("exec", "--verb", "RUN", "--st"));
    assertFalse(complete("exec", "--").contains("--job-port"));
    assertEquals(List.of("json", "jsonl"), complete("exec", "--output", "j"));
  }

  @Test
  void behindTwoDashesTheOptionsAreThoseOfTheVerb() {
    assertEquals(List.of("--chmod", "--chown"), complete("exec", "--verb", "COPY", "--", "--ch"));
    assertEquals(List.of("--timeout"), complete("exec", "--verb", "RUN", "--", "--tim"));
    assertEquals(List.of(), complete("exec", "--verb", "NONE", "--", "--ch"));
    assertEquals(List.of(), complete("exec", "--", "--ch"));
    assertEquals(Candidates.FILES, complete("exec", "--verb", "COPY", "--", "fi"));
  }

  @Test
  void filesAreLeftToTheShell() {
    assertEquals(Candidates.FILES, complete("orchestrate", "si"));
    assertEquals(Candidates.FILES, complete("exec", "--verb", "COPY", "files/"));
    assertEquals(Candidates.FILES, complete("manage", "--export-jobs", ""));
  }

  @Test
  void jobIdsAreShortUntilMoreIsWritten() {
    assertEquals(
        List.of("last", "last~1", "aaaa1111", "bbbb2222"), complete("manage", "--job-info", ""));
    assertEquals(List.of("bbbb2222"), complete("manage", "--cancel", "bb"));
    assertEquals(
        List.of("bbbb2222-0000-4000-8000-000000000002"),
        complete("manage", "--cancel", "bbbb2222-"));
    assertEquals(List.of("cccc3333"), complete("manage", "--analyze-parent", "c"));
    assertEquals(List.of("processing"), complete("manage", "--list-jobs", "--filter", "p"));
    assertEquals(List.of("web-1", "web-2"), complete("manage", "--forget-node", "w"));
    assertTrue(complete("manage", "").contains("--list-jobs"));
  }

  @Test
  void helpTakesModesAndVerbsAndCompletionTakesShells() {
    assertEquals(List.of("exec"), complete("help", "ex"));
    assertEquals(List.of("RUN"), complete("help", "RU"));
    assertEquals(List.of("bash", "fish", "zsh"), complete("completion", ""));
    assertEquals(List.of("client", "server"), complete("healthcheck", ""));
    assertEquals(List.of("check", "show"), complete("config", ""));
    assertEquals(Candidates.FILES, complete("config", "check", ""));
    assertEquals(List.of("json", "jsonl"), complete("config", "show", "--output", "j"));
    assertEquals(List.of("catalog", "config"), complete("schema", "c"));
  }

  @Test
  void withoutAServerThereAreNoNames() throws Exception {
    Settings settings = SettingsLoader.load(Map.of(), Map.of("HOME", directory.toString()));
    String none = directory.resolve("none").toString();
    assertEquals(List.of(), new ServerNames(settings, List.of("--socket-path", none, "")).nodes());
  }

  private List<String> complete(String... words) {
    return candidates.of(List.of(words));
  }

  @Test
  void namesAreThoseOfTheServerThatTheLineNames() throws Exception {
    Settings settings = SettingsLoader.load(Map.of(), Map.of("HOME", directory.toString()));
    List<String> two = List.of("--socket-path", "/a/s1,/a/s2", "manage", "");
    ServerAddress several = ServerNames.address(settings, two);
    assertTrue(several.isSeveral(), several.toString());
    ServerAddress one = ServerNames.address(settings, List.of("--socket-path=/a/s1", ""));
    assertEquals(Path.of("/a/s1"), ((ServerAddress.Socket) one).path());
    List<String> both = List.of("--context", "socket", "--socket-path", "/a/s1", "");
    assertEquals(
        settings.serverSocket(),
        ((ServerAddress.Socket) ServerNames.address(settings, both)).path());
  }
}
