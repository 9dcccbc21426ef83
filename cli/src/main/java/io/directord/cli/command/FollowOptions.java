package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import java.time.Duration;
import java.util.stream.Stream;

/** Options of exec and orchestrate for following a run and printing its results. */
final class FollowOptions {
  boolean poll;
  boolean wait;
  boolean stream;
  boolean check;
  boolean strict;
  Double waitTimeout;
  OutputFormat format = OutputFormat.TABLE;

  /** Adds them to a command. */
  void addTo(Spec command) {
    command
        .flag("--poll", "Wait for the jobs; print a line for each.", given -> poll = given)
        .flag("--wait", "Wait for the jobs, with a progress bar.", given -> wait = given)
        .flag(
            "--stream",
            "Wait for the jobs; print output as it comes, up to 1 MiB/s of each node.",
            given -> stream = given)
        .number(
            "--wait-timeout",
            "SECONDS",
            "Give up waiting after so long, with exit status 4; the jobs go on.",
            given -> waitTimeout = given)
        .flag("--check", "When waiting: list the ids of failed jobs.", given -> check = given)
        .flag(
            "--strict",
            "End with status 1 also if a node was left out, or output was cut or lost.",
            given -> strict = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json or yaml; the last two print one document at the end.",
            given -> format = given);
  }

  /**
   * Warns of options that have no effect.
   *
   * @throws Failure if options exclude each other
   */
  void validate(Console console) throws Failure {
    if (Stream.of(poll, wait, stream).filter(given -> given).count() > 1) {
      throw Failure.usage("only one of --poll, --wait and --stream can be given");
    }
    if (waitTimeout != null && !(waitTimeout > 0)) {
      throw Failure.usage("--wait-timeout: seconds above 0 are expected");
    }
    if (waitTimeout != null && !follows()) {
      throw Failure.usage("--wait-timeout goes with --poll, --wait or --stream only");
    }
    if (check && !follows()) {
      console.error("directord: --check does nothing without --poll, --wait or --stream");
    } else if (check && format != OutputFormat.TABLE) {
      console.error("directord: --check does nothing with --output " + format);
    }
  }

  boolean follows() {
    return poll || wait || stream;
  }

  /** Null for no limit. */
  Duration limit() {
    return waitTimeout == null ? null : Duration.ofMillis(Math.round(waitTimeout * 1000));
  }
}
