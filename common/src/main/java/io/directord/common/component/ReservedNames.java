package io.directord.common.component;

import java.util.Set;

/** Reserved names: templates use them for the node itself, so arguments cannot have them. */
public final class ReservedNames {
  /** The node's name. */
  public static final String NODE = "node";

  /** Facts of the node's machine, as a map. */
  public static final String FACT = "fact";

  public static final Set<String> ALL = Set.of(NODE, FACT);

  private ReservedNames() {}

  /** The name, if an argument can have it. */
  static String refuse(String name) throws PlanException {
    if (ALL.contains(name)) {
      throw new PlanException(message(name));
    }
    return name;
  }

  /** The error message for a reserved name. */
  public static String message(String name) {
    return "the name "
        + name
        + " is reserved: in templates, node is the node's name and fact what is known of its"
        + " machine";
  }
}
