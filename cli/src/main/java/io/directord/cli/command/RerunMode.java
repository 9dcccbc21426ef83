package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.follow.NodeNotices;
import io.directord.cli.options.Spec;
import io.directord.cli.output.Display;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.ApiException;
import io.directord.common.api.JobTitle;
import io.directord.common.api.Reruns;
import io.directord.common.api.Reruns.Which;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.target.FoldedNames;
import io.directord.common.validation.Counted;
import io.directord.common.validation.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Runs jobs again on the nodes where they did not succeed. */
final class RerunMode implements Mode {
  private static final String LAST = "last";

  private final List<String> references = new ArrayList<>();
  private final Set<Which> only = EnumSet.noneOf(Which.class);
  private final FollowOptions follow = new FollowOptions();
  private final TargetOptions targets = new TargetOptions();
  private boolean checkOnly;

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("rerun", this)
            .usage(
                "directord rerun [JOB | PARENT | last] --failed | --lost | --not-started%n"
                    + "         [--check-only | --poll | --wait | --stream] [options]",
                "Runs jobs again on the nodes where they did not succeed: as they were, in their"
                    + " order, with new ids. Of a node on which a job of a parent did not succeed,"
                    + " the parent's jobs from that one on. What an earlier rerun has done, or is"
                    + " doing, is left out and named.")
            .operands(
                "JOB",
                "Id of a job or a parent, or the beginning of one; or last, which is the default:"
                    + " the newest job and all that were submitted together with it.",
                references::add);
    add(spec, Which.FAILED, "Where a job failed, or was interrupted.");
    add(spec, Which.LOST, "Where the node was lost, or its result.");
    add(
        spec,
        Which.NOT_STARTED,
        "Where nothing failed, but jobs were dropped, or cancelled before they began.");
    targets.addLimitTo(spec);
    spec.flag(
        "--check-only", "Run nothing; say what would run, and where.", given -> checkOnly = given);
    follow.addTo(spec);
    return spec.examples(
        "  directord rerun --failed --check-only",
        "  directord rerun --failed --lost --wait",
        "  directord rerun --failed --limit 'web-*' --wait",
        "  directord rerun 3acf5f9e --failed --stream");
  }

  private void add(Spec spec, Which which, String description) {
    spec.flag(which.option(), description, given -> only.add(which));
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    follow.validate(console);
    if (only.isEmpty()) {
      throw Failure.usage(
          "rerun: say which jobs: --failed, --lost or --not-started, or several of them");
    }
    if (references.size() > 1) {
      throw Failure.usage("rerun: one job or parent is expected, not " + references.size());
    }
    if (checkOnly && follow.follows()) {
      throw Failure.usage(
          "--check-only runs nothing: --poll, --wait and --stream do not go with it");
    }
    RunCommand command = new RunCommand(settings, console, follow);
    String reference = references.isEmpty() ? LAST : references.get(0);
    boolean together = reference.startsWith(LAST);
    var wanted =
        new Reruns.Request(only, together, UUID.randomUUID(), follow.stream, targets.limit());
    Reruns.Plan plan;
    try {
      plan = command.server().planRerun(reference, wanted);
    } catch (ApiException e) {
      throw e.problem().errors().stream().anyMatch(one -> one.place() instanceof Place.InTarget)
          ? TargetOptions.refused("--limit", wanted.limit(), e)
          : Failure.refused("rerun", e);
    }
    List<Job> jobs = plan.jobs().stream().map(JobJson::read).toList();
    if (together) {
      console.error("last is job " + Display.shortId(plan.id()));
    }
    tell(plan, console);
    if (checkOnly) {
      show(plan, jobs, console);
      return ExitStatus.OK;
    }
    // By its id, since another job may be the last one now.
    String id = plan.id().toString();
    return command.run(jobs, () -> command.server().rerun(id, wanted));
  }

  private void tell(Reruns.Plan plan, Console console) {
    console.error(
        (checkOnly ? "would run again: " : "running again: ")
            + Counted.of(plan.jobs().size(), "job")
            + " on "
            + plan.nodes().size()
            + " of "
            + Counted.of(plan.of(), "node")
            + ": "
            + FoldedNames.text(plan.nodes()));
    if (!plan.forgotten().isEmpty()) {
      console.error(NodeNotices.forgotten(Set.copyOf(plan.forgotten())));
    }
    // A server of an older version does not say.
    if (plan.earlier() != null) {
      plan.earlier().forEach(one -> console.error("left out: " + one.text()));
    }
    if (plan.unended() > 0) {
      console.error(
          "not ended yet, and not looked at where they may still fail: "
              + Counted.of(plan.unended(), "job"));
    }
  }

  private void show(Reruns.Plan plan, List<Job> jobs, Console console) {
    if (follow.format != OutputFormat.TABLE) {
      console.out().print(Structured.text(plan, follow.format));
      return;
    }
    for (Job job : jobs) {
      console
          .out()
          .println(
              console.shown(JobTitle.of(job).line() + "  on " + FoldedNames.text(job.targets())));
    }
  }
}
