package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** RUN: a shell command. */
public final class RunComponent extends BuiltIn<RunComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Runs a command with /bin/sh -c. The cached ENVs are in its environment, {{ }} is"
                  + " rendered from the cached ARGs. It succeeds with exit status 0.",
              "RUN: --timeout 60 --stdout-arg kernel uname -r")
          .flag(
              "--no-block",
              "Start the command and do not wait for it.",
              (arguments, on) -> arguments.noBlock = on)
          .option(
              "--retry",
              "N",
              "Run it up to N times, until it succeeds; 1 by default. The output is that of the last"
                  + " attempt.",
              (arguments, text) -> arguments.retry = Values.integer(text, 1))
          .rest(
              "COMMAND",
              "All that follows the options, as it is written.",
              (arguments, text) -> arguments.command = text);

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public boolean noBlock;

    public int retry = 1;

    public String command;
  }

  public RunComponent() {
    super("RUN", Arguments::new, SYNTAX);
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) {
    // Written by hand, since reflection takes a good part of the time of a short exec.
    return Json.object()
        .put("no_block", arguments.noBlock)
        .put("retry", arguments.retry)
        .put("command", arguments.command);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.given("command", arguments.command, "a command is needed");
    errors.check("retry", () -> Values.atLeast(1, arguments.retry));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String command = node.render(Given.key("command", arguments.command));
    if (command.isBlank()) {
      throw new JobException("the command is empty: " + arguments.command);
    }
    if (arguments.noBlock) {
      node.shellDetached(command);
      return new Outcome.Succeeded(command);
    }
    return Attempts.run(node, arguments.retry, List.of(command));
  }
}
