package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.CommandWords;
import io.directord.cli.options.Spec;
import io.directord.common.config.Settings;
import io.directord.common.job.ParentOptions;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.common.validation.ErrorCode;
import io.directord.verbs.Components;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Runs one job, given on the command line. */
final class ExecMode implements Mode {
  private final TargetOptions targets = new TargetOptions();
  private final List<String> arguments = new ArrayList<>();
  private final FollowOptions follow = new FollowOptions();
  private final RollingOptions rolling = new RollingOptions();
  private final List<String> verbs = new ArrayList<>();
  private boolean ignoreCache;
  private boolean forceAsync;

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("exec", this)
            .usage(
                "directord exec --verb VERB [--target EXPR...]%n"
                    + "         [--limit EXPR...] [--poll | --wait | --stream | --dry-run] [options]%n"
                    + "         ARGUMENTS...",
                "Runs one verb on nodes.")
            .words(
                "ARGUMENTS",
                "The verb's arguments and options, in one quoted word or several; everything after"
                    + " -- is theirs, and every option that exec does not have.",
                arguments::add)
            .required("--verb", "VERB", "What to do.", verbs::add);
    targets.addTo(spec);
    follow.addTo(spec);
    follow.addDryRunTo(spec);
    rolling.addTo(spec);
    return spec.flag(
            "--ignore-cache",
            "Run it also where it has already succeeded.",
            given -> ignoreCache = given)
        .flag(
            "--force-async",
            "Do not wait behind other orchestrations.",
            given -> forceAsync = given)
        .examples(
            "  directord exec --wait --verb RUN 'uname -r'",
            "  directord exec --stream --target web-1 web-2 --verb RUN 'make test'",
            "  directord exec --wait --target '@role=web and not web-3' --verb RUN 'uptime'",
            "  directord exec --wait --target '%failed:last' --verb RUN 'uptime'",
            "  directord exec --dry-run --diff --verb COPY -- app.conf /etc/app/",
            "  directord exec --wait --batch 1,10%,50% --max-failures 2 --verb RUN 'make'",
            "  directord exec --poll --verb COPY -- --chmod=0644 app.conf /etc/app/",
            "  directord exec --verb RUN '--exec-help true'    (the verb's own options)");
  }

  /** The help of the verb, if one is given. */
  @Override
  public String help(String usage, Supplier<Components> installed) throws Failure {
    return verbs.isEmpty()
        ? usage + Help.verbs(installed.get())
        : Help.ofVerb(verbs.get(0), installed.get());
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    follow.validate(console);
    ParentOptions parents = rolling.ofOne();
    if (verbs.size() > 1) {
      throw Failure.usage("exec: one --verb is expected, not " + String.join(" and ", verbs));
    }
    String text = arguments.stream().map(CommandWords::asTyped).collect(Collectors.joining(" "));
    Orchestration orchestration = Orchestration.ofOne(verbs.get(0), text);
    Planner planner = LocalPlanner.of(settings);
    Optional<String> verbHelp = planner.help(orchestration);
    if (verbHelp.isPresent()) {
      console.out().println(verbHelp.get().stripTrailing());
      return ExitStatus.OK;
    }
    List<String> limit = targets.limit();
    PlanOptions options;
    try {
      options =
          new PlanOptions(
              targets.targets(),
              Set.of(),
              ignoreCache,
              forceAsync,
              follow.stream,
              follow.dryRun(),
              parents);
    } catch (Failure e) {
      throw arguments.isEmpty() && targets.areGiven()
          ? new Failure(e.code(), e.getMessage() + "\n" + targetsTook(), e)
          : e;
    }
    try {
      return new PlanSubmission(settings, console, follow)
          .run(planner.plan(orchestration, options), limit);
    } catch (InvalidOrchestrationException e) {
      int status = ErrorList.tell(ErrorCode.INVALID_JOBS, e.errors(), console);
      if (arguments.isEmpty() && targets.areGiven()) {
        console.error(targetsTook());
      }
      return status;
    }
  }

  private String targetsTook() {
    return "("
        + targets.took()
        + ", every word up to the next option: write ARGUMENTS before it, or put -- between.)";
  }
}
