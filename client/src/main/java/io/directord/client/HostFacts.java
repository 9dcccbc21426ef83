package io.directord.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Facts of the machine that a node runs on. */
final class HostFacts {
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** Files with unique ids of the machine, the best first. */
  private static final List<String> MACHINE_IDS =
      List.of("sys/class/dmi/id/product_uuid", "etc/machine-id", "proc/sys/kernel/random/boot_id");

  /** Files that podman and docker make in every container. */
  private static final List<String> CONTAINER_MARKS = List.of("run/.containerenv", ".dockerenv");

  /** Variables that container managers set: podman and systemd the first, Kubernetes the other. */
  private static final List<String> CONTAINER_VARIABLES =
      List.of("container", "KUBERNETES_SERVICE_HOST");

  private HostFacts() {}

  static String hostName() {
    return firstLine(HOST_NAME).orElse("localhost");
  }

  /**
   * The machine's id, or else the node's name. In a container it is always the name, since the
   * system's id there is that of the host, the same in all its containers.
   */
  static String machineId(String identity) {
    return machineId(identity, Path.of("/"), System.getenv());
  }

  static String machineId(String identity, Path root, Map<String, String> environment) {
    if (isContainer(root, environment)) {
      return identity;
    }
    return MACHINE_IDS.stream()
        .map(root::resolve)
        .map(HostFacts::firstLine)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(identity);
  }

  static boolean isContainer() {
    return isContainer(Path.of("/"), System.getenv());
  }

  private static boolean isContainer(Path root, Map<String, String> environment) {
    return CONTAINER_MARKS.stream().anyMatch(mark -> Files.exists(root.resolve(mark)))
        || CONTAINER_VARIABLES.stream().anyMatch(environment::containsKey);
  }

  static Duration uptime() {
    return firstLine(UPTIME)
        .map(line -> Duration.ofMillis((long) (Double.parseDouble(line.split(" ")[0]) * 1000)))
        .orElse(Duration.ZERO);
  }

  private static Optional<String> firstLine(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).findFirst();
    } catch (IOException | java.io.UncheckedIOException e) {
      // Not readable for this user, or not there on this system: the next source is asked.
      return Optional.empty();
    }
  }
}
