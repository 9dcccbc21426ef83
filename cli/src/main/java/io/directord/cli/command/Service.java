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
import java.util.concurrent.atomic.AtomicReference;

/**
 * A mode that stays: it logs, runs until it is told to stop by SIGTERM or SIGINT, and ends the
 * process if one of its threads dies.
 */
final class Service {
  /** What has not stopped in order by then never will. */
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

  private final Logger log;
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<String> death = new AtomicReference<>();
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
    settings.warnings().forEach(warning -> log.log(Level.WARNING, warning));
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
  }

  /** It cannot start, which its log says as it says all else; the exit status. */
  int notStarted(Exception reason) {
    log.log(Level.ERROR, reason.getMessage());
    return ExitStatus.FAILED;
  }

  /** For threads that the service cannot do without: one of them has died. */
  void died(String thread, Throwable reason) {
    log.log(Level.ERROR, "the process ends, since thread " + thread + " died", reason);
    death.compareAndSet(null, "thread " + thread + " died: " + cause(reason));
    status = ExitStatus.FAILED;
    end.countDown();
  }

  /**
   * For all other threads. A fault in the program costs what the thread was doing, and is told; a
   * fault of the runtime may be everywhere, so the process ends.
   */
  private void uncaught(Thread thread, Throwable reason) {
    if (reason instanceof Exception || reason instanceof StackOverflowError) {
      log.log(Level.ERROR, "thread " + thread.getName() + " failed at what it was doing", reason);
    } else {
      died(thread.getName(), reason);
    }
  }

  private static String cause(Throwable reason) {
    Throwable root = reason;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
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
      sayLastWord();
    } catch (Exception e) {
      log.log(Level.ERROR, "while stopping", e);
      status = ExitStatus.FAILED;
    }
    return status;
  }

  private void sayLastWord() {
    if (death.get() == null) {
      log.log(Level.INFO, "stopped");
    } else {
      log.log(Level.ERROR, "ended with status {0}: {1}", ExitStatus.FAILED, death.get());
    }
  }

  private void endAnyway() {
    try {
      Thread.sleep(TIME_TO_STOP.toMillis());
      String why = death.get() == null ? "" : "; " + death.get();
      log.log(
          Level.ERROR,
          "ended with status {0}: not stopped within {1} seconds{2}",
          ExitStatus.FAILED,
          TIME_TO_STOP.toSeconds(),
          why);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(ExitStatus.FAILED);
  }
}
