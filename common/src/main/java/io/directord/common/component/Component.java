package io.directord.common.component;

import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import tools.jackson.databind.node.ObjectNode;

/**
 * One verb. Instances are stateless and shared by all threads.
 *
 * <p>The arguments are a class whose public fields carry picocli's annotations: {@code Option} for
 * an option, {@code Parameters} for what follows the options. There, {@code arity} 0..1 means that
 * it may be left out, and an {@code index} that ends with {@code *} that it takes all that is left:
 * a text as it is written, a list word by word. Anything else is one word, in quotes if it has
 * blanks. Fields are texts, whole numbers, flags, durations or lists of texts. The class carries
 * {@code Command} too, with a description and an example for the verb's help.
 *
 * @param <A> the verb's arguments. Their JSON form, fields in the order of declaration, is what
 *     travels in the job.
 */
public interface Component<A> {

  /** Upper case, as written in orchestrations. */
  String verb();

  /** Arguments with their defaults, for picocli to fill; a new object at every call. */
  A newArguments();

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
   * What {@link #plan} made, read again on the node.
   *
   * @throws tools.jackson.core.JacksonException if it has another form, which a job made by hand
   *     may
   */
  @SuppressWarnings("unchecked")
  default A read(ObjectNode arguments) {
    return Json.read(arguments, (Class<A>) newArguments().getClass());
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

  /** Jobs that name the same lock never run at the same time on a node; null for none. */
  default String lock() {
    return null;
  }
}
