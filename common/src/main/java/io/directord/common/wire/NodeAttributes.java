package io.directord.common.wire;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a node says of itself, so that targets may ask for it. Nothing that matters for security may
 * rest on it.
 *
 * @param labels of its own configuration
 * @param facts of its machine, by the names of {@link #FACTS}; unknown ones are missing
 * @param addresses of its network cards
 */
public record NodeAttributes(
    Map<String, String> labels, Map<String, String> facts, List<String> addresses) {
  public static final NodeAttributes NONE = new NodeAttributes(Map.of(), Map.of(), List.of());

  /** Names of facts; {@code memory} is in bytes. */
  public static final Set<String> FACTS =
      Set.of(
          "os",
          "os.version",
          "kernel",
          "arch",
          "cpus",
          "memory",
          "container",
          "allow_verbs",
          "deny_verbs",
          "run_as");

  /** The name by which targets ask for addresses. */
  public static final String ADDRESSES = "addresses";

  private static final Set<String> OTHERS = Set.of(ADDRESSES, "state", "version", "name");
  private static final Pattern KEY = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._/-]{0,62}");
  public static final int MAX_VALUE = 255;
  private static final int MAX_ENTRIES = 64;

  /** Maps and the list may be null, as in messages of an older client. */
  public NodeAttributes {
    labels = labels == null ? Map.of() : new TreeMap<>(labels);
    facts = facts == null ? Map.of() : new TreeMap<>(facts);
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
  }

  /** The same without a label of that name. */
  public NodeAttributes withoutLabel(String key) {
    if (!labels.containsKey(key)) {
      return this;
    }
    Map<String, String> others = new TreeMap<>(labels);
    others.remove(key);
    return new NodeAttributes(others, facts, addresses);
  }

  /** What is wrong with it, for a message; empty if it is as it should be. */
  public Optional<String> error() {
    if (Stream.of(labels.size(), facts.size(), addresses.size()).anyMatch(n -> n > MAX_ENTRIES)) {
      return Optional.of("there are more than " + MAX_ENTRIES);
    }
    if (!FACTS.containsAll(facts.keySet())) {
      return Optional.of("a fact has a name that no fact has");
    }
    return labelError(labels).or(() -> valueError(facts.values())).or(() -> valueError(addresses));
  }

  /** What is wrong with labels, for a message. */
  public static Optional<String> labelError(Map<String, String> labels) {
    if (labels.size() > MAX_ENTRIES) {
      return Optional.of("there are more than " + MAX_ENTRIES + " labels");
    }
    for (String key : labels.keySet()) {
      if (!KEY.matcher(key).matches()) {
        return Optional.of(
            "a label's name is made of at most 63 letters, digits and, behind the first, . _ - /");
      }
      if (FACTS.contains(key) || OTHERS.contains(key)) {
        return Optional.of(key + " is known of every node, and cannot be a label");
      }
    }
    return valueError(labels.values());
  }

  private static Optional<String> valueError(Collection<String> values) {
    return values.stream()
        .filter(
            value ->
                value == null
                    || value.isBlank()
                    || value.length() > MAX_VALUE
                    || value.chars().anyMatch(c -> Character.isISOControl(c) || c == ','))
        .findFirst()
        .map(
            value ->
                "a value has 1 to "
                    + MAX_VALUE
                    + " characters, without commas and control characters");
  }
}
