package io.directord.common.yaml;

import io.directord.common.python.Truth;
import io.directord.common.validation.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads the nodes of one file as mappings with known fields, and notes validation errors. */
public final class YamlFields {
  private final YamlReader yaml;

  public YamlFields(YamlReader yaml) {
    this.yaml = yaml;
  }

  /** A key of a mapping, where it is written, and what it holds. */
  public record Field(String name, Node key, Node value) {}

  /** The fields of a mapping as written, without those whose key is not a text. */
  public static List<Field> written(MappingNode map) {
    List<Field> fields = new ArrayList<>();
    for (NodeTuple tuple : map.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode key) {
        fields.add(new Field(key.getValue(), key, tuple.getValueNode()));
      }
    }
    return fields;
  }

  /** The fields of a mapping by key; unknown and duplicate keys are errors. */
  public Map<String, Field> of(Node node, Set<String> known) {
    Map<String, Field> fields = new LinkedHashMap<>();
    if (!(node instanceof MappingNode map)) {
      yaml.note(node, "a mapping is expected here, with keys such as " + String.join(", ", known));
      return fields;
    }
    for (Field field : all(map).values()) {
      if (known.contains(field.name())) {
        fields.put(field.name(), field);
      } else {
        yaml.note(
            field.key(),
            "unknown key "
                + field.name()
                + Nearest.hint(field.name(), new TreeSet<>(known))
                + "; there are "
                + String.join(", ", new TreeSet<>(known)));
      }
    }
    return fields;
  }

  /** All fields of a mapping, in their order. */
  public Map<String, Field> all(MappingNode map) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (NodeTuple tuple : map.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        yaml.note(key, "a key is a text, not a list or a mapping");
      } else if (fields.containsKey(scalar.getValue())) {
        int line = yaml.place(fields.get(scalar.getValue()).key()).line();
        yaml.note(key, "the key " + scalar.getValue() + " is also in line " + line);
      } else {
        fields.put(scalar.getValue(), new Field(scalar.getValue(), key, tuple.getValueNode()));
      }
    }
    return fields;
  }

  /**
   * The text as written; null if there is none, or if it is something else, which is noted as an
   * error.
   */
  public String text(Field field) {
    return field == null ? null : text(field.name(), field.value());
  }

  private String text(String name, Node value) {
    if (value instanceof ScalarNode scalar) {
      return YamlReader.isNull(value) ? null : scalar.getValue();
    }
    String kind = value instanceof SequenceNode ? "list" : "mapping";
    yaml.note(
        value,
        name + ": a text is expected, not a " + kind + "; quote one that begins with { or [");
    return null;
  }

  /** A truth value. */
  public boolean flag(Field field, boolean otherwise) {
    String text = text(field);
    if (text == null) {
      return otherwise;
    }
    return Truth.parse(text)
        .orElseGet(
            () -> {
              yaml.note(field.value(), field.name() + ": true or false is expected, not " + text);
              return otherwise;
            });
  }

  /** A list of texts, or one text. */
  public List<String> texts(Field field) {
    if (field == null || YamlReader.isNull(field.value())) {
      return List.of();
    }
    if (!(field.value() instanceof SequenceNode list)) {
      String text = text(field);
      return text == null ? List.of() : List.of(text);
    }
    List<String> texts = new ArrayList<>();
    for (Node element : list.getValue()) {
      String text = text(field.name(), element);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }
}
