package io.directord.legacy.dialect;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.CapturedOutput;
import java.util.ArrayList;
import java.util.List;

/**
 * The results of a job, with as much output as fits into memory: the dialect's form does not allow
 * to send it node by node.
 */
final class Shortened {
  /** Maximum characters of all outputs of a job; a reply takes several times as much memory. */
  static final int MAX = 8 << 20;

  private Shortened() {}

  /** Reads each result once; cuts the middle out of long outputs if there is too much. */
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
