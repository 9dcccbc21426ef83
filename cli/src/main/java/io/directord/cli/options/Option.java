package io.directord.cli.options;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * An option of a command, or its operands.
 *
 * @param names with their dashes, the longest last; empty for operands
 * @param value null if it takes none
 * @param sets gets one value at a time, true if it takes none; null for options that only print
 *     something
 */
public record Option(
    List<String> names,
    String description,
    Value value,
    Consumer<Object> sets,
    boolean required,
    boolean hidden) {

  static final String HELP = "--help";
  static final String VERSION = "--version";

  /**
   * What an option takes.
   *
   * @param label in help
   * @param reads a word; throws {@link InvalidValueException}
   */
  public record Value(String label, Class<?> type, Function<String, ?> reads) {}

  /** The longest of its names. */
  public String name() {
    return names.get(names.size() - 1);
  }

  public boolean takesValue() {
    return value != null;
  }
}
