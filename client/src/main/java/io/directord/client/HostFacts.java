package io.directord.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a node knows of the machine it runs on. */
final class HostFacts {
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /** What tells machines apart, the best first. */
  private static final List<Path> MACHINE_IDS =
      List.of(Path.of("/sys/class/dmi/id/product_uuid"), Path.of("/etc/machine-id"), BOOT_ID);

  private HostFacts() {}

  static String hostName() {
    return firstLine(HOST_NAME).orElse("localhost");
  }

  /** The machine's id, or else what the node is called. */
  static String machineId(String identity) {
    return MACHINE_IDS.stream()
        .map(HostFacts::firstLine)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(identity);
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
