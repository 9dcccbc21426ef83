package io.directord.jinja.value;

import java.util.AbstractList;

/** Python's range: numbers computed on demand. */
public final class Range extends AbstractList<Object> {
  private final long start;
  private final long stop;
  private final long step;
  private final int size;

  /**
   * @param step not 0
   */
  public Range(long start, long stop, long step) {
    this.start = start;
    this.stop = stop;
    this.step = step;
    this.size = (int) Math.min(Integer.MAX_VALUE, size(start, stop, step));
  }

  /** How many numbers there are. */
  public static long size(long start, long stop, long step) {
    long distance = step > 0 ? stop - start : start - stop;
    long by = Math.abs(step);
    return distance <= 0 ? 0 : (distance + by - 1) / by;
  }

  @Override
  public Object get(int index) {
    return start + index * step;
  }

  @Override
  public int size() {
    return size;
  }

  /** A part of it, as {@link Slices} cuts it. */
  Range part(int from, int to, int by) {
    return new Range(start + from * step, start + to * step, step * by);
  }

  @Override
  public String toString() {
    return "range(" + start + ", " + stop + (step == 1 ? "" : ", " + step) + ")";
  }
}
