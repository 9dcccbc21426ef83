package io.directord.cli.bootstrap;

import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Runs the steps of hosts: a step that fails ends its host alone. {@link #stop} ends them all; any
 * thread may call it.
 */
final class Bootstrap {
  private final SshHosts ssh;
  private final Report report;
  private final String step;
  private volatile boolean stopped;

  /**
   * @param step what a step is called
   */
  Bootstrap(SshHosts ssh, Report report, String step) {
    this.ssh = ssh;
    this.report = report;
    this.step = step;
  }

  /** Ends what runs, and begins nothing more. */
  void stop() {
    stopped = true;
    ssh.close();
  }

  boolean isStopped() {
    return stopped;
  }

  /** Whether all was done on all of these hosts, one host after the other. */
  boolean serially(List<HostSteps> hosts) {
    boolean done = true;
    for (HostSteps host : hosts) {
      done &= run(host);
    }
    return done;
  }

  /** Whether all was done on all of these hosts, so many of them at once. */
  boolean parallel(List<HostSteps> hosts, int threads) throws InterruptedException {
    if (hosts.isEmpty()) {
      return true;
    }
    ExecutorService workers = Executors.newFixedThreadPool(Math.min(threads, hosts.size()));
    try {
      List<Callable<Boolean>> runs = new ArrayList<>();
      hosts.forEach(host -> runs.add(() -> run(host)));
      boolean done = true;
      for (Future<Boolean> run : workers.invokeAll(runs)) {
        done &= run.get();
      }
      return done;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      workers.shutdownNow();
    }
  }

  private boolean run(HostSteps host) {
    if (stopped) {
      return false;
    }
    Address address = host.address();
    report.say(address, "connecting");
    try (SshHost connected = ssh.connect(address)) {
      return run(host, connected);
    } catch (UnreachableException e) {
      if (!stopped) {
        report.wrong(address, "unreachable: " + e.getMessage(), "");
        report.end(host, "unreachable");
      }
      return false;
    }
  }

  private boolean run(HostSteps host, SshHost connected) {
    int count = host.steps().size();
    List<String> omitted = new ArrayList<>();
    for (int at = 0; at < count; at++) {
      Step next = host.steps().get(at);
      String number = step + " " + (at + 1) + " of " + count;
      report.say(host.address(), number + ": " + next.title());
      StepOutput output = new StepOutput(line -> report.output(host.address(), line));
      String why;
      try {
        String said = next.run(connected, output);
        if (!said.isEmpty()) {
          report.say(host.address(), number + ": " + said);
        }
        continue;
      } catch (StepException e) {
        why = e.getMessage();
      } catch (IOException e) {
        why = IoErrors.sayWhere(e);
      }
      if (stopped) {
        report.end(host, "ended by Ctrl-C in " + number);
        return false;
      }
      report.wrong(
          host.address(),
          number + " failed, " + Report.line(next.title()) + ": " + why,
          output.text());
      if (!next.isOptional()) {
        report.end(host, "failed at " + number);
        return false;
      }
      omitted.add(next.title());
    }
    report.end(
        host,
        "ok: "
            + Counted.of(count - omitted.size(), step)
            + (omitted.isEmpty() ? "" : ", without " + String.join(", ", omitted)));
    return true;
  }
}
