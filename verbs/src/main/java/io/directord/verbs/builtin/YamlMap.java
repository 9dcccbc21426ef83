package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlReader;
import io.directord.common.yaml.YamlValues;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a file on the node that holds a map, as JSON or YAML; JSON is YAML too. */
final class YamlMap {
  static final int MAX_BYTES = 16 << 20;

  private YamlMap() {}

  /**
   * The map in the file; empty for an empty file.
   *
   * @param bytes its content
   * @throws JobException with all errors in the file, each with line and column
   */
  static ObjectNode of(Path file, byte[] bytes) throws JobException {
    YamlReader yaml = new YamlReader(file, MAX_BYTES);
    JsonNode value;
    try {
      Node root = yaml.compose(bytes);
      if (root == null || YamlReader.isNull(root)) {
        return Json.object();
      }
      value = new YamlValues(yaml).json(root);
    } catch (UnreadableYamlException e) {
      throw failure(List.of(e.error()));
    }
    if (!yaml.errors().isEmpty()) {
      throw failure(yaml.errors());
    }
    if (value instanceof ObjectNode map) {
      return map;
    }
    throw failure(List.of(yaml.whole().error("a map of arguments is expected")));
  }

  private static JobException failure(List<ValidationError> errors) {
    return new JobException(
        errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
  }
}
