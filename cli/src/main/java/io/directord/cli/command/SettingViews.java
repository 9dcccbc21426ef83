package io.directord.cli.command;

import io.directord.cli.context.Contexts;
import io.directord.cli.context.Servers;
import io.directord.client.ClientStatus;
import io.directord.common.config.KeyPlaces;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Place;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes {@link SettingView}s of the settings in force, and of what counts where one is not set. */
final class SettingViews {
  private static final String DEFAULT = "default";

  private final Settings settings;
  private final Map<String, String> environment;
  private final KeyPlaces keys;

  SettingViews(Settings settings, Map<String, String> environment) {
    this.settings = settings;
    this.environment = environment;
    this.keys = new KeyPlaces(settings);
  }

  /** All settings, in the order of the documentation. */
  List<SettingView> all() {
    List<SettingView> all = new ArrayList<>();
    Settings.ALL.forEach(setting -> all.add(of(setting)));
    all.add(of(Settings.GROUPS));
    all.add(of(Settings.ROLES));
    all.add(of(Settings.HOOKS));
    return all;
  }

  private SettingView of(Setting<?> setting) {
    if (setting.secret()) {
      return secret(setting);
    }
    if (setting == Settings.CONTEXT && settings.get(setting) == null) {
      return context();
    }
    String from = from(setting);
    if (setting == Settings.SOCKET_PATH
        && !settings.serverSocket().equals(settings.get(Settings.SOCKET_PATH))) {
      from += "; commands here use " + settings.serverSocket() + ", which exists";
    }
    if (setting == Settings.CURVE_ENCRYPTION && settings.get(Settings.CURVE_ENCRYPTION)) {
      Path directory = settings.get(Settings.CONFIG_FILE).toAbsolutePath().getParent();
      from += "; the keys are in private_keys and public_keys of " + directory;
    }
    return SettingView.of(setting, settings.get(setting), from);
  }

  private String from(Setting<?> setting) {
    return settings.origin(setting).map(Place::toString).orElse(DEFAULT);
  }

  /** The view of a secret. Where the setting is not set, its file is shown. */
  private SettingView secret(Setting<?> setting) {
    Optional<Path> file = keys.fileOf(setting);
    boolean isThere = file.isPresent() || settings.get(setting) != null;
    String from = file.map(Path::toString).orElseGet(() -> from(setting));
    return SettingView.of(
        setting, isThere ? SettingView.HIDDEN : null, from + use(setting, isThere));
  }

  /** Who uses it, if not all that it is for do; empty otherwise. */
  private String use(Setting<?> setting, boolean isThere) {
    boolean isSharedKey = setting == Settings.SHARED_KEY || setting == Settings.SHARED_KEY_NEXT;
    boolean isJoinToken = setting == Settings.JOIN_TOKEN;
    if (isThere && (isSharedKey || isJoinToken) && !keys.areUsed()) {
      return "; not used with "
          + (settings.get(Settings.INSECURE) ? Settings.INSECURE : Settings.CURVE_ENCRYPTION).key();
    }
    if (isJoinToken && isThere && keys.hasSharedKey()) {
      return "; not used, since there is a shared key";
    }
    if (isJoinToken && !isThere && keys.areUsed() && !keys.hasSharedKey()) {
      return ClientStatus.serverKeys(settings.get(Settings.STATE_PATH))
          .map(file -> "; this node has joined, and knows the server by " + file)
          .orElse("");
    }
    boolean isOfSystem =
        isSharedKey
            && keys.fileOf(setting)
                .filter(
                    file ->
                        !file.toAbsolutePath()
                            .getParent()
                            .equals(
                                settings.get(Settings.CONFIG_FILE).toAbsolutePath().getParent()))
                .isPresent();
    return isOfSystem ? "; for a client alone" : "";
  }

  private SettingView context() {
    Contexts contexts = Contexts.of(environment);
    try {
      Optional<String> inUse = Servers.inUse(settings, contexts);
      return SettingView.of(
          Settings.CONTEXT,
          inUse.orElse(null),
          inUse.isPresent() ? contexts.file().toString() : DEFAULT);
    } catch (IOException e) {
      return SettingView.of(Settings.CONTEXT, null, DEFAULT + "; " + IoErrors.sayWhere(e));
    }
  }
}
