package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.CommandWords;
import io.directord.cli.options.Spec;
import io.directord.common.config.Settings;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** Runs one job, given on the command line. */
final class ExecMode implements Mode {
  private final List<String> targets = new ArrayList<>();
  private final List<String> arguments = new ArrayList<>();
  private final FollowOptions follow = new FollowOptions();
  private final List<String> verbs = new ArrayList<>();
  private boolean ignoreCache;
  private boolean forceAsync;

  @Override
  public CommandSpec spec() {
    Spec spec =
        Spec.of("exec", this)
            .usage(
                "directord exec --verb VERB [--target NODE...]%n"
                    + "         [--poll | --wait | --stream] [options] ARGUMENTS...",
                "Runs one verb on nodes.")
            .words(
                "ARGUMENTS",
                "The verb's arguments and options, in one quoted word or several; everything after"
                    + " -- is theirs, and every option that exec does not have.",
                arguments::add)
            .required("--verb", "VERB", "What to do.", verbs::add)
            .list(
                "--target",
                "NODE",
                "Only on these: every word up to the next option; or with commas.",
                targets::add);
    follow.addTo(spec);
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
            "  directord exec --poll --verb COPY -- --chmod=0644 app.conf /etc/app/",
            "  directord exec --verb RUN '--exec-help true'    (the verb's own options)")
        .build();
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
    if (verbs.size() > 1) {
      throw Failure.usage("exec: one --verb is expected, not " + String.join(" and ", verbs));
    }
    String text = arguments.stream().map(CommandWords::asTyped).collect(Collectors.joining(" "));
    Orchestration orchestration = Orchestration.ofOne(verbs.get(0), text);
    Components components = Components.installed(ComponentDirectories.of(settings));
    Planner planner = new Planner(components, Path.of("").toAbsolutePath());
    Optional<String> verbHelp = planner.help(orchestration);
    if (verbHelp.isPresent()) {
      console.out().println(verbHelp.get().stripTrailing());
      return ExitStatus.OK;
    }
    var options = new PlanOptions(targets, Set.of(), ignoreCache, forceAsync, follow.stream);
    try {
      return new PlanSubmission(settings, console, follow)
          .run(planner.plan(orchestration, options), !targets.isEmpty());
    } catch (InvalidOrchestrationException e) {
      int status = ErrorList.tell(e.errors(), console);
      if (arguments.isEmpty() && !targets.isEmpty()) {
        console.error(
            "(--target takes every word up to the next option, so it took "
                + String.join(", ", targets)
                + ": write ARGUMENTS before it, or put -- between.)");
      }
      return status;
    }
  }
}
