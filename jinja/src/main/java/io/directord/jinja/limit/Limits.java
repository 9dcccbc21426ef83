package io.directord.jinja.limit;

/**
 * What templates may ask for.
 *
 * @param steps of one rendering: turns of loops, calls, names, filters, elements looked at
 * @param bytes of all renderings that go on at the same time, as {@link Budget} estimates them
 * @param text how many characters a text may have
 * @param elements how many elements a list, and how many numbers a range may have
 * @param calls how many calls may go on within each other
 */
public record Limits(long steps, long bytes, int text, int elements, int calls) {
  public static final Limits DEFAULT = new Limits(20_000_000, 256 << 20, 8 << 20, 100_000, 200);

  /** The same, but for the bytes. */
  public Limits withBytes(long other) {
    return new Limits(steps, other, text, elements, calls);
  }
}
