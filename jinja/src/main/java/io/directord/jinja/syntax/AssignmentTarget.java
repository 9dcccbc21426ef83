package io.directord.jinja.syntax;

import java.util.List;

/** The target of an assignment. */
public sealed interface AssignmentTarget {
  /** A name. */
  record Name(String name) implements AssignmentTarget {}

  /** An attribute of a {@code namespace()}. */
  record Attribute(String namespace, String name) implements AssignmentTarget {}

  /** Several targets, to which the elements of a value are assigned. */
  record Several(List<AssignmentTarget> targets) implements AssignmentTarget {}
}
