package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.context.Servers;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.ScheduleTable;
import io.directord.cli.output.Structured;
import io.directord.common.api.ApiException;
import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleTiming.Missed;
import io.directord.common.api.ScheduleTiming.Overlap;
import io.directord.common.api.ScheduleView;
import io.directord.common.api.ServerConnection;
import io.directord.common.api.UploadProgress;
import io.directord.common.config.Settings;
import io.directord.common.job.Span;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Orchestrations that the server starts by itself. */
final class ScheduleMode implements Mode {
  /** A job that succeeded in an earlier run is not skipped in the next one. */
  private static final boolean IGNORES_CACHE = true;

  private static final String ADD = "add";
  private static final String LIST = "list";
  static final List<String> ACTIONS =
      List.of(ADD, LIST, "show", "pause", "resume", "run", "remove", "history");

  private final List<String> words = new ArrayList<>();
  private final TargetOptions targets = new TargetOptions();
  private final RollingOptions rolling = new RollingOptions();
  private String cron;
  private String zone = "UTC";
  private Missed missed = Missed.RUN_ONCE;
  private Overlap overlap = Overlap.SKIP;
  private String splay;
  private OutputFormat format = OutputFormat.TABLE;

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("schedule", this)
            .usage(
                "directord schedule add NAME FILE... --cron EXPR [options]%n"
                    + "       directord schedule list%n"
                    + "       directord schedule show|pause|resume|run|remove|history NAME",
                "Has the server run orchestrations by itself. What the files say is checked and"
                    + " kept when a schedule is added: later changes of a file do not count.")
            .operands(
                "ACTION",
                "add, list, show, pause, resume, run (now), remove or history; then the NAME of the"
                    + " schedule, and with add the YAML files.",
                words::add)
            .option(
                "--cron",
                "EXPR",
                "With add: minute, hour, day of the month, month, day of the week, as in crontab.",
                given -> cron = given)
            .option(
                "--zone",
                "ZONE",
                "With add: the time zone that this is meant in, such as Europe/Berlin. Default:"
                    + " UTC.",
                given -> zone = given)
            .choice(
                "--missed",
                "WHAT",
                Missed.class,
                "With add: run-once or skip, when the server was not there. Default: run-once.",
                given -> missed = given)
            .choice(
                "--overlap",
                "WHAT",
                Overlap.class,
                "With add: skip or queue, while the run before has not ended. Default: skip.",
                given -> overlap = given)
            .option(
                "--splay",
                "TIME",
                "With add: each run begins up to so much later; 30s, 10m. At most 1d.",
                given -> splay = given);
    targets.addTo(spec);
    rolling.addTo(spec);
    return spec.choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples(
            "  directord schedule add site site.yaml --cron '30 2 * * *' --zone Europe/Rome",
            "  directord schedule add patch patch.yaml --cron '0 4 * * 6' --batch 10%",
            "  directord schedule list",
            "  directord schedule history patch",
            "  directord schedule run site");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure, IOException {
    String action =
        ActionWord.of(
            words, ACTIONS, "schedule: one of " + String.join(", ", ACTIONS) + " is expected");
    requireWords(action);
    ServerConnection server =
        new ServerConnection(Servers.of(settings), new BusyServer(console::error));
    if (action.equals(ADD)) {
      return add(settings, server, console);
    }
    if (action.equals(LIST)) {
      List<ScheduleView> all = server.schedules().all();
      return print(all, console, () -> ScheduleTable.of(all, console.columns()));
    }
    String name = words.get(1);
    switch (action) {
      case "show" -> {
        ScheduleInfo info = server.schedules().of(name);
        return print(info, console, () -> ScheduleTable.of(info, console.columns()));
      }
      case "history" -> {
        ScheduleInfo info = server.schedules().of(name);
        return print(info.history(), console, () -> ScheduleTable.history(info, console.columns()));
      }
      case "pause" -> {
        return told(server.schedules().pause(name), " is paused: it starts nothing", console);
      }
      case "resume" -> {
        return told(server.schedules().resume(name), " goes on", console);
      }
      case "run" -> {
        return ran(server.schedules().run(name), console);
      }
      default -> {
        return told(server.schedules().remove(name), " is removed; its runs go on", console);
      }
    }
  }

