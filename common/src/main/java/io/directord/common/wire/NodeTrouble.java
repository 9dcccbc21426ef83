package io.directord.common.wire;

/**
 * What a node cannot do now, such as to note jobs on a disk that is full.
 *
 * @param text for people, at most {@link #MAX_CHARS} on one line, in words that follow the node's
 *     name
 * @param refusesJobs whether it refuses jobs for that reason
 */
public record NodeTrouble(String text, boolean refusesJobs) {
  static final int MAX_CHARS = 500;

  /** Cuts the text to its length, and puts a question mark for each control character. */
  public NodeTrouble {
    String line = (text == null ? "" : text).replaceAll("\\p{Cntrl}", "?");
    text = line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS - 1) + "…" : line;
  }
}
