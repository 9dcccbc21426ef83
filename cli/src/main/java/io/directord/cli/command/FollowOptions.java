package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.follow.Show;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.common.job.DryRun;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Options of commands that submit jobs, for following them and printing their results. */
final class FollowOptions {
  private static final String WAITING = "--poll, --wait, --stream or --dry-run";

  /** Standard output has one form, so that --stream does not go with another one. */
  private static final String WAITING_FOR_FORM = "--poll, --wait or --dry-run";

  boolean poll;
  boolean wait;
  boolean stream;
  boolean check;
  boolean strict;
  boolean fold;
  boolean senders;
  boolean dryRun;
  boolean diff;
  Double waitTimeout;
  Show show = Show.ALL;

  /** What is being transferred for the run, for people; empty if nothing is. */
  Supplier<String> transfer = () -> "";

  /**
   * Command that gets what the jobs bring if this one is interrupted; empty if they bring nothing.
   */
  String rest = "";

  /**
   * Takes what sums up the run for programs, where the command itself prints that and the document;
   * else null.
   */
  Consumer<ObjectNode> summary;

  String directory;
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
            given -> strict = given);
    addOutput(command);
  }

  /** Adds those of commands that plan the jobs themselves, and so may have them previewed. */
  void addDryRunTo(Spec command) {
    command
        .flag(
            "--dry-run",
            "Run nothing; each node says what it would change. Waits as with --poll.",
            given -> dryRun = given)
        .flag("--diff", "With --dry-run: show how files would change.", given -> diff = given);
  }

  private void addOutput(Spec command) {
    command
        .flag(
            "--fold",
            "When waiting: print the output at the end, once for all nodes that printed the same.",
            given -> fold = given)
        .flag(
            "--senders",
            "When waiting: print only the names of the nodes that answered.",
            given -> senders = given)
        .choice(
            "--show",
            "WHICH",
            Show.class,
            "When waiting: print results that are ok or failed only, all, or none; failures are"
                + " named at the end in any case. Default: all.",
            given -> show = given)
        .option(
            "--output-dir",
            "DIRECTORY",
            "When waiting: put the output into files, DIRECTORY/NODE/NUMBER-VERB.stdout and"
                + " .stderr. DIRECTORY must be new or empty.",
            given -> directory = given)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "table, json, yaml or jsonl; json and yaml print one document at the end, jsonl a line"
                + " for each result as it comes.",
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
    if (diff && !dryRun) {
      throw Failure.usage("--diff goes with --dry-run only");
    }
    if (dryRun && stream) {
      throw Failure.usage(
          "--dry-run runs nothing: --stream, which shows output, does not go with it");
    }
    if (waitTimeout != null && !(waitTimeout > 0)) {
      throw Failure.usage("--wait-timeout: seconds above 0 are expected");
    }
    requireWaiting(waitTimeout != null, "--wait-timeout");
    requireWaiting(fold, "--fold", WAITING_FOR_FORM);
    requireWaiting(senders, "--senders", WAITING_FOR_FORM);
    requireWaiting(show != Show.ALL, "--show");
    requireWaiting(directory != null, "--output-dir");
    requireWaiting(format == OutputFormat.JSONL, "--output jsonl");
    validateForms();
    if (check && !follows()) {
      console.error("directord: --check does nothing without " + WAITING);
    } else if (check && format != OutputFormat.TABLE) {
      console.error("directord: --check does nothing with --output " + format);
    }
  }

  private void requireWaiting(boolean given, String option) throws Failure {
    requireWaiting(given, option, WAITING);
  }

  private void requireWaiting(boolean given, String option, String waiting) throws Failure {
    if (given && !follows()) {
      throw Failure.usage(option + " goes with " + waiting + " only");
    }
  }

  /** Standard output has one form. */
  private void validateForms() throws Failure {
    List<String> forms =
        Stream.of(
                fold ? "--fold" : "",
                senders ? "--senders" : "",
                stream && format != OutputFormat.JSONL ? "--stream" : "",
                format == OutputFormat.TABLE ? "" : "--output " + format)
            .filter(form -> !form.isEmpty())
            .toList();
    boolean isDocument = format == OutputFormat.JSON || format == OutputFormat.YAML;
    if (forms.size() > (stream && isDocument ? 2 : 1)) {
      throw Failure.usage("only one of " + String.join(" and ", forms) + " can be given");
    }
    if (show != Show.ALL && isDocument) {
      throw Failure.usage("--show goes not with --output " + format + ", which prints all");
    }
  }

  boolean follows() {
    return poll || wait || stream || dryRun;
  }

  /** That a plan's jobs are not run; null if they are. */
  DryRun dryRun() {
    return dryRun ? new DryRun(UUID.randomUUID(), diff) : null;
  }

  /** Null for no limit. */
  Duration limit() {
    return waitTimeout == null ? null : Duration.ofMillis(Math.round(waitTimeout * 1000));
  }
}
