package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.time.Duration;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** WAIT: waits for time, for a URL to answer, or for a command to succeed. */
public final class WaitComponent extends BuiltIn<WaitComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Waits: for some seconds, until a URL answers with a status of 2xx or 3xx, or until a"
                  + " command ends with exit status 0. One of --seconds, --url and --cmd is"
                  + " needed.",
              "WAIT: --seconds 5",
              "WAIT: --url https://app.example/health --insecure",
              "WAIT: --retry 60 --cmd test -S /run/app.sock")
          .option(
              "--seconds",
              "N",
              "Wait for this time.",
              (arguments, text) -> arguments.seconds = Values.seconds(text))
          .maybe(
              "--url",
              "URL",
              "Wait until this URL answers; it may also stand behind all options. USER:PASSWORD@"
                  + " before the host is sent, and not shown; http_proxy, https_proxy and no_proxy"
                  + " of the node's ENVs and of its client count.",
              (arguments, text) -> arguments.url = text.equals("true") ? "" : text)
          .flag(
              "--insecure",
              "With --url: accept any certificate.",
              (arguments, on) -> arguments.insecure = on)
          .flag(
              "--cmd",
              "Wait until the command that follows all options succeeds.",
              (arguments, on) -> arguments.command = on ? "" : null)
          .option(
              "--retry",
              "N",
              "Number of further tries; 30 by default.",
              (arguments, text) -> arguments.retry = Values.integer(text, 0))
          .option(
              "--retry-wait",
              "SECONDS",
              "Pause between two tries; 1 by default.",
              (arguments, text) ->
                  arguments.retryWait = text.equals("0") ? Duration.ZERO : Values.seconds(text))
          .optionalRest(
              "COMMAND",
              "With --cmd: all that follows the options, as it is written.",
              (arguments, text) -> arguments.rest = text);

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public Duration seconds;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String url;

    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String command;

    public int retry = 30;

    public Duration retryWait = Duration.ofSeconds(1);

    public boolean insecure;

    /** The words after the options, which are a URL or a command. */
    @JsonIgnore public String rest = "";
  }

  private static final String ONE_CONDITION =
      "WAIT needs exactly one of --seconds N, --url URL and --cmd COMMAND";

  /** One try: null if it succeeded, else the reason. */
  private interface Try {
    String run() throws JobException, InterruptedException;
  }

  public WaitComponent() {
    super("WAIT", Arguments::new, SYNTAX);
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (conditions(arguments) != 1) {
      throw new PlanException(ONE_CONDITION);
    }
    String rest = arguments.rest;
    if (arguments.command != null) {
      arguments.command = rest;
    } else if (arguments.url != null && arguments.url.isEmpty()) {
      arguments.url = rest;
    } else if (!rest.isEmpty()) {
      throw new PlanException("WAIT: '" + rest + "' is unexpected");
    }
    if ("".equals(arguments.url) || "".equals(arguments.command)) {
      throw new PlanException("WAIT: --url needs a URL, and --cmd a command behind the options");
    }
    return Json.tree(arguments);
  }

  @Override
  public boolean isCommand(Arguments arguments) {
    return arguments.command != null;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (conditions(arguments) != 1) {
      errors.add(ONE_CONDITION);
    }
    if (arguments.seconds != null) {
      errors.check("seconds", () -> Values.duration(arguments.seconds));
    }
    if (arguments.url != null && !arguments.url.contains("{")) {
      errors.check("url", () -> HttpUrl.parse(arguments.url));
    }
    errors.require(
        arguments.command == null || !arguments.command.isBlank(),
        "command",
        "a command is needed; in an orchestration, it stands behind all options");
    errors.check("retry", () -> Values.atLeast(0, arguments.retry));
    if (!arguments.retryWait.isZero()) {
      errors.check("retry_wait", () -> Values.duration(arguments.retryWait));
    }
  }

  private static long conditions(Arguments arguments) {
    return Stream.of(arguments.seconds, arguments.url, arguments.command)
        .filter(condition -> condition != null)
        .count();
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    if (arguments.seconds != null) {
      return Preview.unchanged("would wait " + arguments.seconds.toMillis() / 1000.0 + " s");
    }
    if (arguments.url != null) {
      String url = node.render(arguments.url).strip();
      try {
        return Preview.unchanged("would wait until " + HttpUrl.parse(url).shown() + " answers");
      } catch (PlanException e) {
        throw new JobException(e.getMessage(), e);
      }
    }
    return Preview.unknown(
        "would run "
            + node.render(Given.key("seconds, url or command", arguments.command))
            + " until it succeeds");
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    if (arguments.seconds != null) {
      node.changed(false);
      Thread.sleep(arguments.seconds.toMillis());
      return Outcome.Succeeded.FINISHED;
    }
    if (arguments.url != null) {
      node.changed(false);
      String url = node.render(arguments.url).strip();
      UrlProbe probe = new UrlProbe(url, arguments.insecure, node);
      return tryAgain(arguments, probe.shown(), node, () -> probe.run(node));
    }
    String command = node.render(Given.key("seconds, url or command", arguments.command));
    return tryAgain(arguments, command, node, () -> shell(command, node));
  }

  private static String shell(String command, NodeContext node)
      throws JobException, InterruptedException {
    int status = node.shell(command);
    return status == 0 ? null : "exit status " + status;
  }

  private static String also(int tries) {
    return switch (tries) {
      case 0 -> "; --retry N tries again";
      case 1 -> ", also after 1 more try";
      default -> ", also after " + tries + " more tries";
    };
  }

  private static Outcome tryAgain(Arguments arguments, String what, NodeContext node, Try attempt)
      throws JobException, InterruptedException {
    String failure = attempt.run();
    for (int i = 0; failure != null && i < arguments.retry; i++) {
      Thread.sleep(arguments.retryWait.toMillis());
      node.nextAttempt();
      failure = attempt.run();
    }
    return failure == null
        ? new Outcome.Succeeded(what)
        : new Outcome.Failed(Outcome.Reason.ERROR, what + ": " + failure + also(arguments.retry));
  }
}
