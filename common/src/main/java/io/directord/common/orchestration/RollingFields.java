package io.directord.common.orchestration;

import io.directord.common.job.Amount;
import io.directord.common.job.ParentOptions;
import io.directord.common.job.Rolling;
import io.directord.common.job.Span;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** Reads {@code rolling} and {@code deadline} of an entry. */
final class RollingFields {
  private static final Set<String> KEYS = Set.of("batch", "max_failures", "quorum", "wait");

  private final YamlReader yaml;
  private final YamlFields fields;

  RollingFields(YamlReader yaml, YamlFields fields) {
    this.yaml = yaml;
    this.fields = fields;
  }

  /**
   * @param rolling null if the entry has none
   * @param deadline likewise
   */
  ParentOptions of(Field rolling, Field deadline) {
    Duration held = deadline == null ? null : parsed("deadline", deadline.value(), Span::parse);
    return new ParentOptions(rolling == null ? null : rolling(rolling.value()), held);
  }

  private Rolling rolling(Node node) {
    Map<String, Field> given = fields.of(node, KEYS);
    return new Rolling(
        given.containsKey("batch") ? batch(given.get("batch").value()) : List.of(),
        value(given, "max_failures", text -> Amount.parse(text, 0)),
        value(given, "quorum", text -> Amount.parse(text, 1)),
        value(given, "wait", Span::parse));
  }

  private <T> T value(Map<String, Field> given, String key, Function<String, T> parser) {
    return given.containsKey(key) ? parsed(key, given.get(key).value(), parser) : null;
  }

  private List<Amount> batch(Node node) {
    List<Node> sizes = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    List<Amount> batch = new ArrayList<>();
    for (Node size : sizes) {
      Amount amount = parsed("batch", size, text -> Amount.parse(text, 1));
      if (amount != null) {
        batch.add(amount);
      }
    }
    if (sizes.isEmpty() || sizes.size() > Rolling.MAX_SIZES) {
      yaml.note(
          node, "batch: 1 to " + Rolling.MAX_SIZES + " sizes are expected, such as [1, 10%, 50%]");
    }
    return batch;
  }

  /** Null if it is wrong, which is noted. */
  private <T> T parsed(String key, Node node, Function<String, T> parser) {
    try {
      return parser.apply(
          node instanceof ScalarNode scalar ? scalar.getValue() : "a list or a mapping");
    } catch (IllegalArgumentException e) {
      yaml.note(node, key + ": " + e.getMessage());
      return null;
    }
  }
}
