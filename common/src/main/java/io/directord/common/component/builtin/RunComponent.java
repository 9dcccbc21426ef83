package io.directord.common.component.builtin;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** RUN: a shell command. */
public final class RunComponent implements Component<RunComponent.Arguments> {

  /** What an author writes behind RUN. */
  @Command(
      description =
          "Runs a command with /bin/sh -c. The cached ENVs are in its environment, {{ }} is"
              + " rendered from the cached ARGs. It succeeds with exit status 0.",
      footer = {"", "Example:", "  RUN: --timeout 60 --stdout-arg kernel uname -r"})
  public static final class Arguments {
    @Option(names = "--no-block", description = "Start the command and do not wait for it.")
    public boolean noBlock;

    @Option(
        names = "--retry",
        paramLabel = "N",
        description = "Run it up to N times, until it succeeds; 1 by default.")
    public int retry = 1;

    @Parameters(
        index = "0..*",
        arity = "1",
        paramLabel = "COMMAND",
        description = "All that follows the options, as it is written.")
    public String command;
  }

  @Override
  public String verb() {
    return "RUN";
  }

  @Override
  public Arguments newArguments() {
    return new Arguments();
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (arguments.retry < 1) {
      throw new PlanException("RUN: --retry: 1 or more is expected, not " + arguments.retry);
    }
    // By hand, since looking into the class takes a good part of the time of a short exec.
    return Json.object()
        .put("no_block", arguments.noBlock)
        .put("retry", arguments.retry)
        .put("command", arguments.command);
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
    for (int attempt = 0; attempt < arguments.retry; attempt++) {
      if (node.shell(command) == 0) {
        return new Outcome.Succeeded(command);
      }
    }
    return new Outcome.Failed(Outcome.Reason.ERROR, command);
  }
}
