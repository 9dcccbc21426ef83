package io.directord.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.SourceFile;
import io.directord.common.config.IncomingHook;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.orchestration.Planner;
import io.directord.common.security.PrivateFiles;
import io.directord.common.tree.SourceTree;
import io.directord.common.validation.ValidationError;
import io.directord.server.content.ContentStore;
import io.directord.server.hook.IncomingHooks;
import io.directord.verbs.Components;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the orchestration of a hook delivers, which is read with the configuration. */
class HookContentsTest {
  private static final String FILES =
      """
      - jobs:
          - COPY: files/app.conf /etc/{{ hook.version }}
          - COPY: --recursive files/tree /srv/tree
          - ARG: --secret-file files/password password
      """;

  @TempDir Path directory;

  @BeforeEach
  void start() throws Exception {
    Files.createDirectories(directory.resolve("files/tree"));
    Files.writeString(directory.resolve("files/app.conf"), "one");
    Files.writeString(directory.resolve("files/tree/a"), "in a tree");
    PrivateFiles.create(
        directory.resolve("files/password"), "hunter22\n".getBytes(StandardCharsets.UTF_8));
  }

  private IncomingHooks.Table read(String jobs, String parameter, List<ValidationError> errors)
      throws Exception {
    Files.writeString(directory.resolve("deploy.yaml"), jobs);
    Path config = directory.resolve("config.yaml");
    Files.writeString(
        config,
        "hooks:\n  deploy:\n    start: "
            + directory.resolve("deploy.yaml")
            + "\n    parameters:\n      version: {"
            + parameter
            + "}\n");
    List<IncomingHook> settings =
        SettingsLoader.load(Map.of(Settings.CONFIG_FILE, config.toString()), Map.of())
            .get(Settings.HOOKS)
            .incoming();
    return IncomingHooks.read(settings, Components.installed(List.of()), errors);
  }

  private IncomingHooks.Table read() throws Exception {
    List<ValidationError> errors = new ArrayList<>();
    IncomingHooks.Table read = read(FILES, "pattern: '[0-9.]+'", errors);
    assertEquals(List.of(), errors);
    return read;
  }

  private static List<Job> started(IncomingHooks.Table hooks) {
    Planner.Attempt attempt = hooks.hooks().get("deploy").plan(Map.of("version", "7.2"));
    assertEquals(List.of(), attempt.errors());
    return attempt.plan().jobs();
  }

  @Test
  void everyRunDeliversWhatWasThereWhenTheConfigurationWasRead() throws Exception {
    IncomingHooks.Table hooks = read();
    ContentStore contents = ContentStore.open(directory.resolve("contents"), new byte[32]);
    HookContents.keep(hooks, contents);
    List<Job> before = started(hooks);
    Files.writeString(directory.resolve("files/app.conf"), "two");
    Files.delete(directory.resolve("files/tree/a"));
    Files.delete(directory.resolve("files/password"));

    List<Job> after = started(hooks);

    for (int i = 0; i < before.size(); i++) {
      assertEquals(before.get(i).fingerprint(), after.get(i).fingerprint());
      assertEquals(Set.of(), contents.missing(after.get(i), null), after.get(i)::toString);
    }
    assertTrue(contents.has(SourceTree.in(after.get(1)).sha256()));
    assertFalse(after.toString().contains("hunter22"), after::toString);
    // What is read anew is delivered anew.
    Files.createFile(directory.resolve("files/tree/b"));
    PrivateFiles.create(
        directory.resolve("files/password"), "hunter23\n".getBytes(StandardCharsets.UTF_8));
    assertNotEquals(
        SourceFile.in(before.get(0)).get(0).sha256(),
        SourceFile.in(started(read()).get(0)).get(0).sha256());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '~',
      value = {
        "COPY: files/none /etc/ => deploy.yaml:2: there is no file files/none in ",
        "COPY: files/{{ hook.version }} /etc/ => deploy.yaml:2: files/2.0: what a hook delivers is read",
        "COPY: --recursive files/d{{ hook.version }} /etc/ => deploy.yaml:2: files/d2.0: what a hook",
        "COPY: files/huge /etc/ => deploy.yaml:2: .*/files/huge is too large: .* 256 MiB together",
        "COPY: --recursive files /etc/ => deploy.yaml:2: .*/files is too large: ",
        "ARG: --secret-file files/open word => deploy.yaml:2: .*others than its owner have access",
        "ARG: --secret-env HOME word => deploy.yaml:2: a hook's secret comes from a file of the server",
        "ARG: --secret word => deploy.yaml:2: a hook's secret comes from a file of the server",
      })
  void whatCannotBeDeliveredIsRefusedWithItsLine(String job, String error) throws Exception {
    for (String version : List.of("1.0", "2.0")) {
      Files.writeString(directory.resolve("files/" + version), "either");
      Files.createDirectories(directory.resolve("files/d" + version));
    }
    Files.writeString(directory.resolve("files/open"), "readable by all");
    try (RandomAccessFile huge =
        new RandomAccessFile(directory.resolve("files/huge").toFile(), "rw")) {
      huge.setLength((256L << 20) + 1);
    }
    List<ValidationError> errors = new ArrayList<>();
    read("- jobs:\n    - " + job + "\n", "values: ['1.0', '2.0']", errors);
    assertEquals(1, errors.size(), errors::toString);
    String said = errors.get(0).toString().replaceFirst(":(\\d+):\\d+:", ":$1:");
    assertTrue(said.matches("(?s).*" + error.replaceFirst(": ", ":.*") + ".*"), errors::toString);
  }

  @Test
  void aParameterOfWhichNoValueIsKnownNeedsADefaultWhereFilesAreDelivered() throws Exception {
    List<ValidationError> errors = new ArrayList<>();
    read(FILES, "pattern: 'build-[0-9]+'", errors);
    assertEquals(1, errors.size(), errors::toString);
    assertTrue(errors.get(0).message().contains("version: give a default"), errors::toString);
    assertTrue(errors.get(0).toString().contains("config.yaml:"), errors::toString);
    errors.clear();
    read("- jobs:\n    - RUN: echo\n", "pattern: 'build-[0-9]+'", errors);
    assertEquals(List.of(), errors);
  }
}
