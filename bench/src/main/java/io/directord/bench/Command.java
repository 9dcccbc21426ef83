package io.directord.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs programs to their end; an error contains the end of their output. */
final class Command {
  private static final File NOTHING = new File("/dev/null");

  /** Timeout: the original now and then waits for a reply that it has lost. */
  private static final Duration LIMIT = Duration.ofMinutes(3);

  /** Enough for a stack trace. */
  private static final int TAIL_LINES = 20;

  /** Thrown for a program that had to be killed. */
  static final class HangsException extends IOException {
    private static final long serialVersionUID = 1;

    HangsException(List<String> words) {
      super(String.join(" ", words) + " had not ended after " + LIMIT.toSeconds() + " s");
    }
  }

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
   * @throws HangsException if it does not end in time
   * @throws IOException if its exit status is not 0, with the end of its output
   */
  static void run(List<String> words, Map<String, String> environment, Path output)
      throws IOException, InterruptedException {
    await(start(words, environment, output), words, output);
  }

  private static void await(Process process, List<String> words, Path output)
      throws IOException, InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new HangsException(words);
    }
    int status = process.exitValue();
    if (status != 0) {
      throw new IOException(
          String.join(" ", words) + " ended with " + status + ": " + tail(output));
    }
  }

  /**
   * Runs several at once.
   *
   * @throws IOException as {@link #run} does
   */
  static void runAll(List<List<String>> commands, Path output)
      throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (List<String> words : commands) {
      processes.add(start(words, Map.of(), output));
    }
    for (int i = 0; i < processes.size(); i++) {
      await(processes.get(i), commands.get(i), output);
    }
  }

  /** The last lines of a file, for an error message. */
  static String tail(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
  }
}
