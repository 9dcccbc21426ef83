package io.directord.common.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** Tells one start of the machine from the next: what was written in this one is still there. */
public final class Boot {
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");

  private Boot() {}

  /** The id of the machine's present start; always the same if the machine gives none. */
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
