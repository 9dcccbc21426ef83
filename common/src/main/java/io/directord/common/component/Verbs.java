package io.directord.common.component;

/** Finds the component of a verb. Given to the planner by the registry of verbs. */
@FunctionalInterface
public interface Verbs {

  /**
   * @param verb in upper or lower case
   * @throws PlanException for an unknown verb, listing those that exist, or for an invalid
   *     definition
   */
  Component<?> find(String verb) throws PlanException;
}