  private void requireWords(String action) throws Failure {
    boolean add = action.equals(ADD);
    int least = add ? 3 : action.equals(LIST) ? 1 : 2;
    if (words.size() < least) {
      throw Failure.usage(
          "schedule "
              + action
              + ": "
              + (words.size() == 1 ? "the NAME of the schedule" : "FILE")
              + " is missing");
    }
    if (!add && words.size() > least) {
      throw Failure.usage(
          "schedule " + action + ": " + Quoted.of(words.get(least)) + " is one word too many");
    }
    if (add && cron == null) {
      throw Failure.usage("schedule add: --cron is missing, such as --cron '30 2 * * *'");
    }
    if (!add && (cron != null || splay != null || targets.areGiven())) {
      throw Failure.usage(
          "schedule " + action + ": a schedule is changed by adding it anew: remove it first");
    }
  }

  /** Prints it as it is wanted. */
  private int print(Object value, Console console, Lines lines) {
    if (format == OutputFormat.TABLE) {
      lines.of().forEach(console.out()::println);
    } else {
      console.out().print(Structured.text(value, format));
    }
    return ExitStatus.OK;
  }

  /** Lines of a table. */
  private interface Lines {
    List<String> of();
  }

  private int ran(ScheduleView view, Console console) {
    ScheduleEntry last = view.status().last();
    String what =
        last.what() == ScheduleEntry.What.STARTED
            ? " has started " + String.join(", ", last.runs().stream().map(UUID::toString).toList())
            : "'s run waits until the server can take it: " + last.info();
    return told(view, what, console);
  }

  private int told(ScheduleView view, String what, Console console) {
    return print(view, console, () -> List.of("Schedule " + view.name() + what + "."));
  }

  private int add(Settings settings, ServerConnection server, Console console)
      throws Failure, IOException {
    List<Path> files = words.subList(2, words.size()).stream().map(Path::of).toList();
    List<String> limit = targets.limit();
    Plan plan;
    try {
      plan = plan(settings, files);
    } catch (InvalidOrchestrationException e) {
      return ErrorList.tell(ErrorCode.INVALID_JOBS, e.errors(), console);
    }
    ErrorList.note(plan.notes(), console);
    if (PlanSubmission.isEmpty(plan, console)) {
      return ErrorCode.INVALID_JOBS.exitStatus();
    }
    try {
      server.upload(plan.trees(), UploadProgress.NONE);
      for (var secret : plan.secrets().entrySet()) {
        server.keepSecret(secret.getKey(), secret.getValue());
      }
      ScheduleTiming timing = new ScheduleTiming(cron, zone, missed, overlap, splay());
      ScheduleView added =
          server
              .schedules()
              .add(words.get(1), timing, plan.jobs(), limit, plan.contents(), UploadProgress.NONE);
      return told(
          added,
          " with "
              + Counted.of(added.jobs(), "job")
              + " starts next at "
              + ScheduleTable.time(added.status().next(), zone),
          console);
    } catch (ApiException e) {
      if (e.problem().errors().isEmpty()) {
        throw e;
      }
      return ErrorList.tell(
          e.code(), PlanSubmission.placed(e.problem().errors(), plan.planned(), limit), console);
    }
  }

  private Plan plan(Settings settings, List<Path> files)
      throws Failure, IOException, InvalidOrchestrationException {
    Orchestration orchestration = OrchestrationFile.read(files);
    return LocalPlanner.of(settings)
        .plan(
            orchestration,
            new PlanOptions(
                targets.targets(), Set.of(), IGNORES_CACHE, false, false, null, rolling.parents()));
  }

  private Duration splay() throws Failure {
    try {
      return splay == null ? Duration.ZERO : Span.parse(splay);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("--splay: " + e.getMessage());
    }
  }
}
