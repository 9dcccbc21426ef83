package io.directord.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The wall clock as processes see it, set while they run: by libfaketime, where it is installed
 * (Debian: {@code libfaketime}). Their monotonic clock goes on as it is, as on a real machine.
 */
final class SettableClock {
  private static final Path LIBRARIES = Path.of("/usr/lib");
  private static final String LIBRARY = "faketime/libfaketimeMT.so.1";

  private final Path file;
  private final Path library;

  /**
   * @param directory for the file that says how far it is off
   */
  SettableClock(Path directory) throws IOException {
    this.file = directory.resolve("clock");
    this.library = library();
    set(Duration.ZERO);
  }

  private static Path library() throws IOException {
    try (Stream<Path> directories = Files.list(LIBRARIES)) {
      return Stream.concat(Stream.of(LIBRARIES), directories)
          .map(directory -> directory.resolve(LIBRARY))
          .filter(Files::exists)
          .findFirst()
          .orElse(null);
    }
  }

  boolean canBeSet() {
    return library != null;
  }

  /** For the processes that shall see it. */
  Map<String, String> environment() {
    return canBeSet()
        ? Map.of(
            "LD_PRELOAD", library.toString(),
            "FAKETIME_TIMESTAMP_FILE", file.toString(),
            "FAKETIME_CACHE_DURATION", "1",
            "FAKETIME_DONT_FAKE_MONOTONIC", "1",
            // With its remedy for another libc's waits, ours never end their waiting in time.
            "FAKETIME_FORCE_MONOTONIC_FIX", "0",
            "NO_FAKE_STAT", "1")
        : Map.of();
  }

  /** From about a second from now on. */
  void set(Duration offset) throws IOException {
    Path fresh =
        Files.writeString(file.resolveSibling("clock.new"), "%+d".formatted(offset.toSeconds()));
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
