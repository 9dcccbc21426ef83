package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.common.api.ApiException;
import io.directord.common.api.Receipt;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import io.directord.common.job.Traceparent;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.Plan.PlannedJob;
import io.directord.common.target.Target;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Submits a plan to the server, and follows it to its end if requested. */
final class PlanSubmission {
  /** Where the server has something against the limit as a whole. */
  private static final Place LIMIT = new Place.Key("limit");

  private final Console console;
  private final RunCommand command;

  PlanSubmission(Settings settings, Console console, FollowOptions options)
      throws Failure, IOException {
    this.console = console;
    this.command = new RunCommand(settings, console, options);
  }

  /**
   * Runs it.
   *
   * @param limit the targets to which those of the jobs are narrowed; empty for no limit
   * @return the exit status
   */
  int run(Plan plan, List<String> limit) throws Failure, IOException, InterruptedException {
    ErrorList.note(plan.notes(), console);
    if (isEmpty(plan, console)) {
      return ErrorCode.INVALID_JOBS.exitStatus();
    }
    try {
      return command.run(plan.jobs(), () -> submitted(plan, limit));
    } catch (ApiException e) {
      if (e.problem().errors().isEmpty()) {
        throw e;
      }
      return ErrorList.tell(e.code(), placed(e.problem().errors(), plan.planned(), limit), console);
    }
  }

  /** Whether there is nothing to run, which is told; it is an error of the author. */
  static boolean isEmpty(Plan plan, Console console) {
    if (plan.jobs().isEmpty()) {
      console.fail(
          ErrorCode.INVALID_JOBS, "directord: nothing to run: there are no jobs in what was given");
    }
    return plan.jobs().isEmpty();
  }

  /** Whether it is a name alone, not an expression. */
  private static boolean isName(String target) {
    return Target.of(target) instanceof Target.OneNode;
  }

  /**
   * Validation errors found by the server only, such as a verb that is not installed there or a
   * target that is not enrolled, where they were written. Targets given on the command line have no
   * place in a file.
   */
  static List<ValidationError> placed(
      List<ValidationError> found, List<PlannedJob> planned, List<String> limit) {
    List<ValidationError> errors = new ArrayList<>();
    for (ValidationError error : found) {
      PlannedJob job =
          error.job() == null || error.job() >= planned.size() ? null : planned.get(error.job());
      boolean inFile = job != null && !job.targets().isEmpty();
      if (error.place() instanceof Place.InTarget target && !inFile) {
        List<String> words = job == null ? limit : job.job().targets();
        String message =
            target.index() < words.size() && !isName(words.get(target.index()))
                ? TargetOptions.withCaret(
                    error.message(), words.get(target.index()), target.column())
                : error.message();
        Place place = new Place.Key(job == null ? "--limit" : "--target");
        errors.add(new ValidationError(place, message, error.code()));
      } else if (error.place().equals(LIMIT)) {
        errors.add(error.at(new Place.Key("--limit")));
      } else if (!inFile
          && error.place() instanceof Place.InJob inJob
          && inJob.key().equals("targets")) {
        errors.add(error.at(Place.NONE));
      } else {
        errors.addAll(PlannedJob.placed(List.of(error), planned));
      }
    }
    return errors;
  }

  private Receipt submitted(Plan plan, List<String> limit) throws IOException {
    command.server().upload(plan.trees(), command.uploads());
    for (var secret : plan.secrets().entrySet()) {
      command.server().keepSecret(secret.getKey(), secret.getValue());
    }
    List<Job> jobs = Traceparent.of(plan.jobs(), System.getenv(Traceparent.VARIABLE));
    return command.server().submitAll(jobs, limit, plan.contents(), command.uploads());
  }
}
