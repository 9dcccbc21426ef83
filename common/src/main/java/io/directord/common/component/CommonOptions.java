package io.directord.common.component;

import io.directord.common.job.Job;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options that every verb takes. */
public final class CommonOptions {
  @Option(names = "--exec-help", description = "Show this help and run nothing.")
  public boolean execHelp;

  @Option(
      names = "--skip-cache",
      description = "Run even where the same job has already succeeded.")
  public boolean skipCache;

  @Option(names = "--run-once", description = "Run on the first target only.")
  public boolean runOnce;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "End the job after this time; 600 by default.")
  public Duration timeout = Job.DEFAULT_TIMEOUT;

  @Option(names = "--force-lock", description = "Run under the node's lock.")
  public boolean forceLock;

  @Option(
      names = "--stdout-arg",
      paramLabel = "NAME",
      description = "Keep the standard output as this argument on the node.")
  public String stdoutArg;

  @Option(
      names = "--stderr-arg",
      paramLabel = "NAME",
      description = "Keep the standard error as this argument on the node.")
  public String stderrArg;
}
