package io.directord.common.api;

import java.util.List;
import java.util.Map;

/**
 * What targets may ask of a node.
 *
 * @param labels by name
 * @param facts of its machine as it says them; empty for an older client
 * @param addresses of its network cards
 */
public record NodeTraits(
    Map<String, NodeLabel> labels, Map<String, String> facts, List<String> addresses) {
  public static final NodeTraits NONE = new NodeTraits(Map.of(), Map.of(), List.of());

  /** Parts may be null, as in replies of an older server. */
  public NodeTraits {
    labels = labels == null ? Map.of() : labels;
    facts = facts == null ? Map.of() : facts;
    addresses = addresses == null ? List.of() : addresses;
  }
}
