package io.directord.server.store;

import io.directord.common.api.NodeLabel;
import io.directord.common.api.NodeTraits;
import io.directord.common.wire.NodeAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Labels and facts of a node. What the node says and what the server has set are kept apart.
 *
 * @param self as the node has said it last; nothing that matters for security may rest on it
 * @param labels set at the server, which win
 */
public record StoredTraits(NodeAttributes self, Map<String, String> labels) {
  /** Label of nodes that have enrolled with a join token, with its id; only the server gives it. */
  public static final String JOIN_TOKEN = "join_token";

  public static final StoredTraits NONE = new StoredTraits(NodeAttributes.NONE, Map.of());

  /** Parts may be null, as in nodes kept by an older server. */
  public StoredTraits {
    self = self == null ? NodeAttributes.NONE : self.withoutLabel(JOIN_TOKEN);
    labels = labels == null ? Map.of() : new TreeMap<>(labels);
  }

  /** With what the node says now. */
  public StoredTraits withSelf(NodeAttributes now) {
    return new StoredTraits(now, labels);
  }

  /** With labels of the server changed; a null value removes one. */
  public StoredTraits withLabels(Map<String, String> changes) {
    Map<String, String> all = new TreeMap<>(labels);
    changes.forEach(
        (key, value) -> {
          if (value == null) {
            all.remove(key);
          } else {
            all.put(key, value);
          }
        });
    return new StoredTraits(self, all);
  }

  /** The values of a label or fact; empty if there is none. */
  public List<String> values(String key) {
    if (key.equals(NodeAttributes.ADDRESSES)) {
      return self.addresses();
    }
    String value = self.facts().get(key);
    if (value == null) {
      value = labels.getOrDefault(key, self.labels().get(key));
    }
    return value == null ? List.of() : List.of(value);
  }

  /** Names of all labels and facts that it has. */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>(labels.keySet());
    keys.addAll(self.labels().keySet());
    keys.addAll(self.facts().keySet());
    if (!self.addresses().isEmpty()) {
      keys.add(NodeAttributes.ADDRESSES);
    }
    return keys;
  }

  /** For people. */
  public NodeTraits view() {
    Map<String, NodeLabel> all = new TreeMap<>();
    self.labels()
        .forEach((key, own) -> all.put(key, new NodeLabel(own, NodeLabel.Origin.SELF, null)));
    labels.forEach(
        (key, value) -> {
          String own = self.labels().get(key);
          all.put(
              key,
              new NodeLabel(
                  value, NodeLabel.Origin.SERVER, Objects.equals(own, value) ? null : own));
        });
    return new NodeTraits(all, self.facts(), self.addresses());
  }
}
