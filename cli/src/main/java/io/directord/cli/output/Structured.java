package io.directord.cli.output;

import io.directord.common.json.Json;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.Tag;
import tools.jackson.databind.JsonNode;

/** Records of the API as JSON, JSON lines or YAML, as the API itself returns them. */
public final class Structured {
  private Structured() {}

  /**
   * @param value record, list or map of them
   * @return ends with a newline
   */
  public static String text(Object value, OutputFormat format) {
    return switch (format) {
      case JSON -> Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n";
      case YAML -> yaml(Json.tree(value));
      case JSONL -> lines(value);
      case TABLE -> throw new IllegalArgumentException("a table is not structured text");
    };
  }

  /** A line for each element of a list, or one for all. */
  private static String lines(Object value) {
    List<?> all = value instanceof List<?> list ? list : List.of(value);
    return all.stream().map(one -> Json.text(one) + "\n").collect(Collectors.joining());
  }

  private static String yaml(JsonNode tree) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setSplitLines(false);
    // Otherwise output with an escape sequence would be read as bytes, not as text.
    options.setNonPrintableStyle(DumperOptions.NonPrintableStyle.ESCAPE);
    Object plain = Json.mapper().treeToValue(tree, Object.class);
    return new Yaml(options).dumpAs(plain, plain instanceof Map ? Tag.MAP : null, null);
  }
}
