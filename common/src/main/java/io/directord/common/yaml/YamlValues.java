package io.directord.common.yaml;

import io.directord.common.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Converts YAML nodes of one file to JSON, as a YAML loader would. Finds duplicate keys, unknown
 * tags, and aliases that expand without end.
 */
public final class YamlValues {
  /** Enough for tens of thousands of jobs. */
  static final int MAX_VALUES = 250_000;

  static final String TOO_MANY = "this file expands to more than " + MAX_VALUES + " values";

  private static final int MAX_DEPTH = 60;
  private static final Set<Tag> AS_WRITTEN = Set.of(Tag.STR, Tag.TIMESTAMP);
  private static final Set<Tag> CONVERTED = Set.of(Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL);

  private final YamlReader yaml;
  private final Loader loader = new Loader();
  private int values;

  public YamlValues(YamlReader yaml) {
    this.yaml = yaml;
  }

  /**
   * The value; merge keys are resolved in the node itself too.
   *
   * @throws UnreadableYamlException if it is too large; other errors are noted
   */
  public JsonNode json(Node node) throws UnreadableYamlException {
    return json(node, 0);
  }

  private JsonNode json(Node node, int depth) throws UnreadableYamlException {
    if (++values > MAX_VALUES) {
      throw refused(node, TOO_MANY);
    }
    if (depth > MAX_DEPTH) {
      throw refused(node, "this is nested too deeply");
    }
    if (node instanceof MappingNode map && map.getTag().equals(Tag.MAP)) {
      return map(map, depth);
    }
    if (node instanceof SequenceNode list && list.getTag().equals(Tag.SEQ)) {
      ArrayNode out = JsonNodeFactory.instance.arrayNode();
      for (Node element : list.getValue()) {
        out.add(json(element, depth + 1));
      }
      return out;
    }
    return scalar(node);
  }

  private ObjectNode map(MappingNode map, int depth) throws UnreadableYamlException {
    noteDuplicates(map);
    try {
      loader.merge(map);
    } catch (YAMLException e) {
      throw refused(map, "the merge key << needs a mapping");
    }
    ObjectNode out = Json.object();
    for (NodeTuple entry : map.getValue()) {
      JsonNode value = json(entry.getValueNode(), depth + 1);
      out.set(key(entry.getKeyNode()), value);
    }
    return out;
  }

  private void noteDuplicates(MappingNode map) {
    Map<String, Integer> lines = new HashMap<>();
    for (NodeTuple entry : map.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key && !key.getTag().equals(Tag.MERGE)) {
        Integer first = lines.putIfAbsent(key.getValue(), yaml.place(key).line());
        if (first != null) {
          yaml.note(key, "the key " + key.getValue() + " is also in line " + first);
        }
      }
    }
  }

  private String key(Node node) {
    if (node instanceof ScalarNode) {
      return scalar(node).asString();
    }
    yaml.note(node, "a key is a text, not a list or a mapping");
    return "";
  }

  private JsonNode scalar(Node node) {
    if (node instanceof ScalarNode scalar && AS_WRITTEN.contains(scalar.getTag())) {
      return JsonNodeFactory.instance.stringNode(scalar.getValue());
    }
    if (node instanceof ScalarNode scalar && CONVERTED.contains(scalar.getTag())) {
      try {
        return Json.tree(loader.value(scalar));
      } catch (YAMLException | IllegalArgumentException e) {
        yaml.note(node, scalar.getValue() + " is not a valid " + name(scalar.getTag()));
        return JsonNodeFactory.instance.nullNode();
      }
    }
    yaml.note(node, "the tag " + name(node.getTag()) + " means nothing here");
    return JsonNodeFactory.instance.nullNode();
  }

  private static String name(Tag tag) {
    return tag.getValue().replace(Tag.PREFIX, "!!");
  }

  private UnreadableYamlException refused(Node node, String message) {
    return yaml.unreadable(yaml.place(node), message);
  }

  /** Exposes what SnakeYAML offers to subclasses only. */
  private static final class Loader extends SafeConstructor {
    Loader() {
      super(new LoaderOptions());
    }

    void merge(MappingNode map) {
      flattenMapping(map);
    }

    Object value(ScalarNode node) {
      return getConstructor(node).construct(node);
    }
  }
}
