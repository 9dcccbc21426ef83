package io.directord.common.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The environment variable by which the container image configures its processes. */
public final class ContainerImage {
  /**
   * The directory of the socket, for any user. Not a setting, since a configuration file may name
   * another socket.
   */
  private static final String RUNTIME_DIRECTORY = "DIRECTORD_RUNTIME_DIR";

  private ContainerImage() {}

  /** The default path of the socket; empty outside the image. */
  public static Optional<Path> runtimeDirectory(Map<String, String> environment) {
    String directory = environment.get(RUNTIME_DIRECTORY);
    return directory == null || directory.isEmpty()
        ? Optional.empty()
        : Optional.of(Path.of(directory));
  }
}
