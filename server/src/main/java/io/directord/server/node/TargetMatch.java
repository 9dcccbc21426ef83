package io.directord.server.node;

import io.directord.common.target.Expression;
import io.directord.common.target.NamePattern;
import io.directord.common.target.Target;
import io.directord.common.target.TargetGroups;
import io.directord.common.target.ValueTest;
import io.directord.common.validation.Counted;
import io.directord.common.validation.Nearest;
import io.directord.common.wire.NodeAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * One expression made ready to be asked of every node, once each. Meanwhile it counts how many
 * nodes pass each of its parts, so that it can say which part is wrong if none passes the whole.
 */
final class TargetMatch {
  private final NodeRegistry nodes;
  private final TargetGroups groups;
  private final EarlierResults earlier;
  private final List<Part> parts = new ArrayList<>();
  private final List<TargetError> errors = new ArrayList<>();
  private Predicate<Candidate> whole;
  private boolean isNegated;

  /** Whether the part that is being prepared is negated: an odd number of nots is before it. */
  private boolean excludes;

  private TargetMatch(NodeRegistry nodes, TargetGroups groups, EarlierResults earlier) {
    this.nodes = nodes;
    this.groups = groups;
    this.earlier = earlier;
  }

  /** A part that is asked of a node by itself. */
  private static final class Part {
    final Expression what;
    final int column;
    final String group;
    final boolean excludes;
    int passed;
    boolean known;

    /**
     * @param column in the expression, also of what stands in a group
     * @param group in which it stands; or null
     * @param excludes whether nodes that pass it are those to leave alone
     */
    Part(Expression what, int column, String group, boolean excludes) {
      this.what = what;
      this.column = column;
      this.group = group;
      this.excludes = excludes;
    }

    TargetError error(String message) {
      return new TargetError(column, (group == null ? "" : "group " + group + ": ") + message);
    }
  }

  /**
   * A node that an expression may stand for.
   *
   * @param node null if it is only known that an earlier job was for it
   */
  private record Candidate(String name, Node node) {}

  static TargetMatch of(
      Expression expression, NodeRegistry nodes, TargetGroups groups, EarlierResults earlier) {
    TargetMatch match = new TargetMatch(nodes, groups, earlier);
    match.whole = match.prepare(expression, 0, null);
    match.isNegated = expression instanceof Expression.Not;
    return match;
  }

  /** How many tests each node takes. */
  int size() {
    return Math.max(1, parts.size());
  }

  /** Whether the node passes; must be asked once of every node before {@link #error}. */
  boolean passes(Node node) {
    return whole.test(new Candidate(node.identity(), node));
  }

  /**
   * The names of nodes that pass by how earlier jobs ended there, as far as it can be known, and
   * that are not enrolled any more.
   */
  List<String> forgotten() {
    Set<String> names = new TreeSet<>();
    for (Part part : parts) {
      if (part.what instanceof Expression.Results results) {
        names.addAll(ended(results));
      }
    }
    return names.stream()
        .filter(name -> nodes.find(name) == null)
        .filter(name -> whole.test(new Candidate(name, null)))
        .toList();
  }

  private Set<String> ended(Expression.Results results) {
    return earlier.of(results.reference()) instanceof EarlierResults.Nodes found
        ? found.nodes().getOrDefault(results.ending(), Set.of())
        : Set.of();
  }

  private Predicate<Candidate> prepare(Expression expression, int column, String group) {
    int at = column == 0 ? expression.column() : column;
    if (expression instanceof Expression.Not not) {
      excludes = !excludes;
      Predicate<Candidate> operand = prepare(not.operand(), column, group);
      excludes = !excludes;
      return operand.negate();
    }
    if (expression instanceof Expression.And and) {
      List<Predicate<Candidate>> all = prepare(and.operands(), column, group);
      // No short cut: every part counts the nodes that pass it.
      return node -> all.stream().filter(one -> one.test(node)).count() == all.size();
    }
    if (expression instanceof Expression.Or or) {
      List<Predicate<Candidate>> any = prepare(or.operands(), column, group);
      return node -> any.stream().filter(one -> one.test(node)).count() > 0;
    }
    if (expression instanceof Expression.Group named) {
      return group(named, at);
    }
    Part part = new Part(expression, at, group, excludes);
    parts.add(part);
    Predicate<Candidate> test = test(part);
    return node -> {
      boolean passes = test.test(node);
      part.passed += passes && node.node() != null ? 1 : 0;
      return passes;
    };
  }

  private List<Predicate<Candidate>> prepare(List<Expression> operands, int column, String group) {
    return operands.stream().map(operand -> prepare(operand, column, group)).toList();
  }

  private Predicate<Candidate> group(Expression.Group named, int column) {
    List<Target> targets = groups.byName().get(named.name());
    if (targets == null) {
      Collection<String> all = new TreeSet<>(groups.byName().keySet());
      errors.add(
          new TargetError(
              column,
              "unknown group "
                  + named.name()
                  + Nearest.hint(named.name(), all)
                  + (all.isEmpty()
                      ? "; the server's configuration has no groups"
                      : "; there are: " + Names.some(all))));
      return node -> false;
    }
    List<Predicate<Candidate>> any = new ArrayList<>();
    for (Target target : targets) {
      Expression inside =
          target instanceof Target.Matching matching
              ? matching.expression()
              : new Expression.Name(((Target.OneNode) target).identity(), column);
      any.add(prepare(inside, column, named.name()));
    }
    return node -> any.stream().filter(one -> one.test(node)).count() > 0;
  }

