package io.directord.server.node;

import io.directord.common.target.Target;
import io.directord.common.validation.Nearest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Finds the nodes that targets stand for, whoever asks and at whichever door, and says what is
 * wrong with a target that stands for none. Belongs to the dispatcher's thread.
 */
public final class TargetResolver {
  private static final int MAX_NAMES = 20;
  private static final String NONE_ENROLLED =
      "no node has enrolled yet: start `directord client` on one";

  private final NodeRegistry nodes;

  public TargetResolver(NodeRegistry nodes) {
    this.nodes = nodes;
  }

  /**
   * The nodes that targets stand for, as they are now.
   *
   * @param nodes each once, in the order of the targets; those of every node by name. One that is
   *     named may have expired
   * @param leftOut nodes that have expired, and are not named
   */
  public record Selection(List<Node> nodes, List<Node> leftOut) {

    /** The names of the nodes. */
    public List<String> identities() {
      return nodes.stream().map(Node::identity).toList();
    }
  }

  /** Those that stand for no node are left aside: {@link #error} says so. */
  public Selection resolve(Collection<? extends Target> targets) {
    Map<String, Node> found = new LinkedHashMap<>();
    Map<String, Node> expired = new TreeMap<>();
    for (Target target : targets) {
      if (target instanceof Target.OneNode named) {
        Node node = nodes.find(named.identity());
        if (node != null) {
          found.putIfAbsent(node.identity(), node);
        }
      } else {
        for (Node node : nodes.all()) {
          (node.isExpired() ? expired : found).putIfAbsent(node.identity(), node);
        }
      }
    }
    expired.keySet().removeAll(found.keySet());
    return new Selection(List.copyOf(found.values()), List.copyOf(expired.values()));
  }

  /** Why a target stands for no node, in words for who wrote it; empty if it stands for any. */
  public Optional<String> error(Target target) {
    if (!resolve(List.of(target)).nodes().isEmpty()) {
      return Optional.empty();
    }
    if (target instanceof Target.OneNode named) {
      return Optional.of(unknown(named.identity()));
    }
    return Optional.of(
        nodes.all().isEmpty()
            ? NONE_ENROLLED
            : "all nodes have expired: see `directord manage --list-nodes`");
  }

  private String unknown(String name) {
    if (nodes.all().isEmpty()) {
      return "unknown node " + name + ": " + NONE_ENROLLED;
    }
    List<String> all = nodes.all().stream().map(Node::identity).toList();
    String names = all.stream().limit(MAX_NAMES).collect(Collectors.joining(", "));
    String more = all.size() > MAX_NAMES ? " and " + (all.size() - MAX_NAMES) + " more" : "";
    return "unknown node " + name + Nearest.hint(name, all) + "; there are: " + names + more;
  }
}
