package io.directord.cli.systemd;

import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The systemd unit of a server or a client.
 *
 * @param mode {@code server} or {@code client}
 * @param text of the file
 */
public record Unit(String mode, String text) {
  /** Variables for server and client, which their units read. */
  public static final Path VARIABLES = Path.of("/etc/directord/environment");

  private static final Path PARENT_OF_STATE = Path.of("/var/lib");

  /** What {@link #write} has done. */
  public enum Change {
    WRITTEN,
    UNCHANGED,
    /** Another file of the name was left as it is. */
    REFUSED
  }

  /**
   * @param program the launcher
   * @param javaHome the Java runtime; null for the one of systemd's {@code PATH}
   * @param group of the server's socket, or of a client and its jobs; null for the default
   * @param given settings of the command line, by which it is started
   * @param settings the values that are in force, of all settings
   */
  public record Start(
      Path program,
      String javaHome,
      String group,
      Map<Setting<?>, String> given,
      Function<Setting<?>, Object> settings) {}

  public static Unit ofServer(Start start) {
    List<String> lines = new ArrayList<>();
    lines.add(command(start, "server", start.group() == null ? List.of() : socketGroup(start)));
    String text =
        template("server")
            .replace("@SERVICE@", service(lines, start))
            .replace("@WRITABLE@", writable(start.settings()));
    return new Unit("server", text);
  }

  public static Unit ofClient(Start start) {
    List<String> lines = new ArrayList<>();
    if (start.group() != null) {
      lines.add("Group=" + start.group().replace("%", "%%"));
    }
    lines.add(command(start, "client", List.of()));
    return new Unit("client", template("client").replace("@SERVICE@", service(lines, start)));
  }

  public String name() {
    return "directord-" + mode + ".service";
  }

  /**
   * Writes the file, unless it is there.
   *
   * @param force replace another file of the name
   */
  public Change write(Path directory, boolean force) throws IOException {
    Path file = directory.resolve(name());
    if (Files.exists(file)) {
      if (Files.readString(file).equals(text)) {
        return Change.UNCHANGED;
      }
      if (!force) {
        return Change.REFUSED;
      }
    }
    Files.createDirectories(directory);
    Path fresh = Files.createTempFile(directory, ".directord-", ".new");
    try {
      Files.writeString(fresh, text);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
    return Change.WRITTEN;
  }

  private static String template(String mode) {
    try (InputStream in = Unit.class.getResourceAsStream("directord-" + mode + ".service")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the unit in this installation cannot be read", e);
    }
  }

  private static String service(List<String> lines, Start start) {
    if (start.javaHome() != null) {
      lines.add("Environment=" + quoted("JAVA_HOME=" + start.javaHome()));
    }
    return String.join("\n", lines);
  }

  private static List<String> socketGroup(Start start) {
    return List.of("--" + Settings.SOCKET_GROUP.name(), start.group());
  }

  private static String command(Start start, String mode, List<String> more) {
    List<String> words = new ArrayList<>();
    words.add(start.program().toString());
    words.addAll(options(start, true));
    words.addAll(more);
    words.add(mode);
    words.addAll(options(start, false));
    return words.stream()
        .map(word -> quoted(word).replace("$", "$$"))
        .collect(Collectors.joining(" ", "ExecStart=", ""));
  }

  /** Those that stand before the mode, or behind it. */
  private static List<String> options(Start start, boolean global) {
    List<String> words = new ArrayList<>();
    start.given().keySet().stream()
        .filter(setting -> (setting.scope() == Setting.Scope.GLOBAL) == global)
        .sorted(Comparator.comparing(Setting::name))
        .forEach(
            setting -> {
              words.add("--" + setting.name());
              if (!setting.isFlag()) {
                // A path may be relative to where the command is given.
                words.add(
                    start.settings().apply(setting) instanceof Path path
                        ? path.toString()
                        : start.given().get(setting));
              }
            });
    return words;
  }

  private static String writable(Function<Setting<?>, Object> settings) {
    List<String> lines = new ArrayList<>();
    List<Path> paths = new ArrayList<>();
    paths.add(((Path) settings.apply(Settings.CONFIG_FILE)).getParent());
    paths.add(((Path) settings.apply(Settings.SOCKET_PATH)).getParent());
    Path state = (Path) settings.apply(Settings.STATE_PATH);
    if (state.startsWith(PARENT_OF_STATE)) {
      lines.add("StateDirectory=" + quoted(PARENT_OF_STATE.relativize(state).toString()));
      lines.add("StateDirectoryMode=0700");
    } else {
      paths.add(state);
    }
    String datastore = (String) settings.apply(Settings.DATASTORE);
    if (datastore.startsWith("file:")) {
      paths.add(Path.of(URI.create(datastore)));
    }
    lines.add(
        paths.stream()
            .distinct()
            .map(path -> quoted("-" + path))
            .collect(Collectors.joining(" ", "ReadWritePaths=", "")));
    return String.join("\n", lines);
  }

  /** One word of a unit. */
  private static String quoted(String word) {
    String literal = word.replace("%", "%%");
    return literal.matches("[\\w@:,./+=%-]+")
        ? literal
        : '"' + literal.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
