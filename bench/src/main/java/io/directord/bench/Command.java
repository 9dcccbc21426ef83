package io.directord.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs programs to their end, and says what they said if they fail. */
final class Command {
  private static final File NOTHING = new File("/dev/null");

  private Command() {}

  /** Starts it with all output in one file. */
  static Process start(List<String> words, Map<String, String> environment, Path output)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(NOTHING)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }

  /**
   * @throws IOException if its exit status is not 0, with the end of its output
   */
  static void run(List<String> words, Map<String, String> environment, Path output)
      throws IOException, InterruptedException {
    int status = start(words, environment, output).waitFor();
    if (status != 0) {
      throw new IOException(
          String.join(" ", words) + " ended with " + status + ": " + tail(output));
    }
  }

  /** The last lines of a file, for an error message. */
  static String tail(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }
}
