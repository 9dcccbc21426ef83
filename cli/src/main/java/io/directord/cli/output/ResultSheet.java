package io.directord.cli.output;

import io.directord.common.api.LineRange;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ResultView;
import java.util.ArrayList;
import java.util.List;

/** One job on one node: how it stands there, and lines of its output under a heading for each. */
public final class ResultSheet {
  private ResultSheet() {}

  /** Lines for {@code manage --job-info --node}. */
  public static List<String> of(ResultView view) {
    NodeOutcome result = view.result();
    List<String> lines = new ArrayList<>();
    lines.add(result.node() + "  " + JobSheet.how(result) + "  (job " + view.jobId() + ")");
    add("STDOUT", result.stdout(), view.stdoutLines(), lines);
    add("STDERR", result.stderr(), view.stderrLines(), lines);
    return lines;
  }

  private static void add(String stream, String text, LineRange.Lines shown, List<String> lines) {
    if (shown.of() == 0) {
      return;
    }
    boolean isPart = shown.from() != 1 || shown.to() != shown.of();
    String which = shown.from() == 0 ? "none" : shown.from() + " to " + shown.to();
    lines.add("-- " + stream + (isPart ? ", lines " + which + " of " + shown.of() : ""));
    text.lines().forEach(lines::add);
  }
}
