package io.directord.common.config;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the configuration file. Separate from the loader, so that a process without such a file
 * does not load a YAML parser.
 */
final class SettingsFile {
  private static final int MAX_BYTES = 1 << 20;

  /**
   * One {@code key: value} line and its place.
   *
   * @param value null if there is none after the colon
   */
  record Entry(Place.InFile place, String key, String value) {}

  private SettingsFile() {}

  /** The entries in order; errors of the file itself are added to {@code errors}. */
  static List<Entry> read(Path file, List<ValidationError> errors) {
    YamlReader yaml = new YamlReader(file, MAX_BYTES);
    List<Entry> entries = new ArrayList<>();
    try {
      Node root = yaml.compose();
      if (root instanceof MappingNode map) {
        YamlFields fields = new YamlFields(yaml);
        fields.all(map).values().forEach(field -> add(field, fields, yaml, entries));
      } else if (root != null && !YamlReader.isNull(root)) {
        yaml.note(root, "settings are 'key: value' lines");
      }
    } catch (UnreadableYamlException e) {
      errors.add(e.error());
    }
    errors.addAll(yaml.errors());
    return entries;
  }

  private static void add(Field field, YamlFields fields, YamlReader yaml, List<Entry> entries) {
    String text = fields.text(field);
    if (text != null || YamlReader.isNull(field.value())) {
      entries.add(new Entry(yaml.place(field.key()), field.name(), text));
    }
  }
}
