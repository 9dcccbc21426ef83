package io.directord.common.component;

import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.Map;
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

  /** Arguments with their defaults, to be filled; a new object at every call. */
  A newArguments();

  /** What may be written behind the verb; nothing, unless a verb says otherwise. */
  default Syntax<A> syntax() {
    return new Syntax<>("");
  }

  /**
   * The planning half: checks the arguments and completes them with what only the operator's side
   * knows. Called once a job, before anything is sent.
   *
   * @return the job's own keys
   * @throws PlanException if they make no sense, in words for the author of the orchestration
   */
  default ObjectNode plan(A arguments, PlanContext context) throws PlanException {
    return Json.tree(arguments);
  }

  /**
   * What must hold of the arguments of a job, whether {@link #plan} has made them or a program has
   * written them. It looks at the fields that travel in the job, and at nothing else; texts may be
   * templates. Called at every door before a job is taken.
   *
   * @param errors gets everything that is wrong
   */
  default void validate(A arguments, ArgumentErrors errors) {}

  /**
   * What a job needs that somebody wrote by hand, as JSON, so that no planning half saw it. Called
   * where the server is.
   *
   * @param written the job's own keys
   * @return the job's own keys, completed; the same object if nothing was missing
   * @throws PlanException if they make no sense, in words for who wrote them
   */
  default ObjectNode complete(ObjectNode written) throws PlanException {
    ArgumentErrors errors = new ArgumentErrors();
    JobCheck.written(this, written, false, errors);
    errors.finish();
    return written;
  }

  /**
   * What {@link #plan} made, read again on the node.
   *
   * @throws tools.jackson.core.JacksonException if it has another form, which a job made by hand
   *     may
   */
  @SuppressWarnings("unchecked")
  default A read(ObjectNode arguments) {
    ObjectNode given = arguments;
    if (arguments.values().stream().anyMatch(JsonNode::isNull)) {
      // To the original's programs null is a key that was not given.
      given = Json.object();
      for (Map.Entry<String, JsonNode> entry : arguments.properties()) {
        if (!entry.getValue().isNull()) {
          given.set(entry.getKey(), entry.getValue());
        }
      }
    }
    return Json.read(given, (Class<A>) newArguments().getClass());
  }

  /**
   * The node half: does the work. Called on a lane's thread, which is interrupted when the job's
   * time is up or it is cancelled.
   *
   * @throws JobException if the job failed, in words for people
   * @throws InterruptedException when interrupted; everything started must have been ended
   */
  Outcome run(A arguments, NodeContext node) throws JobException, InterruptedException;

  /** Whether a fingerprint that succeeded on a node is skipped there the next time. */
  default boolean cacheable() {
    return true;
  }

  /** Whether its arrival on a node makes all jobs fail that are queued there and have not begun. */
  default boolean dropsQueued() {
    return false;
  }

  /**
   * The argument that a success leaves on the node, or null: where it has been evicted, the job is
   * not skipped.
   */
  default String leaves() {
    return null;
  }

  /** Jobs that name the same lock never run at the same time on a node; null for none. */
  default String lock() {
    return null;
  }
}
