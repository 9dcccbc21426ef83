package io.directord.cli.options;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which words of a command line belong to what, before picocli reads them. An option that takes
 * several words takes every word up to the next option; a word that begins with {@code --} and
 * holds a space belongs to the verb, as does everything after {@code --}.
 */
public final class Words {
  /** Stands before a word of the verb, which picocli would take for an option of ours. */
  private static final String VERB = "\u0001";

  private static final String END_OF_OPTIONS = "--";

  private Words() {}

  /**
   * @param words that follow the mode
   * @param options that the mode has
   * @param greedy those of them that take several words
   */
  public static List<String> arrange(List<String> words, Set<String> options, Set<String> greedy) {
    List<String> out = new ArrayList<>();
    String taking = null;
    boolean took = false;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(END_OF_OPTIONS)) {
        end(taking, took, out);
        out.addAll(words.subList(i, words.size()));
        return out;
      }
      if (taking != null && !word.startsWith("-") && !hasSpace(word)) {
        out.add(taking + "=" + word);
        took = true;
        continue;
      }
      end(taking, took, out);
      taking = greedy.contains(word) ? word : null;
      took = false;
      if (taking == null) {
        out.add(belongsToVerb(word, options) ? VERB + word : word);
      }
    }
    end(taking, took, out);
    return out;
  }

  /** A positional word as it was typed. */
  public static String asTyped(String word) {
    return word.startsWith(VERB) ? word.substring(VERB.length()) : word;
  }

  /** An option that found no word is left bare, for picocli to complain of. */
  private static void end(String taking, boolean took, List<String> out) {
    if (taking != null && !took) {
      out.add(taking);
    }
  }

  private static boolean belongsToVerb(String word, Set<String> options) {
    int equals = word.indexOf('=');
    return word.startsWith("--")
        && hasSpace(word)
        && !(equals > 0 && options.contains(word.substring(0, equals)));
  }

  private static boolean hasSpace(String word) {
    return word.chars().anyMatch(Character::isWhitespace);
  }
}
