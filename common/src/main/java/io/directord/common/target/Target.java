package io.directord.common.target;

import io.directord.common.wire.Identities;
import java.util.Collection;
import java.util.List;

/** Something that people and programs write to say for which nodes a job or a request is. */
public sealed interface Target {

  /** Every node that has not expired. */
  record EveryNode() implements Target {}

  /** The node of exactly that name. */
  record OneNode(String identity) implements Target {}

  /** The nodes that an expression matches, without those that have expired. */
  record Matching(String written, Expression expression) implements Target {}

  /**
   * A text that is not an expression.
   *
   * @param column where it is wrong, from 1
   */
  record Invalid(String written, int column, String message) implements Target {}

  /** What stands in a list of targets; an empty one is for every node. */
  static List<Target> of(Collection<String> written) {
    return written.isEmpty() ? List.of(new EveryNode()) : written.stream().map(Target::of).toList();
  }

  /**
   * One text: a name, or an expression. A text that may be the name of a node is always that,
   * whatever it would mean within an expression.
   */
  static Target of(String written) {
    if (Identities.error(written).isEmpty()) {
      return new OneNode(written);
    }
    try {
      Expression expression = new TargetParser(written).parse();
      return expression instanceof Expression.Name name
          ? new OneNode(name.name())
          : new Matching(written, expression);
    } catch (TargetException e) {
      return new Invalid(written, e.column(), e.getMessage());
    }
  }
}
