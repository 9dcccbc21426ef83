package io.directord.client;

import io.directord.common.component.Component;
import io.directord.common.component.Components;
import io.directord.common.component.PlanException;
import java.util.Set;
import java.util.function.Function;

/** The verbs that this node can run. */
final class NodeVerbs {
  private NodeVerbs() {}

  /** Gives the component of a verb, or null if it is not known here. */
  static Function<String, Component<?>> of(Components components) {
    Set<String> known = components.verbs();
    return verb -> {
      if (!known.contains(verb)) {
        return null;
      }
      try {
        return components.find(verb);
      } catch (PlanException e) {
        throw new IllegalStateException("a verb that exists cannot be found", e);
      }
    };
  }
}
