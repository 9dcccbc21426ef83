package io.directord.jinja.value;

import io.directord.jinja.limit.Budget;

/** Finds a text in another, in time linear in the sum of their lengths. */
public final class Search {
  private static final int SHORT = 64;

  private Search() {}

  public static boolean contains(String text, String part) {
    return first(text, part, 0) >= 0;
  }

  /** The index of the first occurrence at or after this index; -1 if there is none. */
  public static int first(String text, String part, int from) {
    Budget.step(1);
    if (part.length() < SHORT) {
      return text.indexOf(part, from);
    }
    long mark = Budget.mark();
    int[] borders = borders(part);
    int matched = 0;
    int found = -1;
    for (int i = from; i < text.length() && found < 0; i++) {
      while (matched > 0 && part.charAt(matched) != text.charAt(i)) {
        matched = borders[matched - 1];
      }
      matched += part.charAt(matched) == text.charAt(i) ? 1 : 0;
      found = matched == part.length() ? i + 1 - matched : -1;
    }
    Budget.reset(mark);
    return found;
  }

  /** The index of the last occurrence that ends at or before this index; -1 if there is none. */
  public static int last(String text, String part, int end) {
    Budget.step(1);
    if (part.length() < SHORT) {
      return text.lastIndexOf(part, end - part.length());
    }
    long mark = Budget.mark();
    Budget.text(end + (long) part.length());
    String backwards = new StringBuilder(text.substring(0, end)).reverse().toString();
    int found = first(backwards, new StringBuilder(part).reverse().toString(), 0);
    Budget.reset(mark);
    return found < 0 ? -1 : end - found - part.length();
  }

  /** The failure function of Knuth, Morris and Pratt. */
  private static int[] borders(String part) {
    Budget.bytes(4L * part.length());
    int[] borders = new int[part.length()];
    int border = 0;
    for (int i = 1; i < part.length(); i++) {
      while (border > 0 && part.charAt(border) != part.charAt(i)) {
        border = borders[border - 1];
      }
      border += part.charAt(border) == part.charAt(i) ? 1 : 0;
      borders[i] = border;
    }
    return borders;
  }
}
