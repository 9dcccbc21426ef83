package io.directord.common.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Identifies a boot of the machine: data written in the current one has not been lost by a crash of
 * it.
 */
public final class Boot {
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private Boot() {}

  /** The id of the machine's current boot; constant if the machine has none. */
  public static String id() {
    try {
      return Files.readString(FILE).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  static UUID uuid(String id) {
    return UUID.nameUUIDFromBytes(id.getBytes(StandardCharsets.UTF_8));
  }
}
