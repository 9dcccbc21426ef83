package io.directord.common.config;

import io.directord.common.job.UrlPasswords;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes {@link Settings} from the command line, the environment and the configuration file. */
public final class SettingsLoader {
  /** Reads a secret from standard input. */
  private static final String STANDARD_INPUT = "-";

  /** The settings by all keys that they have in a file, sorted. */
  private static final Map<String, Setting<?>> BY_KEY = byKey();

  private final Map<Setting<?>, Object> values = new HashMap<>();
  private final Map<String, Place> origins = new HashMap<>();
  private final List<ValidationError> errors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private Path unreadFile;

  private SettingsLoader() {}

  private static Map<String, Setting<?>> byKey() {
    Map<String, Setting<?>> byKey = new TreeMap<>();
    for (Setting<?> setting : Settings.ALL) {
      setting.allNames().forEach(name -> byKey.put(name.replace('-', '_'), setting));
    }
    for (Setting<?> setting :
        List.of(Settings.GROUPS, Settings.ROLES, Settings.HOOKS, Settings.VERSION)) {
      byKey.put(setting.key(), setting);
    }
    return byKey;
  }

  /**
   * @param commandLine values as given, by setting
   * @param environment of the process
   * @throws InvalidSettingsException with all errors and their places
   */
  public static Settings load(Map<Setting<?>, String> commandLine, Map<String, String> environment)
      throws InvalidSettingsException {
    SettingsLoader loader = new SettingsLoader();
    Map<Setting<?>, Object> places = new Places(environment).all();
    commandLine.forEach(loader::option);
    loader.environment(environment);
    Settings sofar = new Settings(loader.values, places, Map.of(), null, List.of());
    loader.file(sofar.get(Settings.CONFIG_FILE), sofar.isSet(Settings.CONFIG_FILE));
    Settings sound =
        new Settings(loader.values, places, loader.origins, loader.unreadFile, loader.warnings);
    sound
        .get(Settings.ROLES)
        .check(sound.get(Settings.GROUPS), sound.get(Settings.HOOKS).startable(), loader.errors);
    if (!loader.errors.isEmpty()) {
      throw new InvalidSettingsException(loader.errors, sound);
    }
    return sound;
  }

  private void option(Setting<?> setting, String text) {
    if (setting.secret() && text.equals(STANDARD_INPUT)) {
      readSecret(setting);
      return;
    }
    put(setting, text, new Place.Key("--" + setting.name()), "");
    if (isSecret(setting, text)) {
      warnings.add(
          "--"
              + setting.name()
              + " shows its value to every user of this machine, in the list of processes: give it"
              + (setting.secret() ? " as '--" + setting.name() + " -' on standard input," : "")
              + " as "
              + setting.variables().get(0)
              + ", or in the configuration file");
    }
  }

  private static boolean isSecret(Setting<?> setting, String text) {
    return setting.secret() || !UrlPasswords.hidden(text).equals(text);
  }

  private void readSecret(Setting<?> setting) {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      put(setting, line == null ? "" : line.strip(), new Place.Key("standard input"), "");
    } catch (IOException e) {
      errors.add(new Place.Key("standard input").error(IoErrors.sayWhere(e)));
    }
  }

  private void environment(Map<String, String> environment) {
    for (Setting<?> setting : Settings.ALL) {
      for (String variable : setting.variables()) {
        String text = environment.get(variable);
        if (text != null && !text.isEmpty()) {
          put(setting, text, new Place.Key(variable), "");
        }
      }
    }
  }

  private void file(Path file, boolean demanded) {
    if (!demanded && Files.exists(file) && !Files.isReadable(file)) {
      unreadFile = file;
    } else if (Files.exists(file)) {
      Map<String, Place.InFile> places = new HashMap<>();
      List<SettingsFile.Entry> entries = SettingsFile.read(file, BY_KEY.keySet(), errors);
      if (entries.stream().noneMatch(this::isLater)) {
        entries.forEach(entry -> fileEntry(file, entry, places));
      }
    } else if (demanded) {
      errors.add(new Place.InFile(file, 0, 0).error("this configuration file does not exist"));
    }
  }

  /** Notes that this version knows no file of that format; what else it has is not known either. */
  private boolean isLater(SettingsFile.Entry entry) {
    boolean later =
        entry.key().equals(Settings.VERSION.key())
            && entry.value() != null
            && entry.value().matches("[1-9][0-9]{0,8}")
            && Integer.parseInt(entry.value()) > Settings.VERSION.defaultValue();
    if (later) {
      errors.add(
          entry
              .place()
              .error(
                  "a later version of directord has the version "
                      + entry.value()
                      + " of this file; this one, "
                      + Product.version()
                      + ", reads up to "
                      + Settings.VERSION.defaultValue()
                      + ": install that one, or put back the file from before the upgrade"));
    }
    return later;
  }

  private static boolean isReadByOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException e) {
      // The file was read a moment ago; a failure of this check must not prevent the start.
      return false;
    }
  }

  private void fileEntry(Path file, SettingsFile.Entry entry, Map<String, Place.InFile> places) {
    Setting<?> setting = BY_KEY.get(entry.key());
    if (entry.read() != null) {
      values.put(setting, entry.read());
      origins.put(setting.name(), entry.place());
      return;
    }
    if (setting == null) {
      errors.add(
          entry
              .place()
              .error("unknown key " + entry.key() + Nearest.hint(entry.key(), BY_KEY.keySet())));
      return;
    }
    Place.InFile first = places.putIfAbsent(setting.key(), entry.place());
    if (first != null) {
      errors.add(entry.place().error(entry.key() + " is set in line " + first.line() + " too"));
    } else if (entry.value() != null) {
      put(setting, entry.value(), entry.place(), entry.key() + ": ");
      if (isSecret(setting, entry.value()) && isReadByOthers(file)) {
        warnings.add(
            entry.place() + ": " + entry.key() + " can be read by every user: chmod o-r " + file);
      }
    }
  }

  /** Keeps the first value that is given, since the sources are read in order of precedence. */
  private void put(Setting<?> setting, String text, Place place, String key) {
    if (values.containsKey(setting)) {
      return;
    }
    try {
      values.put(setting, setting.type().parser().apply(text));
      origins.put(setting.name(), place);
    } catch (IllegalArgumentException e) {
      errors.add(
          place.error(
              key + (setting.secret() && !text.isBlank() ? "unusable value" : e.getMessage())));
    }
  }
}
