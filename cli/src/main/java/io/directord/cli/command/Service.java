package io.directord.cli.command;

import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.console.Signals;
import io.directord.cli.log.Logging;
import io.directord.cli.systemd.Supervision;
import io.directord.common.config.ClassArchive;
import io.directord.common.config.Product;
import io.directord.common.config.Settings;
import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Runs a server or a client until SIGTERM or SIGINT, and ends the process if one of its threads
 * dies.
 */
final class Service {
  /** Timeout of an orderly stop. */
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

  private final Logger log;
  private final Supervision supervision;
  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicReference<String> death = new AtomicReference<>();
  private volatile int status = ExitStatus.OK;

  /**
   * Starts logging.
   *
   * @param module its name appears in log lines
   * @throws Failure if the configuration file may not be read
   */
  Service(Settings settings, Class<?> module) throws Failure {
    if (settings.unreadFile().isPresent()) {
      throw new Failure(
          ErrorCode.WRONG_SETTING,
          settings.unreadFile().get() + ": you may not read this configuration file");
    }
    Logging.configure(
        settings.get(Settings.DEBUG), settings.get(Settings.LOG_FORMAT).equals("json"));
    supervision = Supervision.of(System.getenv(), settings.get(Settings.STATE_PATH));
    // Installed before anything is started, so that everything is stopped in order.
    Signals.on("TERM", end::countDown);
    Signals.on("INT", end::countDown);
    Signals.on("HUP", this::hungUp);
    log = System.getLogger(module.getName());
    log.log(
        Level.INFO,
        "directord {0} on Java {1}, process {2}",
        Product.version(),
        System.getProperty("java.version"),
        Long.toString(ProcessHandle.current().pid()));
    ClassArchive.unused().ifPresent(slow -> log.log(Level.INFO, slow));
    settings.warnings().forEach(warning -> log.log(Level.WARNING, warning));
    Thread.setDefaultUncaughtExceptionHandler(this::uncaught);
  }

  private void hungUp() {
    log.log(
        Level.INFO, "SIGHUP, as when the terminal is closed: start it with nohup, or as a unit");
    end.countDown();
  }

  /** Logs why it cannot start; returns the exit status. */
  int notStarted(Exception reason) {
    ErrorCode code = code(reason);
    log.log(Level.ERROR, code.mark(reason.getMessage()));
    return code.exitStatus();
  }

  /**
   * Wrong settings, and files of a later version, stay so until somebody changes something; the
   * exit status of these codes says it, so that no manager need try again.
   */
  private static ErrorCode code(Throwable reason) {
    for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
      if (cause instanceof Coded coded) {
        return coded.code();
      }
    }
    return ErrorCode.CANNOT_START;
  }

  /** Ends the process after the death of a thread that the service needs. */
  void died(String thread, Throwable reason) {
    log.log(Level.ERROR, "the process ends, since thread " + thread + " died", reason);
    death.compareAndSet(null, "thread " + thread + " died: " + cause(reason));
    status = ExitStatus.FAILED;
    end.countDown();
  }

  /**
   * Handles the death of any other thread. An exception ends only the thread and is logged; an
   * error of the runtime may affect everything, so the process ends.
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

  /**
   * Waits for the signal or error, then stops the service; returns the exit status.
   *
   * @param turns of the loop without which the service does nothing; asking makes it turn
   */
  int runUntilTold(AutoCloseable running, LongSupplier turns) throws InterruptedException {
    supervision.ready(turns);
    end.await();
    supervision.stopping();
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
