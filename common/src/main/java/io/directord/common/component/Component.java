package io.directord.common.component;

import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One verb. Instances are stateless and shared by all threads.
 *
 * @param <A> the verb's arguments: a class with public fields. Its JSON form, fields in the order
 *     of declaration, is what travels in the job.
 */
public interface Component<A> {

  /** Upper case, as written in orchestrations. */
  String verb();

  /** New arguments with their defaults. */
  A newArguments();

  /** The syntax of the arguments; by default there are none. */
  default Syntax<A> syntax() {
    return new Syntax<>("");
  }

  /**
   * The planning half: checks the arguments and completes them with what only the operator's side
   * knows. Called once a job, before anything is sent.
   *
   * @return the job's own keys
   * @throws PlanException if they are invalid; the messages are for the author of the orchestration
   */
  default ObjectNode plan(A arguments, PlanContext context) throws PlanException {
    return Json.tree(arguments);
  }

  /**
   * Validates the arguments of a job, whether {@link #plan} or a program has made them. Looks only
   * at the fields that travel in the job; texts may be templates. Called wherever a job is
   * accepted.
   *
   * @param errors receives all errors
   */
  default void validate(A arguments, ArgumentErrors errors) {}

  /**
   * Completes a job that was written as JSON, without the planning half. Called on the server.
   *
   * @param written the job's own keys
   * @return the job's own keys, completed; the same object if nothing was missing
   * @throws PlanException if they are invalid; the messages are for their author
   */
  default ObjectNode complete(ObjectNode written) throws PlanException {
    ArgumentErrors errors = new ArgumentErrors();
    JobCheck.written(this, written, false, errors);
    errors.finish();
    return written;
  }

  /**
   * Reads the arguments made by {@link #plan} on the node.
   *
   * @throws tools.jackson.core.JacksonException if they have another form, as in an invalid job of
   *     a program
   */
  @SuppressWarnings("unchecked")
  default A read(ObjectNode arguments) {
    ObjectNode given = arguments;
    if (hasNull(arguments)) {
      // The original's programs send null for keys that were not given.
      given = Json.object();
      for (Map.Entry<String, JsonNode> entry : arguments.properties()) {
        if (!entry.getValue().isNull()) {
          given.set(entry.getKey(), entry.getValue());
        }
      }
    }
    return Json.read(given, (Class<A>) newArguments().getClass());
  }

  private static boolean hasNull(ObjectNode arguments) {
    for (JsonNode value : arguments.values()) {
      if (value.isNull()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The node half: does the work. Called on a lane's thread, which is interrupted when the job's
   * time is up or it is cancelled.
   *
   * @throws JobException if the job failed; the message is for people
   * @throws InterruptedException when interrupted; everything started must have been ended
   */
  Outcome run(A arguments, NodeContext node) throws JobException, InterruptedException;

  /**
   * Says what {@link #run} would do, without doing it: for a dry run. Called on a lane's thread, as
   * {@link #run} is.
   *
   * @throws UnknownValueException if that depends on what a job before it would bring
   * @throws JobException if the job would fail; the message is for people
   * @throws InterruptedException when interrupted; everything started must have been ended
   */
  default Preview preview(A arguments, PreviewContext node)
      throws JobException, InterruptedException {
    return Preview.unknown(verb() + " does not say what it would do");
  }

  /** Whether a job that has succeeded on a node is skipped there the next time. */
  default boolean cacheable() {
    return true;
  }

  /**
   * Whether the author of the job gives a command of any kind to be run, so that a node which does
   * not let RUN run does not let this run either.
   */
  default boolean isCommand(A arguments) {
    return false;
  }

  /** Other verbs that do the same work: a node that denies one of them denies this one. */
  default Set<String> deniedWith() {
    return Set.of();
  }

  /** Whether its arrival on a node drops all jobs that are queued there and have not begun. */
  default boolean dropsQueued() {
    return false;
  }

  /**
   * The argument that a success leaves on the node, or null. If it was evicted, the job is not
   * skipped.
   */
  default String leaves() {
    return null;
  }

  /** Jobs that name the same lock never run at the same time on a node; null for none. */
  default String lock() {
    return null;
  }
}
