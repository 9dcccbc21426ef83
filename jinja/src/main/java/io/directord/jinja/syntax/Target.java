package io.directord.jinja.syntax;

import java.util.List;

/** The target of an assignment. */
public sealed interface Target {
  /** A name. */
  record Name(String name) implements Target {}

  /** An attribute of a {@code namespace()}. */
  record Attribute(String namespace, String name) implements Target {}

  /** Several targets, to which the elements of a value are assigned. */
  record Several(List<Target> targets) implements Target {}
}
