package io.directord.common.fetch;

import java.util.Locale;

/** Numbers of bytes as people write them. */
public final class ByteSize {
  private static final String UNITS = "KMGT";
  private static final int SHIFT = 10;
  private static final int ROUND = 10;

  private ByteSize() {}

  /**
   * Reads {@code 500}, {@code 64K}, {@code 1M} or {@code 2G}, in units of 1024.
   *
   * @throws NumberFormatException if it is something else, or 0; the message is for people
   */
  public static long parse(String text) {
    if (text.matches("[1-9]\\d{0,12}[kKmMgGtT]?")) {
      int unit = UNITS.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
      String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
      long number = Long.parseLong(digits);
      int shift = SHIFT * (unit + 1);
      if (number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    }
    throw new NumberFormatException(
        "a number of bytes is expected, such as 500, 64K, 1M or 2G, not '" + text + "'");
  }

  /** For people, as in {@code 1.5 MiB}. */
  public static String text(long bytes) {
    if (bytes < 1L << SHIFT) {
      return bytes + (bytes == 1 ? " byte" : " bytes");
    }
    int unit = (Long.SIZE - 1 - Long.numberOfLeadingZeros(bytes)) / SHIFT;
    unit = Math.min(unit, UNITS.length());
    double value = (double) bytes / (1L << SHIFT * unit);
    return String.format(
        Locale.ROOT, value < ROUND ? "%.1f %ciB" : "%.0f %ciB", value, UNITS.charAt(unit - 1));
  }
}
