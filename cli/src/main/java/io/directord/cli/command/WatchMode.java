package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.common.api.ApiException;
import io.directord.common.config.Settings;
import io.directord.common.job.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Follows jobs that were submitted before, as if it had waited for them from their beginning. */
final class WatchMode implements Mode {
  private final List<String> references = new ArrayList<>();
  private final FollowOptions follow = new FollowOptions();

  @Override
  public Spec spec() {
    Spec spec =
        Spec.of("watch", this)
            .usage(
                "directord watch [JOB | PARENT | last]... [--poll | --stream] [options]",
                "Follows jobs that run already, also those of other users, as --wait does: with the same"
                    + " output, recap and exit status. Of jobs that have ended it shows the recap at"
                    + " once. Ctrl-C leaves them running, or cancels them.")
            .operands(
                "JOB",
                "Id of a job or a parent, or the beginning of one, several of them; or last, which"
                    + " is the default: the newest job and all that were submitted together with"
                    + " it.",
                references::add);
    follow.addTo(spec);
    return spec.examples(
        "  directord watch",
        "  directord watch 3acf5f9e 07ddb23c",
        "  directord watch last --stream",
        "  directord watch last --fold --wait-timeout 600");
  }

  @Override
  public int run(Settings settings, Console console)
      throws Failure, IOException, InterruptedException {
    follow.wait = !follow.poll && !follow.stream;
    follow.validate(console);
    RunCommand command = new RunCommand(settings, console, follow);
    WatchedJobs watched = new WatchedJobs(command.server());
    try {
      for (String reference : references.isEmpty() ? List.of("last") : references) {
        watched.add(reference);
      }
    } catch (ApiException e) {
      throw Failure.refused("watch", e);
    }
    follow.dryRun = watched.jobs().stream().allMatch(Job::isDryRun);
    return command.watch(watched);
  }
}