  private Predicate<Candidate> test(Part part) {
    if (part.what instanceof Expression.Name name) {
      if (nodes.find(name.name()) == null) {
        errors.add(part.error(Names.unknown(name.name(), nodes)));
      }
      return node -> node.name().equals(name.name());
    }
    if (part.what instanceof Expression.Names names) {
      return node -> names.pattern().matches(node.name());
    }
    if (part.what instanceof Expression.Regex regex) {
      return node -> regex.regex().isIn(node.name());
    }
    if (part.what instanceof Expression.Results results) {
      EarlierResults.Found found = earlier.of(results.reference());
      if (found instanceof EarlierResults.Unknown unknown) {
        errors.add(part.error(unknown.message()));
      }
      Set<String> names = ended(results);
      return node -> names.contains(node.name());
    }
    Expression.Label label = (Expression.Label) part.what;
    return candidate -> {
      if (candidate.node() == null) {
        return true;
      }
      List<String> values = candidate.node().values(label.key());
      part.known |= !values.isEmpty();
      return label.test() instanceof ValueTest.NotEqual
          ? values.stream().allMatch(label.test()::passes)
          : values.stream().anyMatch(label.test()::passes);
    };
  }

  /**
   * What is wrong with the expression, after every node was asked.
   *
   * @param matched how many nodes have passed
   */
  Optional<TargetError> error(int matched) {
    if (!errors.isEmpty()) {
      return Optional.of(errors.get(0));
    }
    if (nodes.all().isEmpty()) {
      return Optional.of(new TargetError(1, Names.NONE_ENROLLED));
    }
    for (Part part : parts) {
      if (part.what instanceof Expression.Label label
          && !part.known
          && !Node.KNOWN_KEYS.contains(label.key())) {
        return Optional.of(part.error(unknownKey(label, part.excludes)));
      }
    }
    if (matched > 0) {
      return Optional.empty();
    }
    return Optional.of(
        parts.stream()
            .filter(part -> part.passed == 0)
            .findFirst()
            .map(part -> part.error(nothing(part.what)))
            .orElseGet(
                () ->
                    new TargetError(
                        1,
                        isNegated
                            ? "it leaves no node: all that are enrolled match what it excludes"
                            : "no node matches all of it, though one matches each part")));
  }

  /**
   * The message for a label or fact that no node has. It is an error within a negation, too: were
   * it mistyped, nodes would be taken that it is to exclude; so the message says how to begin with
   * a new label.
   */
  private String unknownKey(Expression.Label label, boolean excludes) {
    String key = label.key();
    Set<String> keys = new TreeSet<>();
    nodes.all().forEach(node -> keys.addAll(node.keys()));
    Set<String> known = new TreeSet<>(keys);
    known.addAll(Node.KNOWN_KEYS);
    return "no node has the label or fact "
        + key
        + Nearest.hint(key, known)
        + "; there are: "
        + Names.some(keys)
        + (excludes != label.test() instanceof ValueTest.NotEqual
            ? "; before anything is excluded by a new label, give it to all nodes once: 'directord"
                + " manage --label '*' "
                + key
                + "=no'"
            : "");
  }

  private String nothing(Expression part) {
    if (part instanceof Expression.Names names) {
      return "no node is named like " + names.pattern().written() + near(names.pattern());
    }
    if (part instanceof Expression.Regex regex) {
      return "no node has a name with ~" + regex.regex() + Names.list(nodes);
    }
    if (part instanceof Expression.Results results) {
      EarlierResults.Nodes found = (EarlierResults.Nodes) earlier.of(results.reference());
      List<String> gone =
          ended(results).stream().filter(name -> nodes.find(name) == null).sorted().toList();
      return switch (results.ending()) {
            case FAILED -> "no enrolled node failed in ";
            case LOST -> "no enrolled node was lost in ";
            case OK -> "no enrolled node has done all of ";
          }
          + found.jobs()
          + (gone.isEmpty() ? "" : "; forgotten since then: " + Names.some(gone));
    }
    Expression.Label label = (Expression.Label) part;
    Set<String> values = new TreeSet<>();
    nodes.all().forEach(node -> values.addAll(node.values(label.key())));
    String written = label.test().written();
    String near =
        label.test() instanceof ValueTest.Equal equal
            ? Nearest.hint(equal.pattern().written(), values)
            : "";
    return "no node has "
        + label.key()
        + written
        + near
        + (values.isEmpty() ? "" : "; values of " + label.key() + " are " + Names.some(values))
        + silent(label.key());
  }

  /** Nodes that may have the fact and do not say it. */
  private String silent(String fact) {
    long silent =
        NodeAttributes.FACTS.contains(fact)
            ? nodes.all().stream().filter(node -> !node.tellsFacts()).count()
            : 0;
    return silent == 0
        ? ""
        : "; of "
            + Counted.of(silent, "node")
            + " no facts are known, since the client is older or has not been here since";
  }

  /** The nearest beginning of names for a pattern, else the names. */
  private String near(NamePattern pattern) {
    int literal = pattern.literalBeginning().length();
    Set<String> beginnings =
        nodes.all().stream()
            .map(Node::identity)
            .filter(name -> name.length() >= literal)
            .map(name -> name.substring(0, literal))
            .collect(Collectors.toCollection(TreeSet::new));
    return (literal == 0 || beginnings.contains(pattern.literalBeginning())
            ? ""
            : Nearest.to(pattern.literalBeginning(), beginnings)
                .map(near -> " (did you mean " + near + pattern.written().substring(literal) + "?)")
                .orElse(""))
        + Names.list(nodes);
  }
}
