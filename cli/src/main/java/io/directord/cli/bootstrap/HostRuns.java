package io.directord.cli.bootstrap;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Signals;
import java.util.ArrayList;
import java.util.List;

/** Runs the steps of all hosts to their end, or to a Ctrl-C, and tells how they ended. */
final class HostRuns {
  private final Bootstrap bootstrap;
  private final Report report;
  private final int threads;

  /**
   * @param step what a step is called
   */
  HostRuns(SshHosts ssh, BootstrapOptions options, Console console, String step) {
    this.report = new Report(console, options.verbose());
    this.bootstrap = new Bootstrap(ssh, report, step);
    this.threads = options.threads();
  }

  /**
   * Runs them and returns the exit status.
   *
   * @param first one after the other; if one of them fails, the others are not begun
   * @param then at once
   */
  int run(List<HostSteps> first, List<HostSteps> then) throws InterruptedException {
    Signals.on("INT", this::interrupted);
    boolean ready = bootstrap.serially(first);
    boolean done = ready && bootstrap.parallel(then, threads);
    List<HostSteps> all = new ArrayList<>(first);
    all.addAll(then);
    report.table(
        all, bootstrap.isStopped() ? "not begun" : "not begun, since a server is not ready");
    if (bootstrap.isStopped()) {
      return ExitStatus.INTERRUPTED;
    }
    return done ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /** A second time, the process ends at once. */
  private void interrupted() {
    if (bootstrap.isStopped()) {
      Runtime.getRuntime().halt(ExitStatus.INTERRUPTED);
    }
    bootstrap.stop();
  }
}
