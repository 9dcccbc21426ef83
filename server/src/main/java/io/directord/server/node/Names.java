package io.directord.server.node;

import io.directord.common.validation.Nearest;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/** Names of nodes and the like in messages. */
public final class Names {
  static final String NONE_ENROLLED = "no node has enrolled yet: start `directord client` on one";

  private static final int MAX = 20;

  /** What a shell makes of an expression without quotes. */
  private static final Set<String> WORDS = Set.of("and", "or", "not");

  private Names() {}

  /** The first of them, and how many more there are. */
  public static String some(Collection<String> all) {
    String names = all.stream().limit(MAX).collect(Collectors.joining(", "));
    return all.size() > MAX ? names + " and " + (all.size() - MAX) + " more" : names;
  }

  /** The names of all nodes, behind something else. */
  static String list(NodeRegistry nodes) {
    return "; there are: " + some(nodes.all().stream().map(Node::identity).toList());
  }

  static String unknown(String name, NodeRegistry nodes) {
    if (nodes.all().isEmpty()) {
      return "unknown node " + name + ": " + NONE_ENROLLED;
    }
    Collection<String> all = nodes.all().stream().map(Node::identity).toList();
    String quotes = WORDS.contains(name) ? "; an expression of several words stands in quotes" : "";
    return "unknown node " + name + Nearest.hint(name, all) + quotes + list(nodes);
  }
}
