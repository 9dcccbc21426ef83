package io.directord.common.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The archive of loaded classes with which processes of this distribution start in a fraction of
 * the time. It holds for one directory and one Java runtime; the runtime takes any other for none,
 * and says nothing. What a process has mapped is what the kernel says of it.
 */
public final class ClassArchive {
  private static final Path MAPPED = Path.of("/proc/self/maps");
  private static final Path MAKER = Path.of("share", "archive-classes.sh");

  private ClassArchive() {}

  /**
   * That this process runs without it, and what to do, for people; empty if it has it, runs from no
   * distribution, or that cannot be known.
   */
  public static Optional<String> unused() {
    try {
      Optional<Path> home = Distribution.home();
      return home.isEmpty()
          ? Optional.empty()
          : unused(
              home.get(),
              Runtime.version().feature(),
              Files.readString(MAPPED),
              System.getenv("DIRECTORD_JAVA_OPTS"));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @param version of the Java runtime
   * @param mapped what the process has mapped, a file a line
   * @param options of the user for the runtime; may be null
   */
  static Optional<String> unused(Path home, int version, String mapped, String options) {
    Path archive = Path.of("lib", "directord-" + version + ".jsa");
    if (mapped.lines().anyMatch(line -> line.endsWith("/" + archive))) {
      return Optional.empty();
    }
    boolean isThere = Files.exists(home.resolve(archive));
    boolean hasOptions = options != null && !options.isBlank();
    return Optional.of(
        "commands and services start about three times slower than they could, since there is no"
            + " archive of classes for this directory and this Java ("
            + home.resolve(archive)
            + (isThere ? " is of others" : " is not there")
            + (isThere && hasOptions ? ", or not for these DIRECTORD_JAVA_OPTS" : "")
            + "): '"
            + home.resolve(MAKER)
            + "' makes it");
  }
}
