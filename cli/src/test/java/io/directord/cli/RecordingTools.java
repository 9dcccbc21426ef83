package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Programs that do nothing but note how they were called; a test says which of them fail and what
 * they print. Their directory goes first on the {@code PATH} of a node.
 */
final class RecordingTools {
  private final Path directory;
  private final List<String> names;

  /**
   * @param parent where their directory is made
   */
  RecordingTools(Path parent, String... names) throws IOException {
    this.directory = Files.createDirectories(parent.resolve("tools"));
    this.names = List.of(names);
    for (String name : names) {
      Path tool = directory.resolve(name);
      Files.writeString(
          tool,
          String.join(
              "\n",
              "#!/bin/sh",
              "echo \"" + name + " $*\" >> '" + log() + "'",
              "cat '" + said(name) + "' 2>/dev/null",
              "test ! -e '" + failing(name) + "'\n"));
      assertTrue(tool.toFile().setExecutable(true));
    }
  }

  Path directory() {
    return directory;
  }

  /** How they were called since the last {@link #forget}, in order. */
  List<String> calls() throws IOException {
    List<String> all = Files.exists(log()) ? Files.readAllLines(log()) : List.of();
    return all.stream().filter(call -> !call.startsWith("systemctl show ")).toList();
  }

  /** From now on it fails. */
  void fail(String name) throws IOException {
    Files.writeString(failing(name), "");
  }

  /** It fails no longer. */
  void heal(String name) throws IOException {
    Files.deleteIfExists(failing(name));
  }

  /** From now on it prints this line. */
  void say(String name, String line) throws IOException {
    Files.writeString(said(name), line + "\n");
  }

  /** As they were at first. */
  void forget() throws IOException {
    Files.deleteIfExists(log());
    for (String name : names) {
      heal(name);
      Files.deleteIfExists(said(name));
    }
  }

  private Path log() {
    return directory.resolve("calls.txt");
  }

  private Path failing(String name) {
    return directory.resolve(name + ".fails");
  }

  private Path said(String name) {
    return directory.resolve(name + ".says");
  }
}
