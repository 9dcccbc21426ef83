package io.directord.cli.output;

/**
 * A column of a {@link Table}.
 *
 * @param fit how it may shrink on a narrow terminal
 */
public record Column(String heading, Fit fit) {

  /** How a column may shrink. */
  public enum Fit {
    /** Shown in full, since people copy it, unless it alone is wider than the terminal. */
    KEEP,
    /** Long cells lose their middle; the column is dropped if that is not enough. */
    CUT,
    /** Long cells continue on the next line. */
    WRAP,
    /** The column is dropped. */
    DROP,
    /** The column is dropped first. */
    DROP_FIRST
  }

  public static Column keep(String heading) {
    return new Column(heading, Fit.KEEP);
  }

  public static Column cut(String heading) {
    return new Column(heading, Fit.CUT);
  }

  public static Column wrap(String heading) {
    return new Column(heading, Fit.WRAP);
  }

  public static Column drop(String heading) {
    return new Column(heading, Fit.DROP);
  }

  public static Column dropFirst(String heading) {
    return new Column(heading, Fit.DROP_FIRST);
  }
}
