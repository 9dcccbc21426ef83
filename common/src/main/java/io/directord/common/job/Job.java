package io.directord.common.job;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * One verb with its arguments, to be run on every target. Immutable; its JSON form, flat as in the
 * original, is made by {@link JobJson}.
 *
 * @param id known everywhere; a node that is given the same id twice runs it once
 * @param fingerprint SHA3-224 of verb, arguments, timeout and run-once, see {@link Fingerprint}
 * @param parent the submission it belongs to
 * @param verb upper case
 * @param name what the author called it, or null
 * @param timeout for one run on one node
 * @param skipCache run even if this fingerprint already succeeded on the node
 * @param runOnce run on the first target only
 * @param forceLock run under the node's lock even if the verb needs none
 * @param stdoutArg the node keeps the stripped standard output as this argument; or null
 * @param stderrArg likewise for standard error; or null
 * @param targets identities; empty means every node that has not expired at submission
 * @param stream nodes send output while the job runs
 * @param arguments the verb's own keys; not to be modified
 */
public record Job(
    UUID id,
    String fingerprint,
    Parent parent,
    String verb,
    String name,
    Duration timeout,
    boolean skipCache,
    boolean runOnce,
    boolean forceLock,
    String stdoutArg,
    String stderrArg,
    List<String> targets,
    boolean stream,
    ObjectNode arguments) {

  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(600);

  public Job {
    targets = List.copyOf(targets);
  }

  /** The key of a job's arguments that has it run at once, beside all lanes. */
  public static final String BYPASS = "parent_async_bypass";

  /** Whether it runs beside the lanes, before all that is queued, as callbacks do. */
  public boolean bypassesLanes() {
    return arguments.path(BYPASS).asBoolean(false);
  }

  /** The same job for these nodes. */
  public Job withTargets(List<String> nodes) {
    return new Job(
        id,
        fingerprint,
        parent,
        verb,
        name,
        timeout,
        skipCache,
        runOnce,
        forceLock,
        stdoutArg,
        stderrArg,
        nodes,
        stream,
        arguments);
  }

  /** What people are shown: the name, else the fingerprint. */
  public String title() {
    return name != null ? name : fingerprint;
  }
}
