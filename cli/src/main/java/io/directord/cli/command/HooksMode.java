package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.HookSettings;
import io.directord.common.config.IncomingHook;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.orchestration.HookPlan;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import io.directord.server.Server;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Programs that are told what happens, and orchestrations that programs may start. */
final class HooksMode implements Mode {
  private static final String LIST = "list";
  private static final String CHECK = "check";
  private static final String START = "start";
  static final List<String> ACTIONS = List.of(LIST, CHECK, START);

  private final List<String> words = new ArrayList<>();
  private OutputFormat format = OutputFormat.TABLE;

  @Override
  public Spec spec() {
    return Spec.of("hooks", this)
        .usage(
            "directord hooks list [--output FORMAT]%n"
                + "       directord [global options] hooks check [NAME [PARAMETER=VALUE...]]%n"
                + "       directord hooks start NAME [PARAMETER=VALUE...]",
            "list asks the server how its hooks do. check reads the hooks of the configuration on"
                + " this machine, with their secrets and orchestrations, and says all that is"
                + " wrong; with NAME also which jobs these values would start. start has the"
                + " server start one.")
        .operands(
            "ACTION",
            "list, check or start; then the NAME of the hook, and values of its parameters.",
            words::add)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples(
            "  directord hooks list",
            "  directord hooks check",
            "  directord hooks check deploy version=1.4.2",
            "  directord hooks start deploy version=1.4.2 stage=test");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    String action =
        ActionWord.of(
            words, ACTIONS, "hooks: one of " + String.join(", ", ACTIONS) + " is expected");
    if (action.equals(LIST) && words.size() > 1) {
      throw Failure.usage("hooks list: " + Quoted.of(words.get(1)) + " is one word too many");
    }
    if (action.equals(START) && words.size() == 1) {
      throw Failure.usage("hooks start: the NAME of the hook is missing");
    }
    return switch (action) {
      case LIST -> list(settings, console);
      case CHECK -> check(settings, console);
      default -> start(settings, console);
    };
  }

  private static ServerConnection server(Settings settings, Console console)
      throws Failure, IOException {
    return new ServerConnection(Servers.of(settings), new BusyServer(console::error));
  }

  private int list(Settings settings, Console console) throws Failure, IOException {
    Bodies.Hooks hooks = server(settings, console).access().hooks();
    if (format == OutputFormat.TABLE) {
      HookTable.lines(hooks, console.columns()).forEach(console.out()::println);
    } else {
      console.out().print(Structured.text(HookTable.all(hooks), format));
    }
    return ExitStatus.OK;
  }

  private int check(Settings settings, Console console) throws Failure {
    List<ValidationError> errors = Server.hookErrors(settings);
    if (!errors.isEmpty()) {
      return ErrorList.tell(ErrorCode.WRONG_SETTING, errors, console);
    }
    HookSettings hooks = settings.get(Settings.HOOKS);
    if (words.size() > 1) {
      return check(hook(hooks), settings, console);
    }
    console
        .out()
        .println(
            Counted.of(hooks.hooks().size(), "hook")
                + " that are told, "
                + hooks.incoming().size()
                + " that can be started: nothing is wrong");
    return ExitStatus.OK;
  }

  private IncomingHook hook(HookSettings hooks) throws Failure {
    String name = words.get(1);
    List<String> names = hooks.incoming().stream().map(IncomingHook::name).toList();
    if (!names.contains(name)) {
      throw new Failure(
          ErrorCode.UNKNOWN_HOOK,
          "hooks check: there is no hook "
              + name
              + " that can be started"
              + Nearest.hint(name, names));
    }
    return hooks.incoming().get(names.indexOf(name));
  }

  private int check(IncomingHook hook, Settings settings, Console console) throws Failure {
    List<String> wrong = new ArrayList<>();
    Map<String, String> given = given();
    given.keySet().stream()
        .filter(name -> !hook.names().contains(name))
        .forEach(
            name ->
                wrong.add(
                    "hook "
                        + hook.name()
                        + " has no parameter "
                        + name
                        + Nearest.hint(name, hook.names())));
    Map<String, String> values = HookPlan.values(hook, given, wrong);
    if (!wrong.isEmpty()) {
      return ErrorList.tell(
          ErrorCode.INVALID_REQUEST, wrong.stream().map(ValidationError::new).toList(), console);
    }
    Components verbs = Components.installed(ComponentDirectories.of(settings));
    try {
      Planner.Attempt attempt = HookPlan.read(hook, verbs).plan(values, verbs);
      if (!attempt.errors().isEmpty()) {
        return ErrorList.tell(ErrorCode.INVALID_JOBS, attempt.errors(), console);
      }
      print(attempt.plan().jobs(), console);
      return ExitStatus.OK;
    } catch (InvalidOrchestrationException e) {
      return ErrorList.tell(ErrorCode.INVALID_JOBS, e.errors(), console);
    }
  }

  private void print(List<Job> jobs, Console console) {
    console
        .out()
        .print(
            Structured.text(
                jobs.stream().map(JobJson::write).toList(),
                format == OutputFormat.TABLE ? OutputFormat.YAML : format));
  }

  private Map<String, String> given() throws Failure {
    Map<String, String> given = new LinkedHashMap<>();
    for (String word : words.subList(2, words.size())) {
      int at = word.indexOf('=');
      if (at < 1) {
        throw Failure.usage("hooks: PARAMETER=VALUE is expected, not " + Quoted.of(word));
      }
      if (given.put(word.substring(0, at), word.substring(at + 1)) != null) {
        throw Failure.usage("hooks: " + word.substring(0, at) + " is given twice");
      }
    }
    return given;
  }

  private int start(Settings settings, Console console) throws Failure, IOException {
    try {
      Bodies.HookStarted done = server(settings, console).access().startHook(words.get(1), given());
      console
          .out()
          .print(
              format == OutputFormat.TABLE
                  ? "Hook " + done.hook() + " has started run " + done.runs().get(0) + ".\n"
                  : Structured.text(done, format));
      return ExitStatus.OK;
    } catch (ApiException e) {
      throw Failure.refused("hooks start", e);
    }
  }
}
