package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import java.io.PrintStream;
import java.util.Iterator;

/**
 * One line a job, in the order of submission, each as soon as it and those before it have ended: so
 * a script may count lines.
 */
public final class JobLines implements Report {
  private final PrintStream out;
  private Iterator<Run.Progress> jobs;
  private Run.Progress next;

  public JobLines(PrintStream out) {
    this.out = out;
  }

  @Override
  public void on(Event event, Run run) {
    if (!(event instanceof Event.JobEnded)) {
      return;
    }
    if (jobs == null) {
      jobs = run.jobs().iterator();
      next = jobs.next();
    }
    while (next != null && next.ended()) {
      out.println(line(next.summary()));
      next = jobs.hasNext() ? jobs.next() : null;
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
