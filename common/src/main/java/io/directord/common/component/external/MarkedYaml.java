package io.directord.common.component.external;

import io.directord.common.component.external.DefinitionException.Flaw;
import io.directord.common.config.Nearest;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** One definition file as YAML nodes, and all that is wrong with it, each with line and column. */
final class MarkedYaml {
  private final Path file;
  private final List<Flaw> flaws = new ArrayList<>();

  MarkedYaml(Path file) {
    this.file = file;
  }

  /** A key of a mapping, where it is written, and what it holds. */
  record Field(Node key, Node value) {}

  /**
   * The mapping that the file holds.
   *
   * @throws DefinitionException if it holds none
   */
  MappingNode root(String text) throws DefinitionException {
    Node root;
    try {
      root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      throw new DefinitionException(List.of(flaw(mark, "this is no YAML: " + e.getProblem())));
    } catch (YAMLException e) {
      throw new DefinitionException(file, "this is no YAML: " + e.getMessage(), e);
    }
    if (root instanceof MappingNode map) {
      return map;
    }
    Mark mark = root == null ? null : root.getStartMark();
    throw new DefinitionException(
        List.of(flaw(mark, "a definition is a mapping with the keys description and script")));
  }

  /** The fields of a mapping by key; one that is unknown or there twice is a mistake. */
  Map<String, Field> fields(Node node, Set<String> known) {
    Map<String, Field> fields = new LinkedHashMap<>();
    if (!(node instanceof MappingNode map)) {
      note(node, "a mapping is expected here, with keys such as " + String.join(", ", known));
      return fields;
    }
    entries(map)
        .forEach(
            (name, field) -> {
              if (known.contains(name)) {
                fields.put(name, field);
              } else {
                note(
                    field.key(),
                    "unknown key "
                        + name
                        + Nearest.hint(name, new TreeSet<>(known))
                        + "; there are "
                        + String.join(", ", new TreeSet<>(known)));
              }
            });
    return fields;
  }

  /** All entries of a mapping, in their order. */
  Map<String, Field> entries(MappingNode map) {
    Map<String, Field> entries = new LinkedHashMap<>();
    for (NodeTuple tuple : map.getValue()) {
      Node key = tuple.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        note(key, "a key is a text");
      } else if (entries.containsKey(scalar.getValue())) {
        note(key, "the key " + scalar.getValue() + " is here twice");
      } else {
        entries.put(scalar.getValue(), new Field(key, tuple.getValueNode()));
      }
    }
    return entries;
  }

  /** The text as it is written; null if there is none. */
  String text(Field field) {
    if (field == null || isNull(field.value())) {
      return null;
    }
    if (field.value() instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    note(field.value(), "a text is expected here; quote one that begins with { or [");
    return null;
  }

  boolean flag(Field field, boolean otherwise) {
    String text = text(field);
    if (text == null) {
      return otherwise;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on" -> true;
      case "false", "no", "off" -> false;
      default -> {
        note(field.value(), "true or false is expected, not " + text);
        yield otherwise;
      }
    };
  }

  /** A list of texts, or one text. */
  List<String> texts(Field field) {
    List<String> texts = new ArrayList<>();
    if (field != null && field.value() instanceof SequenceNode list) {
      for (Node element : list.getValue()) {
        String text = text(new Field(element, element));
        if (text != null) {
          texts.add(text);
        }
      }
    } else if (field != null) {
      String text = text(field);
      if (text != null) {
        texts.add(text);
      }
    }
    return texts;
  }

  static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  void note(Node node, String message) {
    flaws.add(flaw(node.getStartMark(), message));
  }

  /** A mistake at the value of a field of a definition that is sound otherwise. */
  static DefinitionException at(Path file, String text, String key, String message)
      throws DefinitionException {
    MarkedYaml yaml = new MarkedYaml(file);
    Field field = yaml.entries(yaml.root(text)).get(key);
    yaml.note(field.value(), message);
    return new DefinitionException(yaml.flaws);
  }

  /** Throws all that was noted, in the order of the file. */
  void finish() throws DefinitionException {
    if (!flaws.isEmpty()) {
      throw new DefinitionException(
          flaws.stream()
              .sorted(Comparator.comparingInt(Flaw::line).thenComparingInt(Flaw::column))
              .toList());
    }
  }

  private Flaw flaw(Mark mark, String message) {
    return mark == null
        ? new Flaw(file, 0, 0, message)
        : new Flaw(file, mark.getLine() + 1, mark.getColumn() + 1, message);
  }
}
