package io.directord.common.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Default paths: in the system's directories or, for a user without rights there, in those of the
 * XDG base directory specification. Server, client and command line all use this class, and so
 * agree.
 */
final class Places {
  private static final String NAME = "directord";

  private final Map<String, String> environment;
  private final Predicate<Path> writable;

  Places(Map<String, String> environment) {
    this(environment, Files::isWritable);
  }

  Places(Map<String, String> environment, Predicate<Path> writable) {
    this.environment = environment;
    this.writable = writable;
  }

  Map<Setting<?>, Object> all() {
    return Map.of(
        Settings.CONFIG_FILE, config(),
        Settings.STATE_PATH, directory(Settings.STATE_PATH, state()),
        Settings.CACHE_PATH, directory(Settings.CACHE_PATH, own("XDG_CACHE_HOME", ".cache")),
        Settings.SOCKET_PATH, socket());
  }

  /**
   * The user's own configuration takes precedence over the system's only if the user cannot write
   * the latter.
   */
  private Path config() {
    Path system = Settings.CONFIG_FILE.defaultValue();
    Path own = own("XDG_CONFIG_HOME", ".config").resolve(system.getFileName());
    return mayUse(system.getParent()) || (Files.exists(system) && !Files.exists(own))
        ? system
        : own;
  }

  private Path socket() {
    Path system = Settings.SOCKET_PATH.defaultValue();
    Optional<Path> image = ContainerImage.runtimeDirectory(environment);
    if (image.isPresent()) {
      return image.get().resolve(system.getFileName());
    }
    if (writable.test(system.getParent())) {
      return system;
    }
    String runtime = environment.get("XDG_RUNTIME_DIR");
    Path directory = runtime == null || runtime.isEmpty() ? state() : Path.of(runtime);
    return directory.resolve(system.getFileName());
  }

  private Path state() {
    return own("XDG_STATE_HOME", ".local/state");
  }

  private Path directory(Setting<Path> setting, Path own) {
    return mayUse(setting.defaultValue()) ? setting.defaultValue() : own;
  }

  private boolean mayUse(Path directory) {
    return writable.test(Files.exists(directory) ? directory : directory.getParent());
  }

  private Path own(String variable, String underHome) {
    String base = environment.get(variable);
    Path directory =
        base != null && base.startsWith("/")
            ? Path.of(base)
            : Home.of(environment).resolve(underHome);
    return directory.resolve(NAME);
  }
}
