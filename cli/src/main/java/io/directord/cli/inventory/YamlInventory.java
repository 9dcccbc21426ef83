package io.directord.cli.inventory;

import io.directord.common.validation.Place;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlReader;
import io.directord.common.yaml.YamlValues;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads an inventory in Ansible's YAML form, as {@code ansible-inventory --list --yaml} too. */
final class YamlInventory {
  private static final Set<String> KEYS = Set.of("hosts", "vars", "children");
  private static final Node NOTHING =
      new ScalarNode(Tag.NULL, "", null, null, DumperOptions.ScalarStyle.PLAIN);

  private static final int MAX_DEPTH = 50;
  private static final int MAX_GROUPS_READ = 20_000;

  private final YamlReader yaml;
  private final Inventory inventory;
  private final YamlFields fields;
  private final YamlValues values;
  private final VariableFiles variables;
  private int read;

  YamlInventory(YamlReader yaml, Inventory inventory) {
    this.yaml = yaml;
    this.inventory = inventory;
    this.fields = new YamlFields(yaml);
    this.values = new YamlValues(yaml);
    this.variables = new VariableFiles(inventory);
  }

  void read() throws UnreadableYamlException {
    Node document = yaml.compose();
    if (!(document instanceof MappingNode map)) {
      inventory.error(yaml.place(document), "groups are expected here: name: {hosts: ...}");
      return;
    }
    var groups = fields.all(map);
    if (groups.containsKey("plugin")) {
      inventory.error(
          yaml.place(groups.get("plugin").key()),
          "this asks a plugin for the hosts: " + AnsibleInventory.AS_YAML);
      return;
    }
    for (YamlFields.Field group : groups.values()) {
      group(group, 0);
    }
    inventory.errors().addAll(yaml.errors());
  }

  private void group(YamlFields.Field field, int depth) throws UnreadableYamlException {
    if (depth > MAX_DEPTH || ++read > MAX_GROUPS_READ) {
      throw new Inventory.TooLargeException(
          MAX_DEPTH + " groups within each other, or " + MAX_GROUPS_READ + " in all");
    }
    Inventory.Group group = inventory.group(field.name(), yaml.place(field.key()));
    if (YamlReader.isNull(field.value())) {
      return;
    }
    for (YamlFields.Field part : fields.of(field.value(), KEYS).values()) {
      if (YamlReader.isNull(part.value())) {
        continue;
      }
      if (part.value() instanceof ScalarNode name && !part.name().equals("vars")) {
        // As for Ansible, a text is the one name of a mapping.
        member(part, new YamlFields.Field(name.getValue(), name, NOTHING), field.name(), depth);
      } else if (!(part.value() instanceof MappingNode map)) {
        yaml.note(part.value(), "a mapping is expected below " + part.name());
      } else if (part.name().equals("vars")) {
        variables.read(yaml, values, map, "group " + field.name(), group.variables().inline());
      } else {
        for (YamlFields.Field member : fields.all(map).values()) {
          member(part, member, field.name(), depth);
        }
      }
    }
  }

  private void member(YamlFields.Field part, YamlFields.Field member, String group, int depth)
      throws UnreadableYamlException {
    if (part.name().equals("hosts")) {
      host(member, group);
    } else {
      inventory.group(group, yaml.place(member.key())).children().add(member.name());
      group(member, depth + 1);
    }
  }

  private void host(YamlFields.Field field, String group) throws UnreadableYamlException {
    Place place = yaml.place(field.key());
    Map<String, Variable> own = new LinkedHashMap<>();
    if (field.value() instanceof MappingNode map) {
      variables.read(yaml, values, map, "host " + field.name(), own);
    }
    for (String name : IniInventory.expanded(inventory, field.name(), place)) {
      inventory.host(name, group, own, place);
    }
  }
}
