package io.directord.common.config;

import io.directord.common.security.SharedKeyFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the secrets lie by which server and node know each other, if they are not settings: in
 * files beside the configuration file, which are read as they are when they are needed.
 */
public record KeyPlaces(Settings settings) {
  private static final String JOIN_TOKEN = "join_token";

  /** Whether secrets are used at all, rather than CURVE key files or no security. */
  public boolean areUsed() {
    return !settings.get(Settings.INSECURE) && !settings.get(Settings.CURVE_ENCRYPTION);
  }

  /** The file of a node's shared key; of a server it is always the one beside the configuration. */
  public Path sharedKey() {
    Path own = SharedKeyFile.beside(configFile());
    // The system's directory may be read-only, and then is not where settings are.
    Path system = SharedKeyFile.beside(Settings.CONFIG_FILE.defaultValue());
    return !Files.exists(own) && Files.isReadable(system) ? system : own;
  }

  /** The file of the second shared key: beside the first one. */
  public Path sharedKeyNext() {
    return SharedKeyFile.nextBeside(
        settings.get(Settings.SHARED_KEY) == null ? sharedKey() : configFile());
  }

  /** The file of a node's join token. */
  public Path joinToken() {
    return configFile().resolveSibling(JOIN_TOKEN);
  }

  private Path configFile() {
    return settings.get(Settings.CONFIG_FILE);
  }

  /** Whether there is a shared key, so that a node uses no join token. */
  public boolean hasSharedKey() {
    return settings.get(Settings.SHARED_KEY) != null || Files.exists(sharedKey());
  }

  /**
   * The file whose content counts as the value of a setting that is not set; empty if the setting
   * is set, is none of these secrets, or has no such file.
   */
  public Optional<Path> fileOf(Setting<?> setting) {
    Path file = null;
    if (setting == Settings.SHARED_KEY) {
      file = sharedKey();
    } else if (setting == Settings.SHARED_KEY_NEXT) {
      file = sharedKeyNext();
    } else if (setting == Settings.JOIN_TOKEN) {
      file = joinToken();
    }
    return Optional.ofNullable(file)
        .filter(there -> areUsed() && settings.get(setting) == null)
        .filter(Files::exists);
  }
}
