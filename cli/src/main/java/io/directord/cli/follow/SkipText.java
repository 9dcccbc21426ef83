package io.directord.cli.follow;

import io.directord.cli.output.Times;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells which jobs were skipped, on which nodes and why, so that an operator does not look for
 * their output.
 */
public final class SkipText {
  /** With more skipped jobs, only their number is shown. */
  private static final int MAX_JOBS = 5;

  /** The format of clients. */
  private static final Pattern DONE_AT =
      Pattern.compile("done at (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ)");

  private static final String REMEDY = " (--ignore-cache runs it)";

  private SkipText() {}

  /**
   * Lines about skipped jobs; empty if there are none.
   *
   * @param server is asked since when they had been done
   */
  public static List<String> of(Run run, ServerConnection server) throws IOException {
    List<Run.Progress> skipped =
        run.jobs().stream().filter(job -> !job.skipped().isEmpty()).toList();
    if (skipped.size() > MAX_JOBS) {
      return List.of(
          skipped.size()
              + " jobs were skipped on nodes that had done the same before"
              + " (--ignore-cache runs them)");
    }
    List<String> lines = new ArrayList<>();
    for (Run.Progress job : skipped) {
      String title = job.title() + ": skipped on " + FailureText.names(job.skipped());
      if (!job.job().links().whenChanged().isEmpty()) {
        lines.add(
            title
                + ": nothing to follow, "
                + String.join(", ", job.job().links().whenChanged())
                + " changed nothing");
        continue;
      }
      lines.add(
          title
              + doneAt(server.job(job.job().id()).nodes()).map(at -> ": done at " + at).orElse("")
              + REMEDY);
    }
    return lines;
  }

  /** The latest time named by a node. */
  private static Optional<String> doneAt(List<NodeOutcome> nodes) {
    return nodes.stream()
        .filter(node -> node.state() == NodeOutcome.State.SKIPPED)
        .map(node -> DONE_AT.matcher(String.valueOf(node.info())))
        .filter(Matcher::find)
        .map(found -> Instant.parse(found.group(1)))
        .max(Instant::compareTo)
        .map(Times::shortMoment);
  }
}
