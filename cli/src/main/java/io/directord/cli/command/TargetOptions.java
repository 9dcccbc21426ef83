package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.common.api.ApiException;
import io.directord.common.target.Target;
import io.directord.common.target.TargetList;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Options that say for which nodes the jobs are. */
final class TargetOptions {
  private static final String TARGET = "--target";
  private static final String LIMIT = "--limit";

  private final List<String> targets = new ArrayList<>();
  private final List<String> limit = new ArrayList<>();
  private boolean readsInput;

  /** Adds them to a command. */
  void addTo(Spec command) {
    command.targets(
        TARGET,
        "EXPR",
        "Only on these nodes, whatever else the jobs say: names, or expressions such as 'web-*',"
            + " '@role=web and not web-3', @@FILE or - for a list; every word up to the next"
            + " option, or with commas.",
        targets::add);
    addLimitTo(command);
  }

  /** Adds only the one that narrows targets. */
  void addLimitTo(Spec command) {
    command.targets(
        LIMIT,
        "EXPR",
        "Of the nodes that jobs are for only these; a job of which none is left is left out.",
        limit::add);
  }

  /** Which words the options took, as in {@code --target took a, b}; empty if none were given. */
  String took() {
    return Stream.of(took(TARGET, targets), took(LIMIT, limit))
        .filter(one -> !one.isEmpty())
        .collect(Collectors.joining(" and "));
  }

  /** As {@link #took()}, of an option that was given these words. */
  static String took(String option, Collection<String> words) {
    return words.isEmpty() ? "" : option + " took " + String.join(", ", words);
  }

  /**
   * Takes away the words from the first one on that begins with a slash, which no target does: they
   * stood behind the option, which takes every word up to the next one.
   */
  List<String> takePaths() {
    List<String> paths = new ArrayList<>();
    for (List<String> words : List.of(targets, limit)) {
      for (int i = 0; i < words.size(); i++) {
        if (words.get(i).startsWith("/")) {
          List<String> rest = words.subList(i, words.size());
          paths.addAll(rest);
          rest.clear();
        }
      }
    }
    return paths;
  }

  boolean areGiven() {
    return !targets.isEmpty() || !limit.isEmpty();
  }

  /** Whether a list is read from standard input. */
  boolean readInput() {
    return targets.contains(TargetList.STANDARD_INPUT) || limit.contains(TargetList.STANDARD_INPUT);
  }

  /** The targets that override those of jobs; lists are read. */
  List<String> targets() throws Failure {
    return read(TARGET, targets);
  }

  /** The targets to which those of jobs are narrowed; lists are read. */
  List<String> limit() throws Failure {
    return read(LIMIT, limit);
  }

  /** The targets that an option was given, with those of lists in place of these. */
  List<String> read(String option, List<String> words) throws Failure {
    List<String> all = new ArrayList<>();
    List<ValidationError> errors = new ArrayList<>();
    for (String word : words) {
      if (word.startsWith(TargetList.FILE)) {
        add(TargetList.read(file(option, word), errors), all);
      } else if (word.equals(TargetList.STANDARD_INPUT)) {
        if (readsInput) {
          throw Failure.usage("standard input can be one list only");
        }
        readsInput = true;
        add(TargetList.readInput(System.in, errors), all);
      } else {
        if (Target.of(word) instanceof Target.Invalid invalid) {
          errors.add(
              new Place.Key(option).error(withCaret(invalid.message(), word, invalid.column())));
        }
        all.add(word);
      }
    }
    if (!errors.isEmpty()) {
      throw new Failure(
          ErrorCode.INVALID_TARGET,
          errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    }
    return all;
  }

  private static void add(List<TargetList.Line> lines, List<String> to) {
    lines.forEach(line -> to.add(line.text()));
  }

  private static Path file(String option, String word) throws Failure {
    String name = word.substring(TargetList.FILE.length());
    try {
      if (!name.isEmpty()) {
        return Path.of(name);
      }
    } catch (InvalidPathException e) {
      throw new Failure(ErrorCode.WRONG_USAGE, option + ": not a file's name: " + name, e);
    }
    throw Failure.usage(option + ": a file is expected after @@, as @@nodes.txt");
  }

  /**
   * The server has refused a request with targets.
   *
   * @param option the one with the targets
   */
  static Failure refused(String option, List<String> targets, ApiException refusal) {
    List<String> told = new ArrayList<>();
    for (ValidationError error : refusal.problem().errors()) {
      if (error.place() instanceof Place.InTarget at) {
        Target target = Target.of(targets.get(at.index()));
        told.add(
            option
                + ": "
                + (target instanceof Target.OneNode
                    ? error.message()
                    : withCaret(error.message(), targets.get(at.index()), at.column())));
      }
    }
    return told.isEmpty()
        ? Failure.refused(option, refusal)
        : new Failure(refusal.code(), String.join("\n", told), refusal);
  }

  /** An error in an expression, with a line that shows where. */
  static String withCaret(String message, String expression, int column) {
    return message + "\n" + String.join("\n", TargetList.shown(expression, column));
  }
}
