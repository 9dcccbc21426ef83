package io.directord.common.target;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of nodes in few words: those that differ in a number only become a range, such as {@code
 * web-[01:98]}, which is what a target may be, so that it can be given back to a command. A name
 * with characters that ranges are written with stands as it is.
 */
public final class FoldedNames {
  /** Longer ones are not numbers, but serial numbers and addresses. */
  private static final Pattern NUMBER = Pattern.compile("(?<!\\d)\\d{1,9}(?!\\d)");

  private static final Pattern RESERVED = Pattern.compile("[\\[\\]:,*?~@%\\s]");

  private FoldedNames() {}

  /** A name, or a range of names, cut at the number that may grow. */
  private record Term(String before, String first, String last, String after) {
    static Term at(String name, int from, int to) {
      String number = name.substring(from, to);
      return new Term(name.substring(0, from), number, number, name.substring(to));
    }

    /** The number of the name that would continue the range. */
    String next() {
      return padded(Long.parseLong(last) + 1, first);
    }

    Term upTo(String number) {
      return new Term(before, first, number, after);
    }

    boolean isOne() {
      return first.equals(last);
    }

    String text() {
      return isOne() ? before + first + after : before + "[" + first + ":" + last + "]" + after;
    }

    private static String padded(long number, String like) {
      String digits = Long.toString(number);
      return "0".repeat(Math.max(0, like.length() - digits.length())) + digits;
    }
  }

  /** The names and ranges, in order; each stands for itself. */
  public static List<String> of(Collection<String> names) {
    List<String> terms = new ArrayList<>();
    TreeSet<String> left = new TreeSet<>();
    for (String name : names) {
      (RESERVED.matcher(name).find() ? terms : left).add(name);
    }
    // The last number of a name is the one that usually counts nodes.
    for (int fromEnd = 0; !left.isEmpty(); fromEnd++) {
      left = foldAt(fromEnd, left, terms);
    }
    // By the first name of each, since a bracket comes after every digit.
    terms.sort(Comparator.comparing(term -> term.replace("[", "")));
    return terms;
  }

  /** The same in one word, that {@code --target} takes. */
  public static String text(Collection<String> names) {
    return String.join(",", of(names));
  }

  /**
   * Folds names at one of their numbers.
   *
   * @param fromEnd which: 0 is the last
   * @param terms receives ranges, and names that have no such number
   * @return the names that stay alone so far
   */
  private static TreeSet<String> foldAt(int fromEnd, TreeSet<String> names, List<String> terms) {
    Map<List<String>, List<Term>> alike = new LinkedHashMap<>();
    for (String name : names) {
      Term term = cut(name, fromEnd);
      if (term == null) {
        terms.add(name);
      } else {
        alike
            .computeIfAbsent(List.of(term.before(), term.after()), same -> new ArrayList<>())
            .add(term);
      }
    }
    TreeSet<String> alone = new TreeSet<>();
    for (List<Term> same : alike.values()) {
      for (Term range : ranges(same)) {
        if (range.isOne()) {
          alone.add(range.text());
        } else {
          terms.add(range.text());
        }
      }
    }
    return alone;
  }

  private static Term cut(String name, int fromEnd) {
    List<Term> cuts = new ArrayList<>();
    Matcher number = NUMBER.matcher(name);
    while (number.find()) {
      cuts.add(Term.at(name, number.start(), number.end()));
    }
    return fromEnd < cuts.size() ? cuts.get(cuts.size() - 1 - fromEnd) : null;
  }

  private static Collection<Term> ranges(List<Term> names) {
    names.sort(
        Comparator.<Term>comparingLong(term -> Long.parseLong(term.first()))
            .thenComparingInt(term -> term.first().length()));
    Map<String, Integer> open = new HashMap<>();
    List<Term> ranges = new ArrayList<>();
    for (Term name : names) {
      Integer at = open.remove(name.first());
      if (at == null) {
        at = ranges.size();
        ranges.add(name);
      } else {
        ranges.set(at, ranges.get(at).upTo(name.first()));
      }
      open.put(ranges.get(at).next(), at);
    }
    return ranges;
  }
}
