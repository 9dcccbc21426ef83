package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Surroundings;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import java.time.Duration;

/**
 * REBOOT: reboots the node's machine. From then on the server sends the node no jobs, and the node
 * begins none, until its client has started again.
 */
public final class RebootComponent extends BuiltIn<RebootComponent.Arguments> {
  public static final String VERB = "REBOOT";

  /** Maximum time of a reboot; after it, the machine is assumed not to have rebooted. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private static final int DEFAULT_SECONDS = 10;

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Reboots the machine with systemctl after some seconds. The node counts as away until"
                  + " it reports again, and work for it waits until then, 10 minutes at most.",
              "REBOOT: 30")
          .optionalWord(
              "SECONDS",
              "How long to wait before; 10 by default.",
              (arguments, word) -> arguments.time = Values.integer(word, 0));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public int time = DEFAULT_SECONDS;
  }

  public RebootComponent() {
    super(VERB, Arguments::new, SYNTAX);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return "reboot";
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.check("time", () -> Values.atLeast(0, arguments.time));
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) {
    return Preview.changed("would reboot the machine after " + arguments.time + " s");
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node) throws JobException {
    String command =
        "sleep " + arguments.time + "; systemctl --message='Directord reboot instruction' reboot";
    node.shellDetached(command, Surroundings.NONE);
    node.changed(true);
    node.holdBack(away(arguments.time));
    return new Outcome.Succeeded(command);
  }

  private static Duration away(int seconds) {
    return TIMEOUT.plusSeconds(seconds);
  }

  /** The server's part: how long the node may be away after such a job has ended there. */
  public static Duration away(Job job) {
    return away(Math.max(0, job.arguments().path("time").asInt(DEFAULT_SECONDS)));
  }
}
