package io.directord.cli.follow;

import io.directord.cli.console.Colour;
import io.directord.cli.console.Console;
import io.directord.cli.output.Display;
import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import java.io.PrintStream;
import java.util.Iterator;

/**
 * Prints one line per job in the order of submission, each as soon as the job and all before it
 * have ended, or when they are not waited for any longer, so that a script can count lines.
 */
public final class JobLines implements RunDisplay {
  /** A run with more jobs gets no line per job at its end. */
  private static final int FEW = 10;

  private final PrintStream out;
  private final Show show;
  private Iterator<Run.Progress> jobs;
  private Run.Progress next;

  /**
   * @param show whether jobs are shown that failed on a node, or that did not
   */
  public JobLines(PrintStream out, Show show) {
    this.out = out;
    this.show = show;
  }

  @Override
  public void on(Event event, Run run) {
    if (!(event instanceof Event.JobEnded)) {
      return;
    }
    begin(run);
    while (next != null && next.ended()) {
      print(run);
    }
    out.flush();
  }

  /** Prints the lines of the jobs from the first on that has not ended. */
  public void finish(Run run) {
    begin(run);
    while (next != null) {
      print(run);
    }
    out.flush();
  }

  private void begin(Run run) {
    if (jobs == null) {
      jobs = run.jobs().iterator();
      next = jobs.hasNext() ? jobs.next() : null;
    }
  }

  private void print(Run run) {
    if (shows(next, show)) {
      out.println(how(next, run) + next.job().id());
    }
    next = jobs.hasNext() ? jobs.next() : null;
  }

  /** Whether {@link #printFew} prints a line for each job that failed. */
  public static boolean namesFailed(Run run, Show show) {
    return run.jobs().size() <= FEW && (show == Show.ALL || show == Show.FAILED);
  }

  /**
   * Prints a line per job of a run that has ended or is not waited for any longer, for people;
   * nothing if there are many jobs, since the recap counts them.
   */
  public static void printFew(Run run, Console console, Show show) {
    if (run.jobs().size() <= FEW) {
      for (Run.Progress job : run.jobs()) {
        if (shows(job, show)) {
          String how = how(job, run);
          Colour colour = job.ended() ? colour(job.summary()) : Colour.YELLOW;
          String rest =
              Display.cut(job.shortId() + "  " + job.title(), console.columns() - how.length());
          console.out().println(console.coloured(colour, how) + rest);
        }
      }
    }
  }

  /** Prints a line for each job that has not ended. */
  public static void printUnended(Run run, PrintStream out, Show show) {
    for (Run.Progress job : run.jobs()) {
      if (!job.ended() && shows(job, show)) {
        out.println(how(job, run) + job.job().id());
      }
    }
  }

  private static boolean shows(Run.Progress job, Show show) {
    return job.ended()
        ? shows(job.summary(), show)
        : show == Show.ALL || show == Show.FAILED && job.failedSomewhere();
  }

  static boolean shows(JobSummary job, Show show) {
    return show == Show.ALL || show == (job.failed() > 0 ? Show.FAILED : Show.OK);
  }

  private static Colour colour(JobSummary job) {
    return job.failed() == 0 ? Colour.GREEN : Colour.RED;
  }

  /** How a job ended, in the original's words: all targets succeeded, part of them, or none. */
  static String line(JobSummary job) {
    return how(job) + job.id();
  }

  private static String how(Run.Progress job, Run run) {
    if (job.ended()) {
      return how(job.summary());
    }
    return run.isPaused(job.job().parent().id()) ? "Job Paused: " : "Job Unfinished: ";
  }

  private static String how(JobSummary job) {
    String how = job.failed() == 0 ? "Success" : job.succeeded() == 0 ? "Failed" : "Degraded";
    return "Job " + how + ": ";
  }
}
