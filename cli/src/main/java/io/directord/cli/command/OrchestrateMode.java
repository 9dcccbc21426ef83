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
import io.directord.common.target.TargetList;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Orchestration files. */
final class OrchestrateMode implements Mode {
  private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

  private final List<String> files = new ArrayList<>();
  private final TargetOptions targets = new TargetOptions();
  private final Set<String> restrict = new LinkedHashSet<>();
  private final FollowOptions follow = new FollowOptions();
  private final RollingOptions rolling = new RollingOptions();
  private boolean ignoreCache;
  private boolean forceAsync;
  private boolean fingerPrint;
  private boolean checkOnly;

  @Override
  public Spec spec() {
    Spec spec = Spec.of("orchestrate", this);
    spec.usage(
            "directord orchestrate FILE... [--target EXPR...] [--limit EXPR...]%n"
                + "         [--restrict SHA...] [--poll | --wait | --stream | --dry-run%n"
                + "         | --finger-print | --check-only] [options]",
            "Runs the jobs of orchestration files, in order.")
        .operands("FILE", "YAML files, run in order; - is standard input.", files::add);
    targets.addTo(spec);
    spec.list(
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
    follow.addDryRunTo(spec);
    rolling.addTo(spec);
    return spec.examples(
        "  directord orchestrate --check-only site.yaml",
        "  directord orchestrate --dry-run --diff site.yaml",
        "  directord orchestrate --wait site.yaml",
        "  directord orchestrate --wait site.yaml --limit '@site=ham and web-*'",
        "  directord orchestrate --wait site.yaml --target '%failed:last'",
        "  directord orchestrate --wait --batch 10% --max-failures 5% site.yaml",
        "  directord orchestrate site.yaml --stream --ignore-cache --target web-1 web-2");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    follow.validate(console);
    if ((fingerPrint || checkOnly) && follow.follows()) {
      throw Failure.usage(
          (fingerPrint ? "--finger-print" : "--check-only")
              + " asks no node: --poll, --wait, --stream and --dry-run do not go with it");
    }
    if (fingerPrint && checkOnly) {
      throw Failure.usage("only one of --finger-print and --check-only can be given");
    }
    if (follow.strict && fingerPrint) {
      console.error("directord: --strict does nothing with --finger-print");
    }
    if (files.isEmpty()) {
      String took =
          Stream.of(targets.took(), TargetOptions.took("--restrict", restrict))
              .filter(option -> !option.isEmpty())
              .collect(Collectors.joining(" and "));
      throw Failure.usage(
          "orchestrate: FILE is missing"
              + (took.isEmpty()
                  ? ""
                  : " (" + took + ", every word up to the next option: write FILE before it)"));
    }
    if (files.contains(TargetList.STANDARD_INPUT) && targets.readInput()) {
      throw Failure.usage("standard input cannot be both FILE and a list of targets");
    }
    List<String> limit = targets.limit();
    PlanOptions options = options();
    Orchestration orchestration = OrchestrationFile.read(paths());
    Planner planner = LocalPlanner.of(settings);
    Optional<String> verbHelp = planner.help(orchestration);
    if (verbHelp.isPresent()) {
      console.out().println(verbHelp.get().stripTrailing());
      return ExitStatus.OK;
    }
    if (checkOnly) {
      Planner.Attempt attempt = planner.attempt(orchestration, options);
      if (attempt.errors().isEmpty() && PlanSubmission.isEmpty(attempt.plan(), console)) {
        return ErrorCode.INVALID_JOBS.exitStatus();
      }
      return new OrchestrationCheck(settings, console, follow).run(attempt, limit);
    }
    Plan plan;
    try {
      plan = planner.plan(orchestration, options);
    } catch (InvalidOrchestrationException e) {
      return ErrorList.tell(ErrorCode.INVALID_JOBS, e.errors(), console);
    }
    if (fingerPrint) {
      if (PlanSubmission.isEmpty(plan, console)) {
        return ErrorCode.INVALID_JOBS.exitStatus();
      }
      fingerPrint(plan, console);
      return ExitStatus.OK;
    }
    return new PlanSubmission(settings, console, follow).run(plan, limit);
  }

  private List<Path> paths() throws Failure {
    try {
      return files.stream().map(file -> file.equals("-") ? STANDARD_INPUT : Path.of(file)).toList();
    } catch (InvalidPathException e) {
      throw new Failure(ErrorCode.WRONG_USAGE, "not a file's name: " + e.getInput(), e);
    }
  }

  private PlanOptions options() throws Failure {
    return new PlanOptions(
        targets.targets(),
        restrict,
        ignoreCache,
        forceAsync,
        follow.stream,
        follow.dryRun(),
        rolling.parents());
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
