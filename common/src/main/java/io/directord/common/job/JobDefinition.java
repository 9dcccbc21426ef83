package io.directord.common.job;

import java.time.Duration;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a job does, whenever, wherever and under which name: its fingerprint is taken of this.
 *
 * @param verb upper case
 * @param arguments the verb's own keys; not to be modified
 * @param timeout for one run on one node
 * @param runOnce run on the first target only
 * @param stdoutArg the node keeps the stripped standard output as this argument; or null
 * @param stderrArg likewise for standard error; or null
 */
public record JobDefinition(
    String verb,
    ObjectNode arguments,
    Duration timeout,
    boolean runOnce,
    String stdoutArg,
    String stderrArg) {

  /** Of a verb that is run on every target, and of whose output nothing is kept. */
  public JobDefinition(String verb, ObjectNode arguments, Duration timeout) {
    this(verb, arguments, timeout, false, null, null);
  }
}
