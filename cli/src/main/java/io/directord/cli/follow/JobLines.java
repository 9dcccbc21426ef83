package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import java.io.PrintStream;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * One line a job, in the order of submission, each as soon as it and those before it have ended: so
 * a script may count lines.
 */
public final class JobLines implements Report {
  private final PrintStream out;
  private final Set<UUID> printed = new HashSet<>();

  public JobLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void on(Event event, Run run) {
    if (!(event instanceof Event.JobEnded)) {
      return;
    }
    for (Run.Progress progress : run.jobs()) {
      if (!progress.ended()) {
        break;
      }
      if (printed.add(progress.job().id())) {
        out.println(line(progress.summary()));
      }
    }
    out.flush();
  }

  /** A line for each job of a run that has ended. */
  public static void printAll(Run run, PrintStream out) {
    run.jobs().forEach(progress -> out.println(line(progress.summary())));
  }

  /** How a job ended, in the original's words: all targets succeeded, part of them, or none. */
  static String line(JobSummary job) {
    String how = job.failed() == 0 ? "Success" : job.succeeded() == 0 ? "Failed" : "Degraded";
    return "Job " + how + ": " + job.id();
  }
}
