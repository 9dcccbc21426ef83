package io.directord.common.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Makes {@link Settings} from the command line, the environment and the configuration file. */
public final class SettingsLoader {
  private final Map<Setting<?>, Object> values = new HashMap<>();
  private final List<String> mistakes = new ArrayList<>();

  private SettingsLoader() {}

  /**
   * @param commandLine texts as given, by setting
   * @param environment of the process
   * @throws InvalidSettingsException naming every mistake and where it stands
   */
  public static Settings load(Map<Setting<?>, String> commandLine, Map<String, String> environment)
      throws InvalidSettingsException {
    SettingsLoader loader = new SettingsLoader();
    commandLine.forEach((setting, text) -> loader.put(setting, text, "--" + setting.name()));
    loader.environment(environment);
    Settings sofar = new Settings(loader.values);
    loader.file(sofar.get(Settings.CONFIG_FILE), sofar.isSet(Settings.CONFIG_FILE));
    if (!loader.mistakes.isEmpty()) {
      throw new InvalidSettingsException(loader.mistakes);
    }
    return new Settings(loader.values);
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
    if (!Files.exists(file)) {
      if (demanded) {
        mistakes.add(file + ": this configuration file does not exist");
      }
      return;
    }
    Node root;
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(in);
    } catch (MarkedYAMLException e) {
      mistakes.add(at(file, e.getProblemMark().getLine()) + e.getProblem());
      return;
    } catch (IOException | RuntimeException e) {
      mistakes.add(file + ": cannot be read: " + e);
      return;
    }
    if (root == null) {
      return;
    }
    if (!(root instanceof MappingNode map)) {
      mistakes.add(at(file, root.getStartMark().getLine()) + "settings are 'key: value' lines");
      return;
    }
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple entry : map.getValue()) {
      fileEntry(file, entry, lines);
    }
  }

  private void fileEntry(Path file, NodeTuple entry, Map<String, Integer> lines) {
    int line = entry.getKeyNode().getStartMark().getLine();
    String where = at(file, line);
    if (!(entry.getKeyNode() instanceof ScalarNode key)
        || !(entry.getValueNode() instanceof ScalarNode value)) {
      mistakes.add(where + "settings are 'key: value' lines");
      return;
    }
    Map<String, Setting<?>> byKey = new HashMap<>();
    for (Setting<?> setting : Settings.ALL) {
      setting.allNames().forEach(name -> byKey.put(name.replace('-', '_'), setting));
    }
    Setting<?> setting = byKey.get(key.getValue());
    if (setting == null) {
      mistakes.add(
          where
              + "unknown key "
              + key.getValue()
              + Nearest.hint(key.getValue(), new TreeSet<>(byKey.keySet())));
      return;
    }
    Integer first = lines.putIfAbsent(setting.key(), line);
    if (first != null) {
      mistakes.add(where + key.getValue() + " is set in line " + (first + 1) + " too");
    } else if (!value.getTag().equals(Tag.NULL)) {
      put(setting, value.getValue(), where + key.getValue());
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

  private static String at(Path file, int line) {
    return file + ":" + (line + 1) + ": ";
  }
}
