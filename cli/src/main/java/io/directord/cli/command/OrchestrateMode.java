package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Tables;
import io.directord.common.config.Settings;
import io.directord.common.job.JobJson;
import io.directord.common.job.UrlPasswords;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/** Orchestration files. */
final class OrchestrateMode implements Mode {
  private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

  private final List<String> files = new ArrayList<>();
  private final List<String> targets = new ArrayList<>();
  private final Set<String> restrict = new HashSet<>();
  private final FollowOptions follow = new FollowOptions();
  private boolean ignoreCache;
  private boolean forceAsync;
  private boolean fingerPrint;
  private boolean checkOnly;

  @Override
  public CommandSpec spec() {
    Spec spec =
        Spec.of("orchestrate", this)
            .usage(
                "directord orchestrate FILE... [--target NODE...] [--restrict SHA...]%n"
                    + "         [--poll | --wait | --stream | --finger-print | --check-only] [options]",
                "Runs the jobs of orchestration files, in order.")
            .operands("FILE", "YAML files, run in order; - is standard input.", files::add)
            .list(
                "--target",
                "NODE",
                "Only on these: every word up to the next option; or with commas.",
                targets::add)
            .list(
                "--restrict",
                "SHA",
                "Only jobs with these fingerprints; several as with --target.",
                restrict::add)
            .flag(
                "--ignore-cache",
                "Run also what already succeeded on a node.",
                given -> ignoreCache = given)
            .flag("--force-async", "Run all parents side by side.", given -> forceAsync = given)
            .flag(
                "--finger-print",
                "Run nothing; show the jobs and their fingerprints.",
                given -> fingerPrint = given)
            .flag(
                "--check-only",
                "Run nothing; say whether all of it could run: files, verbs, sources, targets.",
                given -> checkOnly = given);
    follow.addTo(spec);
    return spec.examples(
            "  directord orchestrate --check-only site.yaml",
            "  directord orchestrate --wait site.yaml",
            "  directord orchestrate site.yaml --stream --ignore-cache --target web-1 web-2")
        .build();
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    follow.validate(console);
    if ((fingerPrint || checkOnly) && follow.follows()) {
      throw Failure.usage(
          (fingerPrint ? "--finger-print" : "--check-only")
              + " runs nothing: --poll, --wait and --stream do not go with it");
    }
    if (fingerPrint && checkOnly) {
      throw Failure.usage("only one of --finger-print and --check-only can be given");
    }
    if (follow.strict && fingerPrint) {
      console.error("directord: --strict does nothing with --finger-print");
    }
    if (files.isEmpty()) {
      throw Failure.usage(
          "orchestrate: FILE is missing (--target and --restrict take every word up to the next"
              + " option, so write FILE before them)");
    }
    Orchestration orchestration = OrchestrationFile.read(paths());
    Components components = Components.installed(ComponentDirectories.of(settings));
    Planner planner = new Planner(components, Path.of("").toAbsolutePath());
    Optional<String> verbHelp = planner.help(orchestration);
    if (verbHelp.isPresent()) {
      console.out().println(verbHelp.get().stripTrailing());
      return ExitStatus.OK;
    }
    if (checkOnly) {
      return new OrchestrationCheck(settings, console, follow)
          .run(planner.attempt(orchestration, options()));
    }
    Plan plan;
    try {
      plan = planner.plan(orchestration, options());
    } catch (InvalidOrchestrationException e) {
      return ErrorList.tell(e.errors(), console);
    }
    if (fingerPrint) {
      fingerPrint(plan, console);
      return ExitStatus.OK;
    }
    return new PlanSubmission(settings, console, follow).run(plan, !targets.isEmpty());
  }

  private List<Path> paths() throws Failure {
    try {
      return files.stream().map(file -> file.equals("-") ? STANDARD_INPUT : Path.of(file)).toList();
    } catch (InvalidPathException e) {
      throw new Failure(ExitStatus.USAGE, "not a file's name: " + e.getInput(), e);
    }
  }

  private PlanOptions options() {
    return new PlanOptions(targets, restrict, ignoreCache, forceAsync, follow.stream);
  }

  private void fingerPrint(Plan plan, Console console) {
    if (follow.format == OutputFormat.TABLE) {
      Tables.fingerprints(plan, console.columns()).forEach(console.out()::println);
    } else {
      var jobs = plan.jobs().stream().map(JobJson::write).map(UrlPasswords::hidden).toList();
      console.out().print(Structured.text(jobs, follow.format));
    }
  }
}
