package io.directord.cli.command;

import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.console.Signals;
import io.directord.cli.log.Logging;
import io.directord.common.config.Product;
import io.directord.common.config.Settings;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * A mode that stays: it logs, runs until it is told to stop by SIGTERM or SIGINT, and ends the
 * process if one of its threads dies.
 */
final class Service {
  /** What has not stopped in order by then never will. */
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

  private final Logger log;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile int status = ExitStatus.OK;

  /**
   * From now on the process logs.
   *
   * @param module whose name the log lines carry
   * @throws Failure if it may not read what it is to do
   */
  Service(Settings settings, Class<?> module) throws Failure {
    if (settings.unreadFile().isPresent()) {
      throw Failure.usage(
          settings.unreadFile().get() + ": you may not read this configuration file");
    }
    Logging.configure(settings.get(Settings.DEBUG));
    // Before anything is started, so that whatever is started is stopped in order.
    Signals.on("TERM", end::countDown);
    Signals.on("INT", end::countDown);
    log = System.getLogger(module.getName());
    log.log(
        Level.INFO,
        "directord {0} on Java {1}, process {2}",
        Product.version(),
        System.getProperty("java.version"),
        Long.toString(ProcessHandle.current().pid()));
  }

  /** For threads that the service cannot do without: one of them has died. */
  void died(Thread thread, Throwable reason) {
    log.log(Level.ERROR, "the process ends, since thread " + thread.getName() + " died", reason);
    status = ExitStatus.FAILED;
    end.countDown();
  }

  /** Waits for the end, then stops the running service; the exit status. */
  int runUntilTold(AutoCloseable running) throws InterruptedException {
    end.await();
    log.log(Level.INFO, "stopping");
    Thread last = new Thread(this::endAnyway, "last-resort");
    last.setDaemon(true);
    last.start();
    try {
      running.close();
      log.log(Level.INFO, "stopped");
    } catch (Exception e) {
      log.log(Level.ERROR, "while stopping", e);
      status = ExitStatus.FAILED;
    }
    return status;
  }

  private void endAnyway() {
    try {
      Thread.sleep(TIME_TO_STOP.toMillis());
      log.log(Level.ERROR, "not stopped within {0} seconds", TIME_TO_STOP.toSeconds());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitStatus.FAILED);
  }
}
