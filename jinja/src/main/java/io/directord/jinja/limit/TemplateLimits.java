package io.directord.jinja.limit;

/**
 * The limits of templates.
 *
 * @param steps of one rendering: turns of loops, calls, names, filters, elements looked at
 * @param bytes of all renderings that run at the same time, as {@link Budget} estimates them
 * @param text maximum characters of a text
 * @param elements maximum elements of a list, and numbers of a range
 * @param calls maximum depth of nested calls
 */
public record TemplateLimits(long steps, long bytes, int text, int elements, int calls) {
  public static final TemplateLimits DEFAULT =
      new TemplateLimits(20_000_000, 256 << 20, 8 << 20, 100_000, 200);

  /** The same limits with other bytes. */
  public TemplateLimits withBytes(long other) {
    return new TemplateLimits(steps, other, text, elements, calls);
  }
}
