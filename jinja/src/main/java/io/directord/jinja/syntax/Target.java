package io.directord.jinja.syntax;

import java.util.List;

/** What a value is assigned to. */
public sealed interface Target {
  /** A name. */
  record Name(String name) implements Target {}

  /** An attribute of what {@code namespace()} gave. */
  record Attribute(String namespace, String name) implements Target {}

  /** Several, among which the elements of a value are shared out. */
  record Several(List<Target> targets) implements Target {}
}
