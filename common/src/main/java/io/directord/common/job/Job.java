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
 * @param fingerprint SHA3-224 of the definition, see {@link Fingerprint}
 * @param parent the submission it belongs to
 * @param name what the author called it, or null
 * @param targets identities; empty means every node that has not expired at submission
 */
public record Job(
    UUID id,
    String fingerprint,
    Parent parent,
    String name,
    JobDefinition definition,
    JobOptions options,
    List<String> targets) {

  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(600);

  public Job {
    targets = List.copyOf(targets);
  }

  /** The key of a job's arguments that has it run at once, beside all lanes. */
  public static final String BYPASS = "parent_async_bypass";

  /** Whether it runs beside the lanes, before all that is queued, as callbacks do. */
  public boolean bypassesLanes() {
    return arguments().path(BYPASS).asBoolean(false);
  }

  /** The same job for these nodes. */
  public Job withTargets(List<String> nodes) {
    return new Job(id, fingerprint, parent, name, definition, options, nodes);
  }

  /** What nodes get to know of it: not how the server goes about its parent. */
  public Job forNodes() {
    Parent bare = new Parent(parent.id(), parent.fingerprint(), parent.name(), parent.async());
    return parent.options().asksNothing()
        ? this
        : new Job(id, fingerprint, bare, name, definition, options, targets);
  }

  /** The same job with another verb. */
  public Job withVerb(String verb) {
    JobDefinition other =
        new JobDefinition(
            verb,
            definition.arguments(),
            definition.timeout(),
            definition.runOnce(),
            definition.stdoutArg(),
            definition.stderrArg());
    return new Job(id, fingerprint, parent, name, other, options, targets);
  }

  /** Upper case. */
  public String verb() {
    return definition.verb();
  }

  /** The verb's own keys; not to be modified. */
  public ObjectNode arguments() {
    return definition.arguments();
  }

  /** For one run on one node. */
  public Duration timeout() {
    return definition.timeout();
  }

  /** Whether it is run on the first target only. */
  public boolean runOnce() {
    return definition.runOnce();
  }

  /** The argument as which the node keeps the standard output; or null. */
  public String stdoutArg() {
    return definition.stdoutArg();
  }

  /** The argument as which the node keeps the standard error; or null. */
  public String stderrArg() {
    return definition.stderrArg();
  }

  /** Whether it runs even if its fingerprint already succeeded on the node. */
  public boolean skipCache() {
    return options.skipCache();
  }

  /** How it depends on other jobs of its parent. */
  public JobLinks links() {
    return options.links();
  }

  /** The same job with other links. */
  public Job withLinks(JobLinks other) {
    JobOptions linked =
        new JobOptions(
            options.skipCache(),
            options.forceLock(),
            options.stream(),
            options.dryRun(),
            other,
            options.traceparent());
    return new Job(id, fingerprint, parent, name, definition, linked, targets);
  }

  /** The same job in a trace. */
  Job withTraceparent(String traceparent) {
    JobOptions traced =
        new JobOptions(
            options.skipCache(),
            options.forceLock(),
            options.stream(),
            options.dryRun(),
            options.links(),
            traceparent);
    return new Job(id, fingerprint, parent, name, definition, traced, targets);
  }

  /** Whether it is previewed and not run. */
  public boolean isDryRun() {
    return options.dryRun() != null;
  }

  /** Whether nodes send output while it runs. */
  public boolean stream() {
    return options.stream();
  }

  /** What people are shown: the name, else the fingerprint. */
  public String title() {
    return name != null ? name : fingerprint;
  }
}
