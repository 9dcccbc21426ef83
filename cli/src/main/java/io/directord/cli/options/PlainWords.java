package io.directord.cli.options;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Reads command lines in which every word is a known option, its value, or an operand, and which
 * ask for no help. This takes a fraction of the processor time of picocli, which reads the others,
 * and says what is wrong with them.
 */
public final class PlainWords {
  private static final String END_OF_OPTIONS = "--";

  private final List<Value> values = new ArrayList<>();

  private record Value(Consumer<Object> sets, Object value) {}

  /**
   * Adds the words of a command. Its options are set by {@link #set} only.
   *
   * @param words as {@link CommandWords#arrange} leaves them
   * @return whether they are plain; otherwise this is of no more use
   */
  public boolean add(Spec spec, List<String> words) {
    // By identity: linking the equality of a record takes longer than all else here.
    Set<Option> missing = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Option option : spec.options()) {
      if (option.required()) {
        missing.add(option);
      }
    }
    boolean ended = false;
    for (int at = 0; at < words.size(); at++) {
      String word = words.get(at);
      if (!ended && word.equals(END_OF_OPTIONS)) {
        ended = true;
        continue;
      }
      if (ended || !word.startsWith("-")) {
        if (!value(spec.operands(), word)) {
          return false;
        }
        continue;
      }
      int equals = word.indexOf('=');
      Option option = spec.option(equals < 0 ? word : word.substring(0, equals));
      if (option == null || option.sets() == null) {
        return false;
      }
      missing.remove(option);
      if (!option.takesValue()) {
        if (equals >= 0) {
          return false;
        }
        values.add(new Value(option.sets(), true));
      } else if (equals >= 0) {
        if (!value(option, word.substring(equals + 1))) {
          return false;
        }
      } else {
        at++;
        if (at == words.size() || words.get(at).startsWith("-") || !value(option, words.get(at))) {
          return false;
        }
      }
    }
    return missing.isEmpty();
  }

  /** An empty value is left to picocli, as is one that cannot be read. */
  private boolean value(Option option, String text) {
    if (option == null || text.isEmpty()) {
      return false;
    }
    try {
      values.add(new Value(option.sets(), option.value().reads().apply(text)));
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Sets what was added, in its order. */
  public void set() {
    for (Value value : values) {
      value.sets().accept(value.value());
    }
  }
}
