package io.directord.common.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What the container image says to the processes in it, by a variable that it alone sets. */
public final class ContainerImage {
  /**
   * The folder of the socket, whoever the user is. No setting: a configuration file may still name
   * another socket.
   */
  private static final String RUNTIME_FOLDER = "DIRECTORD_RUNTIME_DIR";

  private ContainerImage() {}

  /** Where the socket lies by default; empty if this is no process of the image. */
  public static Optional<Path> runtimeFolder(Map<String, String> environment) {
    return Optional.ofNullable(environment.get(RUNTIME_FOLDER))
        .filter(folder -> !folder.isEmpty())
        .map(Path::of);
  }
}
