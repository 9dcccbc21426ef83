package io.directord.common.component;

/** Finds the component of a verb. The planner takes it from whoever knows the verbs. */
@FunctionalInterface
public interface Verbs {

  /**
   * @param verb in upper or lower case
   * @throws PlanException naming the verbs that exist, if this is none of them; or what is wrong
   *     with its definition
   */
  Component<?> find(String verb) throws PlanException;
}
