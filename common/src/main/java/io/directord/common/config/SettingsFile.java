package io.directord.common.config;

import io.directord.common.target.TargetGroups;
import io.directord.common.target.TargetList;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.SequenceNode;

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
   * @param read instead of a value, for the keys of groups and roles; else null
   */
  record Entry(Place.InFile place, String key, String value, Object read) {
    Entry(Place.InFile place, String key, String value) {
      this(place, key, value, null);
    }
  }

  private SettingsFile() {}

  /**
   * The entries in order, without a value where the key is not one of {@code known}; errors of the
   * file itself are added to {@code errors}.
   */
  static List<Entry> read(Path file, Set<String> known, List<ValidationError> errors) {
    YamlReader yaml = new YamlReader(file, MAX_BYTES);
    List<Entry> entries = new ArrayList<>();
    try {
      Node root = yaml.compose();
      if (root instanceof MappingNode map) {
        YamlFields fields = new YamlFields(yaml);
        for (Field field : fields.all(map).values()) {
          if (known.contains(field.name())) {
            add(field, fields, yaml, entries);
          } else {
            entries.add(new Entry(yaml.place(field.key()), field.name(), null));
          }
        }
      } else if (root != null && !YamlReader.isNull(root)) {
        yaml.note(root, "settings are 'key: value' lines");
      }
    } catch (UnreadableYamlException e) {
      errors.add(e.error());
    }
    errors.addAll(yaml.errors());
    return entries;
  }

  private static TargetGroups groups(Field field, YamlFields fields, YamlReader yaml) {
    if (!(field.value() instanceof MappingNode map)) {
      yaml.note(field.value(), "groups are a mapping, such as 'web: [web-*]'");
      return TargetGroups.NONE;
    }
    List<TargetGroups.Written> groups = new ArrayList<>();
    for (Field group : fields.all(map).values()) {
      List<Node> nodes =
          group.value() instanceof SequenceNode list ? list.getValue() : List.of(group.value());
      List<TargetList.Line> lines = new ArrayList<>();
      for (Node node : nodes) {
        String text = fields.text(new Field(group.name(), node, node));
        if (text != null) {
          lines.add(new TargetList.Line(text, yaml.placeOfText(node)));
        }
      }
      groups.add(new TargetGroups.Written(group.name(), yaml.place(group.key()), lines));
    }
    return TargetGroups.of(groups, yaml.errors());
  }

  private static final Set<String> ROLE_KEYS = Set.of("who", "verbs", "targets", "also", "hooks");

  private static RoleSettings roles(Field field, YamlFields fields, YamlReader yaml) {
    if (!(field.value() instanceof MappingNode map)) {
      yaml.note(
          field.value(), "roles are a mapping, such as 'web-ops: {verbs: [RUN], targets: web-*}'");
      return RoleSettings.NONE;
    }
    List<RoleSettings.Role> roles = new ArrayList<>();
    for (Field role : fields.all(map).values()) {
      Map<String, Field> keys = fields.of(role.value(), ROLE_KEYS);
      Set<RoleSettings.Also> also = EnumSet.noneOf(RoleSettings.Also.class);
      for (RoleSettings.Word word : words(keys.get("also"), fields, yaml)) {
        RoleSettings.Also one = RoleSettings.also(word, yaml.errors());
        if (one != null) {
          also.add(one);
        }
      }
      roles.add(
          new RoleSettings.Role(
              new RoleSettings.Word(role.name(), yaml.place(role.key())),
              words(keys.get("who"), fields, yaml),
              words(keys.get("verbs"), fields, yaml),
              words(keys.get("targets"), fields, yaml).stream()
                  .map(word -> new TargetList.Line(word.text(), word.place()))
                  .toList(),
              also,
              words(keys.get("hooks"), fields, yaml)));
    }
    return new RoleSettings(roles);
  }

  /** A list of texts, or one text. */
  private static List<RoleSettings.Word> words(Field field, YamlFields fields, YamlReader yaml) {
    if (field == null || YamlReader.isNull(field.value())) {
      return List.of();
    }
    List<Node> nodes =
        field.value() instanceof SequenceNode list ? list.getValue() : List.of(field.value());
    List<RoleSettings.Word> words = new ArrayList<>();
    for (Node node : nodes) {
      String text = fields.text(new Field(field.name(), node, node));
      if (text != null) {
        words.add(new RoleSettings.Word(text, yaml.placeOfText(node)));
      }
    }
    return words;
  }

  private static boolean isVerbs(String key) {
    return key.equals(Settings.ALLOW_VERBS.key()) || key.equals(Settings.DENY_VERBS.key());
  }

  private static void add(Field field, YamlFields fields, YamlReader yaml, List<Entry> entries) {
    if (field.name().equals(Settings.GROUPS.key())) {
      entries.add(
          new Entry(yaml.place(field.key()), field.name(), null, groups(field, fields, yaml)));
      return;
    }
    if (field.name().equals(Settings.ROLES.key())) {
      entries.add(
          new Entry(yaml.place(field.key()), field.name(), null, roles(field, fields, yaml)));
      return;
    }
    if (field.name().equals(Settings.HOOKS.key())) {
      entries.add(
          new Entry(
              yaml.place(field.key()),
              field.name(),
              null,
              new HookFields(fields, yaml).read(field)));
      return;
    }
    if (field.name().equals(Settings.LABELS.key()) && field.value() instanceof MappingNode map) {
      String labels =
          fields.all(map).values().stream()
              .map(label -> label.name() + "=" + fields.text(label))
              .collect(Collectors.joining(","));
      entries.add(new Entry(yaml.place(field.key()), field.name(), labels));
      return;
    }
    if (isVerbs(field.name()) && field.value() instanceof SequenceNode) {
      String verbs =
          words(field, fields, yaml).stream()
              .map(RoleSettings.Word::text)
              .collect(Collectors.joining(","));
      entries.add(new Entry(yaml.place(field.key()), field.name(), verbs));
      return;
    }
    String text = fields.text(field);
    if (text != null || YamlReader.isNull(field.value())) {
      entries.add(new Entry(yaml.place(field.key()), field.name(), text));
    }
  }
}
