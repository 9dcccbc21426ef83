package io.directord.cli.output;

/**
 * A column of a {@link Table}.
 *
 * @param fit what may happen to it where the terminal is too narrow
 */
public record Column(String heading, Fit fit) {

  /** What a column may lose. */
  public enum Fit {
    /** Shown in full, unless it is too wide all by itself: people copy it. */
    KEEP,
    /** Long cells lose their middle; the whole column goes if that is not enough. */
    CUT,
    /** Long cells go on in the next line. */
    WRAP,
    /** The whole column goes. */
    DROP,
    /** The whole column goes, before any other does. */
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
