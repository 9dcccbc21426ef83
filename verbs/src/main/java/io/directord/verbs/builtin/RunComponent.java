package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Surroundings;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** RUN: a shell command. */
public final class RunComponent extends BuiltIn<RunComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      SurroundedArguments.options(ownOptions())
          .rest(
              "COMMAND",
              "All that follows the options, as it is written.",
              (arguments, text) -> arguments.command = text);

  private static Syntax<Arguments> ownOptions() {
    return new Syntax<Arguments>(
            "Runs a command with /bin/sh -c. The cached ENVs are in its environment, {{ }} is"
                + " rendered from the cached ARGs. It succeeds with exit status 0.",
            "RUN: --timeout 60 --stdout-arg kernel uname -r",
            "RUN: --user www-data --cwd /srv/www --umask 027 ./build",
            "RUN: --root /srv/bookworm --bind /srv/source:/mnt:ro --network none --memory 1G make"
                + " -C /mnt")
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
        .each(
            "--secret",
            "NAME",
            "Give the command a secret that ARG has brought, as the environment variable of that"
                + " name. May be given many times.",
            (arguments, text) -> arguments.secret.add(text));
  }

  private static final String UNAWAITED =
      "with --no-block there is no limit, since nobody waits for the command and takes it away";

  /** The arguments as they travel in the job. */
  public static final class Arguments extends SurroundedArguments {
    public boolean noBlock;

    public int retry = 1;

    /** Names of secrets. */
    public List<String> secret = new ArrayList<>();

    public String command;
  }

  public RunComponent() {
    super("RUN", Arguments::new, SYNTAX);
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) {
    // Written by hand, since reflection takes a good part of the time of a short exec.
    ObjectNode job =
        Json.object()
            .put("no_block", arguments.noBlock)
            .put("retry", arguments.retry)
            .put("command", arguments.command);
    arguments.planInto(job);
    if (!arguments.secret.isEmpty()) {
      arguments.secret.forEach(job.putArray("secret")::add);
    }
    return job;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    errors.given("command", arguments.command, "a command is needed");
    errors.check("retry", () -> Values.atLeast(1, arguments.retry));
    for (String name : arguments.secret) {
      errors.check("secret", () -> SecretNames.checked(name));
    }
    arguments.validateSurroundings(errors);
    if (arguments.noBlock) {
      errors.require(arguments.memory == null, "memory", UNAWAITED);
      errors.require(arguments.cpu == null, "cpu", UNAWAITED);
    }
  }

  @Override
  public boolean isCommand(Arguments arguments) {
    return true;
  }

  private static String command(Arguments arguments, ReadableNode node) throws JobException {
    String command = node.render(Given.key("command", arguments.command));
    if (command.isBlank()) {
      throw new JobException("the command is empty: " + arguments.command);
    }
    return command;
  }

  /** What a command does is not known before it is run. */
  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    arguments.surroundings(arguments.secret, node);
    return Preview.unknown(
        "would " + (arguments.noBlock ? "start " : "run ") + command(arguments, node));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String command = command(arguments, node);
    Surroundings around = arguments.surroundings(arguments.secret, node);
    if (arguments.noBlock) {
      node.shellDetached(command, around);
      return new Outcome.Succeeded(command);
    }
    return Attempts.run(node, arguments.retry, command, around);
  }
}
