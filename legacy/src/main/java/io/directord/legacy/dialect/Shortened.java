package io.directord.legacy.dialect;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.CapturedOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a job, with as much output as is let into memory at once: the dialect has output
 * before and behind other things of all nodes, so that it cannot be sent node by node.
 */
final class Shortened {
  /** Characters of all outputs of a job: an answer takes some times as much memory. */
  static final int MAX = 8 << 20;

  private Shortened() {}

  /** Reads each of them once; where there is too much, the middle of long outputs is cut out. */
  static List<NodeOutcome> of(List<NodeOutcome> nodes) {
    int each = MAX / Math.max(1, 2 * nodes.size());
    List<NodeOutcome> shortened = new ArrayList<>(nodes.size());
    for (NodeOutcome node : nodes) {
      shortened.add(
          new NodeOutcome(
              node.node(),
              node.state(),
              node.reason(),
              node.info(),
              new CapturedOutput(cut(node.stdout(), each), cut(node.stderr(), each)),
              node.times(),
              node.details()));
    }
    return shortened;
  }

  private static String cut(String text, int max) {
    if (text == null || text.length() <= max) {
      return text;
    }
    int half = max / 2;
    int begin = Character.isHighSurrogate(text.charAt(half - 1)) ? half - 1 : half;
    int last = text.length() - half;
    int end = Character.isLowSurrogate(text.charAt(last)) ? last + 1 : last;
    return text.substring(0, begin)
        + "\n[... "
        + (end - begin)
        + " characters left out here; directord manage --job-info has them ...]\n"
        + text.substring(end);
  }
}
