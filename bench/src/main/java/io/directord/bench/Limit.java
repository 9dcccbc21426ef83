package io.directord.bench;

import java.util.Locale;

/**
 * The upper limit of a time.
 *
 * @param ofAnchor whether it is a multiple of the anchor's time rather than seconds
 */
record Limit(double value, boolean ofAnchor) {

  static Limit timesAnchor(double factor) {
    return new Limit(factor, true);
  }

  static Limit seconds(double seconds) {
    return new Limit(seconds, false);
  }

  boolean metBy(Samples ours, Samples anchor) {
    return (ofAnchor ? ours.dividedBy(anchor) : ours).median() <= value;
  }

  double inSeconds(Samples anchor) {
    return ofAnchor ? value * anchor.median() : value;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, ofAnchor ? "≤ %s × anchor" : "≤ %s s", value);
  }
}
