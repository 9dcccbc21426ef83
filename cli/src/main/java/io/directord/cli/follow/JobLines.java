package io.directord.cli.follow;

import io.directord.cli.output.Display;
import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import java.io.PrintStream;
import java.util.Iterator;

/**
 * Prints one line per job in the order of submission, each as soon as the job and all before it
 * have ended, so that a script can count lines.
 */
public final class JobLines implements RunDisplay {
  /** A run with more jobs gets no line per job at its end. */
  private static final int FEW = 10;

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

  /**
   * Prints a line per job of an ended run, for people; nothing if there are many jobs, since the
   * recap counts them.
   */
  public static void printFew(Run run, PrintStream out, int columns) {
    if (run.jobs().size() <= FEW) {
      for (Run.Progress job : run.jobs()) {
        String line = how(job.summary()) + job.shortId() + "  " + job.title();
        out.println(Display.cut(line, columns));
      }
    }
  }

  /** How a job ended, in the original's words: all targets succeeded, part of them, or none. */
  static String line(JobSummary job) {
    return how(job) + job.id();
  }

  private static String how(JobSummary job) {
    String how = job.failed() == 0 ? "Success" : job.succeeded() == 0 ? "Failed" : "Degraded";
    return "Job " + how + ": ";
  }
}
