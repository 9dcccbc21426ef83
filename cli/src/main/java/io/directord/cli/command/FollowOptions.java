package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.output.Format;
import io.directord.common.api.EventFilter;
import java.time.Duration;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** How a run is followed and its result printed: the same for exec and orchestrate. */
final class FollowOptions {
  @Option(names = "--poll", description = "Wait for the jobs; print a line for each.")
  boolean poll;

  @Option(names = "--wait", description = "Wait for the jobs, with a progress bar.")
  boolean wait;

  @Option(names = "--stream", description = "Wait for the jobs; print output as it comes.")
  boolean stream;

  @Option(
      names = "--wait-timeout",
      paramLabel = "SECONDS",
      description = "Give up waiting after so long, with exit status 4; the jobs go on.")
  Double waitTimeout;

  @Option(names = "--check", description = "When waiting: list the ids of failed jobs.")
  boolean check;

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "table, json or yaml; the last two print one document at the end.")
  Format format;

  /**
   * @throws Failure if options exclude each other
   */
  void validate() throws Failure {
    if (Stream.of(poll, wait, stream).filter(given -> given).count() > 1) {
      throw Failure.usage("only one of --poll, --wait and --stream can be given");
    }
    if (waitTimeout != null && !(waitTimeout > 0)) {
      throw Failure.usage("--wait-timeout: seconds above 0 are expected");
    }
  }

  boolean follows() {
    return poll || wait || stream;
  }

  EventFilter.Detail detail() {
    return stream ? EventFilter.Detail.OUTPUT : EventFilter.Detail.NODES;
  }

  /** Null for no limit. */
  Duration limit() {
    return waitTimeout == null ? null : Duration.ofMillis(Math.round(waitTimeout * 1000));
  }
}
