package io.directord.cli.command;

import io.directord.cli.console.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.AutoComplete;

/** Writes the shell's completion of our command line to a file; the build runs it. */
final class Completion {
  private Completion() {}

  /**
   * @param words the file
   */
  public static void main(String[] words) throws IOException {
    Directord directord = new Directord(Map.of(), Console.ofProcess());
    Files.writeString(
        Path.of(words[0]), AutoComplete.bash("directord", directord.commandLine(List.of())));
  }
}
