package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.options.Spec;
import io.directord.common.job.Amount;
import io.directord.common.job.ParentOptions;
import io.directord.common.job.Rolling;
import io.directord.common.job.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Options of exec and orchestrate for going from node to node, and for nodes that are away. */
final class RollingOptions {
  private final List<String> batch = new ArrayList<>();
  private String batchWait;
  private String maxFailures;
  private String quorum;
  private String deadline;

  /** Adds them to a command. */
  void addTo(Spec command) {
    command
        .list(
            "--batch",
            "SIZES",
            "Run on so many nodes at a time: 2, 10% or 1,10%,50%, where the next size counts once"
                + " as many nodes as this one have finished well.",
            batch::add)
        .option(
            "--batch-wait",
            "TIME",
            "With --batch: so long after a node has finished, another takes its place; 30 or 5m.",
            given -> batchWait = given)
        .option(
            "--max-failures",
            "N",
            "With --batch: pause when more nodes than this have failed; 2 or 5%.",
            given -> maxFailures = given)
        .option(
            "--quorum",
            "N",
            "Run only if so many of the nodes are connected; 20 or 90%.",
            given -> quorum = given)
        .option(
            "--deadline",
            "TIME",
            "Hold the jobs for nodes that are away or have not enrolled, for so long; 12h or 2d.",
            given -> deadline = given);
  }

  /**
   * What they say, for every parent.
   *
   * @throws Failure if one of them is wrong
   */
  ParentOptions parents() throws Failure {
    List<Amount> sizes = new ArrayList<>();
    for (String size : batch) {
      sizes.add(parsed("--batch", size, text -> Amount.parse(text, 1)));
    }
    if (sizes.size() > Rolling.MAX_SIZES) {
      throw Failure.usage("--batch: there are more than " + Rolling.MAX_SIZES + " sizes");
    }
    Rolling rolling =
        new Rolling(
            sizes,
            parsed("--max-failures", maxFailures, text -> Amount.parse(text, 0)),
            parsed("--quorum", quorum, text -> Amount.parse(text, 1)),
            parsed("--batch-wait", batchWait, Span::parse));
    boolean isAny = !batch.isEmpty() || batchWait != null || maxFailures != null || quorum != null;
    return new ParentOptions(isAny ? rolling : null, parsed("--deadline", deadline, Span::parse));
  }

  /**
   * The same, for one parent of which nothing else says how it rolls.
   *
   * @throws Failure also if they do not make sense together
   */
  ParentOptions ofOne() throws Failure {
    if (batch.isEmpty() && (maxFailures != null || batchWait != null)) {
      throw Failure.usage(
          (maxFailures != null ? "--max-failures" : "--batch-wait")
              + " needs --batch, such as 1 or 10%: without it all nodes begin at once");
    }
    return parents();
  }

  private static <T> T parsed(String option, String text, Function<String, T> parser)
      throws Failure {
    try {
      return text == null ? null : parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw Failure.usage(option + ": " + e.getMessage());
    }
  }
}
