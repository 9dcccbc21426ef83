package io.directord.client.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts commands with Java's own means, which have no process groups: through {@code setsid}, if
 * it is installed, at the cost of another program per command.
 */
final class JdkSpawner implements Spawner {
  private static final File NULL = new File("/dev/null");

  private final ClientEnvironment environment;
  private final Optional<String> setsid =
      Stream.of("/usr/bin/setsid", "/bin/setsid")
          .filter(path -> Files.isExecutable(Path.of(path)))
          .findFirst();

  JdkSpawner(ClientEnvironment environment) {
    this.environment = environment;
  }

  /** The shortcomings, for the log. */
  String consequence() {
    return setsid.isPresent()
        ? "commands are started through setsid, which takes longer"
        : "commands share the process group of this client, which a command such as \"kill 0\" ends;"
            + " install setsid (of util-linux) to avoid that";
  }

  @Override
  public Process start(List<String> words, Map<String, String> variables, long timerSlack)
      throws IOException {
    List<String> command = new ArrayList<>();
    setsid.ifPresent(command::add);
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).redirectInput(NULL);
    environment.applyTo(builder.environment());
    try {
      builder.environment().putAll(variables);
      return builder.start();
    } catch (IllegalArgumentException | LinkageError e) {
      throw new IOException(e.getMessage(), e);
    }
  }
}
