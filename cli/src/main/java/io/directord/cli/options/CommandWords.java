package io.directord.cli.options;

import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Decides which words of a command line belong to which option or to the verb, before picocli reads
 * them. An option that takes several words takes every word up to the next option; a word that
 * begins with {@code --} and holds a space belongs to the verb, as does everything after {@code
 * --}. So does an option that the mode does not have, since shell functions that pass their words
 * on as {@code $@} split the verb's words.
 */
public final class CommandWords {
  /** Prefix of a word of the verb that picocli would otherwise take for an option of the mode. */
  private static final String VERB = "\u0001";

  /** Directly behind an option that takes several words it is one of them, else an operand. */
  private static final String STANDARD_INPUT = "-";

  private static final String END_OF_OPTIONS = "--";
  private static final String VERB_OPTION = "--verb";

  private CommandWords() {}

  /**
   * A mode's options.
   *
   * @param all their names
   * @param valued those that take one word
   * @param greedy those that take several
   * @param foreign names that belong neither to the mode nor to the verb; null if the mode has no
   *     verb
   */
  public record Options(
      Set<String> all, Set<String> valued, Set<String> greedy, Set<String> foreign) {

    private boolean takes(String name) {
      return valued.contains(name) || greedy.contains(name);
    }

    private boolean areNot(String name) {
      return foreign != null
          && !all.contains(name)
          && !foreign.contains(name)
          && Nearest.hint(name, all).isEmpty();
    }
  }

  /**
   * @param words that follow the mode
   * @throws IllegalArgumentException if it cannot be told whether a word is a target or the verb's
   */
  public static List<String> arrange(List<String> words, Options options) {
    List<String> out = new ArrayList<>();
    String taking = null;
    boolean took = false;
    boolean verbsTurn = false;
    String targets = null;
    int verb = options.foreign == null ? -1 : verbAt(words);
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(END_OF_OPTIONS)) {
        end(taking, took, out);
        out.addAll(words.subList(i, words.size()));
        return out;
      }
      boolean isInput = word.equals(STANDARD_INPUT) && !took;
      if (taking != null && (!word.startsWith("-") || isInput) && !hasSpace(word)) {
        out.add(taking + "=" + word);
        took = true;
        continue;
      }
      end(taking, took, out);
      taking = options.greedy.contains(word) ? word : null;
      String name = word.split("=", 2)[0];
      targets = i > verb ? null : options.greedy.contains(name) ? name : targets;
      took = false;
      if (taking == null) {
        boolean option = word.startsWith("-");
        boolean isValue = i > 0 && options.takes(words.get(i - 1));
        if (targets != null && !option && !isValue) {
          throw new IllegalArgumentException(
              Quoted.of(word)
                  + " stands between "
                  + targets
                  + " and "
                  + VERB_OPTION
                  + ": is it one of its targets? Then write "
                  + targets
                  + " before it once more; if it is the verb's, write it behind "
                  + VERB_OPTION);
        }
        boolean verbs = option && belongsToVerb(word, verbsTurn, options);
        verbsTurn |= verbs || !option && !isValue;
        out.add(verbs ? VERB + word : word);
      }
    }
    end(taking, took, out);
    return out;
  }

  /** Where the verb's name is given; negative if it is not. */
  private static int verbAt(List<String> words) {
    int end = words.indexOf(END_OF_OPTIONS);
    List<String> options = end < 0 ? words : words.subList(0, end);
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).equals(VERB_OPTION) || options.get(i).startsWith(VERB_OPTION + "=")) {
        return i;
      }
    }
    return -1;
  }

  /** The positional word without the prefix. */
  public static String asTyped(String word) {
    return word.startsWith(VERB) ? word.substring(VERB.length()) : word;
  }

  /** Leaves an option without a value as it is, so that picocli reports it. */
  private static void end(String taking, boolean took, List<String> out) {
    if (taking != null && !took) {
      out.add(taking);
    }
  }

  /**
   * @param turn whether a word of the verb came before: then {@code -h} belongs to the verb
   */
  private static boolean belongsToVerb(String word, boolean turn, Options options) {
    if (!word.startsWith("--")) {
      return options.areNot(word) || turn && options.foreign != null;
    }
    int equals = word.indexOf('=');
    String name = equals > 0 ? word.substring(0, equals) : word;
    return hasSpace(word) ? equals < 0 || !options.all.contains(name) : options.areNot(name);
  }

  private static boolean hasSpace(String word) {
    for (int at = 0; at < word.length(); at++) {
      if (Character.isWhitespace(word.charAt(at))) {
        return true;
      }
    }
    return false;
  }
}
