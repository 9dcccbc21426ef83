package io.directord.common.validation;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the word that was probably meant. */
public final class Nearest {
  /** Characters beyond which no word is compared: that takes the square of it in memory. */
  private static final int MAX_LENGTH = 255;

  private Nearest() {}

  /**
   * The candidate that is the fewest edits away, if it is near enough to be meant. Case is no edit,
   * nor is the domain behind a name.
   */
  public static Optional<String> to(String word, Collection<String> candidates) {
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .filter(candidate -> distance(word, candidate) <= limit(word));
  }

  /** " (did you mean X?)", or nothing. */
  public static String hint(String word, Collection<String> candidates) {
    return to(word, candidates).map(near -> " (did you mean " + near + "?)").orElse("");
  }

  private static int limit(String word) {
    return Math.max(1, (word.length() + 1) / 3);
  }

  private static int distance(String word, String candidate) {
    String a = word.toLowerCase(Locale.ROOT);
    String b = candidate.toLowerCase(Locale.ROOT);
    if (a.equals(b) || a.startsWith(b + ".") || b.startsWith(a + ".")) {
      return 0;
    }
    // Lengths that differ by more bound the cost of comparing.
    boolean isNear =
        Math.max(a.length(), b.length()) <= MAX_LENGTH
            && Math.abs(a.length() - b.length()) <= limit(word);
    return isNear ? edits(a, b) : Integer.MAX_VALUE;
  }

  /** Edits are a character more, less or another, and two neighbours swapped. */
  private static int edits(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, edits);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int step(String a, String b, int i, int j, int[][] edits) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best = edits[i - 1][j - 1] + (same ? 0 : 1);
    best = Math.min(best, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
  }
}
