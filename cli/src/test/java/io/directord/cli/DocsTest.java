package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.command.Directord;
import io.directord.cli.console.Console;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.verbs.Components;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what the documents show against what there is. */
class DocsTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern DEFINITION =
      Pattern.compile("(?m)^# /etc/directord/(components/\\S+)$");
  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

  @TempDir Path directory;

  /** One fenced block of a document. */
  private record Block(Path document, String language, String text) {}

  @Test
  void theReadmesTwoCommandsAreALineEachAndTheCiCallsTheSecond() throws IOException {
    List<String> commands =
        blocks(ROOT.resolve("README.md")).stream()
            .filter(block -> block.language.equals("sh"))
            .map(Block::text)
            .toList();
    assertEquals(2, commands.size());
    commands.forEach(command -> assertEquals(1, command.lines().count(), command));
    assertTrue(commands.get(0).strip().endsWith("cli/target/directord/share/demo.sh"));
    assertTrue(Files.readString(ROOT.resolve(".ci/run")).contains(commands.get(1).strip()));
  }

  @Test
  void everyCommandShownIsOneThatIsUnderstood() throws IOException {
    List<String> commands = new ArrayList<>();
    for (Path document : documents()) {
      for (Block block : blocks(document)) {
        block
            .text
            .replace("\\\n", " ")
            .lines()
            .map(line -> line.replaceFirst("\\s+#.*", "").replaceFirst("^\\$ ", "").strip())
            .filter(line -> line.startsWith("directord "))
            .forEach(commands::add);
      }
    }
    assertFalse(commands.isEmpty());
    for (String command : commands) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
      List<String> words = words(command);
      words.add("--help");
      int status =
          new Directord(Map.of(), new Console(out, out, null)).run(words.toArray(String[]::new));
      String text = said.toString(StandardCharsets.UTF_8);
      // A verb that a document defines is not installed here; the words were understood.
      boolean foreign = text.startsWith("directord: help: unknown verb ");
      assertEquals(foreign ? 2 : 0, status, () -> command + "\n" + text);
    }
  }

  @Test
  void everyOrchestrationShownCanBePlanned() throws Exception {
    Files.createDirectories(directory.resolve("files"));
    Files.writeString(directory.resolve("files/app.conf"), "release = {{ release }}\n");
    Files.createDirectories(directory.resolve("site"));
    Files.writeString(directory.resolve("site/index.html"), "hello\n");
    Files.writeString(directory.resolve("files/registry-token"), "a token\n");
    Files.writeString(directory.resolve("files/registry-password"), "a password\n");
    Files.createDirectories(directory.resolve("files/scripts"));
    Files.writeString(directory.resolve("files/scripts/check.sh"), "echo well\n");
    Files.writeString(directory.resolve("hello.py"), "print('hello')\n");
    Files.writeString(directory.resolve("restart.sh"), "echo hello\n");
    writeDefinitions();
    int planned = 0;
    for (Path document : documents()) {
      for (Block block : blocks(document)) {
        if (block.language.equals("yaml") && block.text.contains("jobs:")) {
          plan(block);
          planned++;
        }
      }
    }
    assertTrue(planned > 0);
  }

  @Test
  void allSettingsShownAreUnderstood() throws Exception {
    int loaded = 0;
    for (Path document : documents()) {
      for (Block block : blocks(document)) {
        if (block.language.equals("yaml") && block.text.contains("shared_key:")) {
          Path file = Files.writeString(directory.resolve("config.yaml"), block.text);
          SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of());
          loaded++;
        }
      }
    }
    assertTrue(loaded > 1, loaded + " files of settings are shown");
  }

  @Test
  void everyFileThatIsLinkedToIsThere() throws IOException {
    for (Path document : documents()) {
      Matcher link = LINK.matcher(Files.readString(document));
      while (link.find()) {
        Path target = document.resolveSibling(link.group(1));
        assertTrue(Files.exists(target), document + " links to " + target);
      }
    }
  }

  /** The verbs that documents define, for the orchestrations that use them. */
  private void writeDefinitions() throws IOException {
    for (Path document : documents()) {
      for (Block block : blocks(document)) {
        Matcher name = DEFINITION.matcher(block.text);
        if (name.find()) {
          Path file = directory.resolve(name.group(1));
          Files.createDirectories(file.getParent());
          Files.writeString(file, block.text);
        }
      }
    }
  }

  private void plan(Block block) throws IOException {
    Path file = Files.writeString(directory.resolve("shown.yaml"), block.text);
    try {
      var orchestration = OrchestrationFile.read(List.of(file));
      Components components =
          Components.installed(
              List.of(directory.resolve("components"), Path.of("src/main/dist/share/components")));
      var plan = new Planner(components, directory).plan(orchestration, PlanOptions.DEFAULT);
      assertFalse(plan.jobs().isEmpty());
    } catch (InvalidOrchestrationException e) {
      throw new AssertionError(block.document + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> documents() throws IOException {
    List<Path> documents = new ArrayList<>();
    documents.add(ROOT.resolve("README.md"));
    documents.add(ROOT.resolve("CONTRIBUTING.md"));
    try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      docs.filter(file -> file.toString().endsWith(".md")).sorted().forEach(documents::add);
    }
    return documents;
  }

  private static List<Block> blocks(Path document) throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(document));
    while (matcher.find()) {
      blocks.add(new Block(document, matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /** As a shell would split what documents show: words, and words in single quotes. */
  private static List<String> words(String command) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(command);
    matcher.find();
    while (matcher.find()) {
      words.add(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
    }
    return words;
  }
}
