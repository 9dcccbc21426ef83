package io.directord.common.config;

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
import java.util.TreeSet;

/** Makes {@link Settings} from the command line, the environment and the configuration file. */
public final class SettingsLoader {
  /** In the place of a secret on the command line. */
  private static final String STANDARD_INPUT = "-";

  private final Map<Setting<?>, Object> values = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private Path unreadFile;

  private SettingsLoader() {}

  /**
   * @param commandLine texts as given, by setting
   * @param environment of the process
   * @throws InvalidSettingsException naming every mistake and where it stands
   */
  public static Settings load(Map<Setting<?>, String> commandLine, Map<String, String> environment)
      throws InvalidSettingsException {
    SettingsLoader loader = new SettingsLoader();
    Map<Setting<?>, Object> places = new Places(environment).all();
    commandLine.forEach(loader::option);
    loader.environment(environment);
    Settings sofar = new Settings(loader.values, places, null, List.of());
    loader.file(sofar.get(Settings.CONFIG_FILE), sofar.isSet(Settings.CONFIG_FILE));
    if (!loader.mistakes.isEmpty()) {
      throw new InvalidSettingsException(loader.mistakes);
    }
    return new Settings(loader.values, places, loader.unreadFile, loader.warnings);
  }

  private void option(Setting<?> setting, String text) {
    if (setting.secret() && text.equals(STANDARD_INPUT)) {
      readSecret(setting);
      return;
    }
    put(setting, text, "--" + setting.name());
    if (setting.secret()) {
      warnings.add(
          "--"
              + setting.name()
              + " shows its value to every user of this machine, in the list of processes: give it"
              + " as '--"
              + setting.name()
              + " -' on standard input, as "
              + setting.variables().get(0)
              + ", or in the configuration file");
    }
  }

  private void readSecret(Setting<?> setting) {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      put(setting, line == null ? "" : line.strip(), "standard input");
    } catch (IOException e) {
      mistakes.add("standard input: " + e.getMessage());
    }
  }

  private void environment(Map<String, String> environment) {
    for (Setting<?> setting : Settings.ALL) {
      for (String variable : setting.variables()) {
        String text = environment.get(variable);
        if (text != null && !text.isEmpty()) {
          put(setting, text, variable);
        }
      }
    }
  }

  private void file(Path file, boolean demanded) {
    if (!demanded && Files.exists(file) && !Files.isReadable(file)) {
      unreadFile = file;
    } else if (Files.exists(file)) {
      Map<String, Integer> lines = new HashMap<>();
      SettingsFile.read(file, mistakes::add).forEach(entry -> fileEntry(file, entry, lines));
    } else if (demanded) {
      mistakes.add(file + ": this configuration file does not exist");
    }
  }

  private static boolean isReadByOthers(Path file) {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException e) {
      // It was read a moment ago; what cannot be found out now is no reason not to start.
      return false;
    }
  }

  private void fileEntry(Path file, SettingsFile.Entry entry, Map<String, Integer> lines) {
    Map<String, Setting<?>> byKey = new HashMap<>();
    for (Setting<?> setting : Settings.ALL) {
      setting.allNames().forEach(name -> byKey.put(name.replace('-', '_'), setting));
    }
    Setting<?> setting = byKey.get(entry.key());
    if (setting == null) {
      mistakes.add(
          entry.where()
              + "unknown key "
              + entry.key()
              + Nearest.hint(entry.key(), new TreeSet<>(byKey.keySet())));
      return;
    }
    Integer first = lines.putIfAbsent(setting.key(), entry.line());
    if (first != null) {
      mistakes.add(entry.where() + entry.key() + " is set in line " + first + " too");
    } else if (entry.value() != null) {
      put(setting, entry.value(), entry.where() + entry.key());
      if (setting.secret() && isReadByOthers(file)) {
        warnings.add(entry.where() + entry.key() + " can be read by every user: chmod o-r " + file);
      }
    }
  }

  /** Keeps the first value that is given, since the sources are read in order of precedence. */
  private void put(Setting<?> setting, String text, String where) {
    if (values.containsKey(setting)) {
      return;
    }
    try {
      values.put(setting, setting.parser().apply(text));
    } catch (IllegalArgumentException e) {
      mistakes.add(where + ": " + (setting.secret() ? "unusable value" : e.getMessage()));
    }
  }
}
