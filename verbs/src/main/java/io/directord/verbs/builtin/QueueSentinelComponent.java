package io.directord.verbs.builtin;

import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * QUEUESENTINEL: drops the jobs queued on the node when it arrives there; later ones are not
 * affected.
 */
public final class QueueSentinelComponent extends BuiltIn<QueueSentinelComponent.Arguments> {
  public static final String VERB = "QUEUESENTINEL";

  private static final String DROPPED = "Omitted due to sentinel from ";

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Drops every job of any parent that is queued on the node and has not begun; those jobs fail. Running jobs continue.",
              "QUEUESENTINEL: the release was called off")
          .rest("TEXT", "Why; for people.", (arguments, text) -> arguments.queueSentinel = text);

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    /** The text; the original's programs may send another type. */
    public Object queueSentinel = "";
  }

  public QueueSentinelComponent() {
    super(VERB, Arguments::new, SYNTAX);
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) {
    ObjectNode keys = Json.tree(arguments);
    return keys.put(Job.BYPASS, true);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public boolean dropsQueued() {
    return true;
  }

  @Override
  public String lock() {
    return "queuesentinel";
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) {
    return Preview.unknown("would drop the jobs that are queued on this node at that time");
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) {
    return new Outcome.Succeeded("the queues were emptied: " + arguments.queueSentinel);
  }

  /** The message of a job dropped by a QUEUESENTINEL. */
  public static Outcome.Failed dropped(UUID sentinel) {
    return new Outcome.Failed(Outcome.Reason.DROPPED, DROPPED + sentinel);
  }
}
