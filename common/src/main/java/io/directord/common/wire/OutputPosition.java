package io.directord.common.wire;

/**
 * What of a job's stream was sent before a piece of it; a piece that was lost on its way leaves a
 * gap in the numbers.
 *
 * @param pieces how many pieces
 * @param lines the line ends in them
 */
public record OutputPosition(long pieces, long lines) {
  /** Of the first piece. */
  public static final OutputPosition START = new OutputPosition(0, 0);

  /** Behind a piece with that many line ends, which is here. */
  public OutputPosition after(long lineEnds) {
    return new OutputPosition(pieces + 1, lines + lineEnds);
  }
}
