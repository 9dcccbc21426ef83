package io.directord.verbs.external;

import io.directord.common.config.Distribution;
import io.directord.common.config.Home;
import io.directord.common.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The directories of definitions and jars of verbs; the first that has a verb is used. */
public final class ComponentDirectories {
  private static final String NAME = "components";
  private static final Path SHARE = Path.of("share", "directord", NAME);

  private ComponentDirectories() {}

  /**
   * Beside the configuration file, the system's, the user's, those of packages, the distribution's.
   */
  public static List<Path> of(Settings settings) {
    String data = System.getenv("XDG_DATA_HOME");
    Path own =
        data != null && data.startsWith("/")
            ? Path.of(data, "directord", NAME)
            : Home.of(System.getenv()).resolve(".local").resolve(SHARE);
    return Stream.concat(
            Stream.of(
                settings.get(Settings.CONFIG_FILE).toAbsolutePath().resolveSibling(NAME),
                Settings.CONFIG_FILE.defaultValue().resolveSibling(NAME),
                own,
                Path.of("/usr/local").resolve(SHARE),
                Path.of("/usr").resolve(SHARE)),
            Distribution.home().map(home -> home.resolve("share").resolve(NAME)).stream())
        .distinct()
        .toList();
  }
}
