package io.directord.common.job;

/**
 * What a job has put out on a node.
 *
 * @param stdout at most {@link Captured#MAX_BYTES}, with the middle cut out
 * @param stderr likewise
 */
public record CapturedOutput(String stdout, String stderr) {
  /** Of a job that put nothing out. */
  public static final CapturedOutput EMPTY = new CapturedOutput("", "");
}
