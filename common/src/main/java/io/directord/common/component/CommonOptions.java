package io.directord.common.component;

import io.directord.common.job.Job;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The options that every verb takes. */
public final class CommonOptions {
  public static final Syntax<CommonOptions> SYNTAX =
      new Syntax<CommonOptions>("Options of every verb.")
          .flag(
              "--skip-cache",
              "Run even where the same job has already succeeded.",
              (common, on) -> common.skipCache = on)
          .flag("--run-once", "Run on the first target only.", (common, on) -> common.runOnce = on)
          .option(
              "--timeout",
              "SECONDS",
              "End the job after this time; 600 by default.",
              (common, text) -> common.timeout = Values.seconds(text))
          .flag("--force-lock", "Run under the node's lock.", (common, on) -> common.forceLock = on)
          .option(
              "--stdout-arg",
              "NAME",
              "Keep the standard output as this argument on the node.",
              (common, text) -> common.stdoutArg = Values.name(text))
          .option(
              "--stderr-arg",
              "NAME",
              "Keep the standard error as this argument on the node.",
              (common, text) -> common.stderrArg = Values.name(text))
          .each(
              "--when-changed",
              "JOB",
              "Run only if this earlier job of the same parent, by its name, has changed something"
                  + " on the node; may be given many times.",
              (common, text) -> common.whenChanged.add(Values.text(text)))
          .flag(
              "--exec-help",
              "Show this help and run nothing.",
              (common, on) -> common.execHelp = on);

  /** Whether every verb takes this option. */
  public static boolean has(String option) {
    return SYNTAX.option(option) != null;
  }

  public boolean skipCache;
  public boolean runOnce;
  public Duration timeout = Job.DEFAULT_TIMEOUT;
  public boolean forceLock;

  /** Or null. */
  public String stdoutArg;

  /** Or null. */
  public String stderrArg;

  /** Names of earlier jobs. */
  public final List<String> whenChanged = new ArrayList<>();

  public boolean execHelp;
}
