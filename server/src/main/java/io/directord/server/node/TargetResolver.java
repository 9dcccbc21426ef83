package io.directord.server.node;

import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.Identities;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the nodes that targets stand for, whoever asks and at whichever door, and says what is
 * wrong with a target that stands for none. Made for one request, since it remembers what it has
 * found. Belongs to the dispatcher's thread.
 */
public final class TargetResolver {
  /**
   * Maximum number of tests for one request, nodes times parts of expressions: about a second of
   * the dispatcher's time.
   */
  private static final long MAX_TESTS = 20_000_000;

  private final NodeRegistry nodes;
  private final TargetGroups groups;
  private final EarlierResults earlier;
  private final Map<String, Found> known = new HashMap<>();
  private long tests;

  /**
   * @param earlier all results of earlier jobs that targets ask for
   */
  public TargetResolver(NodeRegistry nodes, TargetGroups groups, EarlierResults earlier) {
    this.nodes = nodes;
    this.groups = groups;
    this.earlier = earlier;
  }

  /** The nodes that targets stand for which name neither groups nor earlier jobs. */
  public static TargetResolver of(NodeRegistry nodes) {
    return new TargetResolver(nodes, TargetGroups.NONE, EarlierResults.NONE);
  }

  /**
   * The nodes that targets stand for, as they are now.
   *
   * @param nodes each once, in the order of the targets; those of every node and of an expression
   *     by name. One that is named may have expired
   * @param leftOut nodes that have expired, and are not named
   * @param forgotten names of nodes that a target would stand for by the results of earlier jobs,
   *     and that are not enrolled any more
   */
  public record Selection(List<Node> nodes, List<Node> leftOut, List<String> forgotten) {

    /** The names of the nodes. */
    public List<String> identities() {
      return nodes.stream().map(Node::identity).toList();
    }
  }

  /** What an expression matches. */
  private record Found(
      List<Node> nodes, List<Node> expired, List<String> forgotten, Optional<TargetError> error) {
    static Found wrong(int column, String message) {
      return new Found(
          List.of(), List.of(), List.of(), Optional.of(new TargetError(column, message)));
    }
  }

  /** Those that stand for no node are left aside: {@link #error} says so. */
  public Selection resolve(Collection<? extends Target> targets) {
    Map<String, Node> found = new LinkedHashMap<>();
    Map<String, Node> expired = new TreeMap<>();
    Set<String> forgotten = new TreeSet<>();
    for (Target target : targets) {
      if (target instanceof Target.EveryNode) {
        for (Node node : nodes.all()) {
          (node.isExpired() ? expired : found).putIfAbsent(node.identity(), node);
        }
        continue;
      }
      Node named = named(target);
      if (named != null) {
        found.putIfAbsent(named.identity(), named);
      } else if (target instanceof Target.Matching matching) {
        Found matched = find(matching);
        matched.nodes().forEach(node -> found.putIfAbsent(node.identity(), node));
        matched.expired().forEach(node -> expired.putIfAbsent(node.identity(), node));
        forgotten.addAll(matched.forgotten());
      }
    }
    expired.keySet().removeAll(found.keySet());
    return new Selection(
        List.copyOf(found.values()), List.copyOf(expired.values()), List.copyOf(forgotten));
  }

  /**
   * Those of the nodes, and of those that are left out, that the limit stands for too. Of forgotten
   * nodes nothing is known by which they could be narrowed.
   */
  public Selection limited(Selection selection, Collection<? extends Target> limit) {
    Selection within = resolve(limit);
    Set<String> names =
        Stream.concat(within.nodes().stream(), within.leftOut().stream())
            .map(Node::identity)
            .collect(Collectors.toSet());
    return new Selection(
        selection.nodes().stream().filter(node -> names.contains(node.identity())).toList(),
        selection.leftOut().stream().filter(node -> names.contains(node.identity())).toList(),
        selection.forgotten());
  }

  /**
   * The identities that targets stand for where nodes that are away are waited for: also those that
   * have expired, and names of which no node has enrolled yet.
   */
  public List<String> resolveWithAway(Collection<? extends Target> targets) {
    Set<String> names = new LinkedHashSet<>();
    for (Target target : targets) {
      if (target instanceof Target.OneNode one) {
        names.add(one.identity());
      } else {
        Selection found = resolve(List.of(target));
        Set<String> all = new TreeSet<>(found.identities());
        found.leftOut().forEach(node -> all.add(node.identity()));
        names.addAll(all);
      }
    }
    return List.copyOf(names);
  }

  /** As {@link #error}, where nodes that are away are waited for. */
  public Optional<TargetError> errorWithAway(Target target) {
    if (target instanceof Target.OneNode one) {
      return Identities.error(one.identity())
          .map(why -> new TargetError(1, "the name of a node " + why));
    }
    return resolveWithAway(List.of(target)).isEmpty() ? error(target) : Optional.empty();
  }

  /** Why a target stands for no node; empty if it stands for any. */
  public Optional<TargetError> error(Target target) {
    if (target instanceof Target.EveryNode) {
      return resolve(List.of(target)).nodes().isEmpty()
          ? Optional.of(
              new TargetError(
                  0,
                  nodes.all().isEmpty()
                      ? Names.NONE_ENROLLED
                      : "all nodes have expired: see `directord manage --list-nodes`"))
          : Optional.empty();
    }
    if (named(target) != null) {
      return Optional.empty();
    }
    if (target instanceof Target.OneNode one) {
      return Optional.of(new TargetError(1, Names.unknown(one.identity(), nodes)));
    }
    if (target instanceof Target.Invalid invalid) {
      return Optional.of(new TargetError(invalid.column(), invalid.message()));
    }
    return find((Target.Matching) target).error();
  }

  /** How many tests of nodes it has made. */
  long tests() {
    return tests;
  }

  /** The node that the whole target names, also if its name looks like an expression. */
  private Node named(Target target) {
    if (target instanceof Target.OneNode one) {
      return nodes.find(one.identity());
    }
    if (target instanceof Target.Matching matching) {
      return nodes.find(matching.written());
    }
    return target instanceof Target.Invalid invalid ? nodes.find(invalid.written()) : null;
  }

  private Found find(Target.Matching matching) {
    Found found = known.get(matching.written());
    if (found == null) {
      found = search(matching);
      known.put(matching.written(), found);
    }
    return found;
  }

  private Found search(Target.Matching matching) {
    TargetMatch match = TargetMatch.of(matching.expression(), nodes, groups, earlier);
    tests += (long) match.size() * nodes.all().size();
    if (tests > MAX_TESTS) {
      return Found.wrong(
          1,
          "too many expressions at once for "
              + nodes.all().size()
              + " nodes: write fewer, such as a pattern instead of many");
    }
    List<Node> present = new ArrayList<>();
    List<Node> expired = new ArrayList<>();
    for (Node node : nodes.all()) {
      if (match.passes(node)) {
        (node.isExpired() ? expired : present).add(node);
      }
    }
    Optional<TargetError> error = match.error(present.size() + expired.size());
    if (error.isPresent()) {
      return new Found(List.of(), List.of(), List.of(), error);
    }
    List<String> forgotten = match.forgotten();
    if (present.isEmpty()) {
      String names = Names.some(expired.stream().map(Node::identity).toList());
      return new Found(
          List.of(),
          List.copyOf(expired),
          forgotten,
          Optional.of(new TargetError(1, "all nodes that it matches have expired: " + names)));
    }
    return new Found(List.copyOf(present), List.copyOf(expired), forgotten, Optional.empty());
  }
}
