package io.directord.common.component;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * The syntax of a verb's arguments: its options, and the operands that follow them, in the order of
 * their declaration. Declared in code, since reading annotations would cost every command tens of
 * milliseconds. Must be complete before it is shared, and is read-only afterwards.
 *
 * @param <A> the verb's arguments
 */
public final class Syntax<A> {
  private final Map<String, Option<A>> options = new LinkedHashMap<>();
  private final List<Operand<A>> operands = new ArrayList<>();
  private final String description;
  private final List<String> examples;

  /**
   * @param description what the verb does, in sentences
   * @param examples lines as they stand in an orchestration
   */
  public Syntax(String description, String... examples) {
    this.description = description;
    this.examples = List.of(examples);
  }

  /** Sets a value of the arguments. */
  @FunctionalInterface
  public interface Setter<A> {
    /**
     * @throws PlanException saying what is expected; the reader adds the option's name
     */
    void set(A arguments, String value) throws PlanException;
  }

  /** What an option takes of the text after it. */
  public enum Takes {
    /** Nothing: it is a flag. */
    NOTHING,
    /** One word; the last one counts. */
    ONE,
    /** True or False if one of them is the next word, else nothing. */
    TRUTH,
    /** One word or more, up to the next option; all of them are set in turn. */
    MANY,
    /** One word, as often as it is given; each is set in turn. */
    EACH,
    /** One word, unless an option follows: then the operand is its value. */
    MAYBE
  }

  /**
   * @param label placeholder of the value in help texts; null for a flag
   */
  public record Option<A>(
      String name, String label, Takes takes, String description, Setter<A> setter) {}

  /** What an operand takes of the text. */
  public enum Shape {
    /** One word, quoted if it has whitespace. */
    WORD,
    /** All words that are left, set in turn. */
    WORDS,
    /** All that is left, as it is written. */
    REST
  }

  public record Operand<A>(
      String label, Shape shape, boolean required, String description, Setter<A> setter) {}

  public Syntax<A> flag(String name, String help, BiConsumer<A, Boolean> setter) {
    return add(
        new Option<>(
            name,
            null,
            Takes.NOTHING,
            help,
            (target, text) -> setter.accept(target, Values.flag(text))));
  }

  /** A flag that may be followed by {@code True} or {@code False}. */
  public Syntax<A> truth(String name, String help, BiConsumer<A, Boolean> setter) {
    return add(
        new Option<>(
            name,
            "True|False",
            Takes.TRUTH,
            help,
            (target, text) -> setter.accept(target, Values.flag(text))));
  }

  public Syntax<A> option(String name, String label, String help, Setter<A> setter) {
    return add(new Option<>(name, label, Takes.ONE, help, setter));
  }

  /**
   * An option that takes every word up to the next option, but those that the operands need, and
   * may be given many times; {@code setter} gets one value after the other.
   */
  public Syntax<A> many(String name, String label, String help, Setter<A> setter) {
    return add(new Option<>(name, label, Takes.MANY, help, setter));
  }

  /** An option that may be given many times, with one word each time. */
  public Syntax<A> each(String name, String label, String help, Setter<A> setter) {
    return add(new Option<>(name, label, Takes.EACH, help, setter));
  }

  /** An option whose value may also be the operand; {@code setter} gets an empty text then. */
  public Syntax<A> maybe(String name, String label, String help, Setter<A> setter) {
    return add(new Option<>(name, label, Takes.MAYBE, help, setter));
  }

  /** One word that must be there. */
  public Syntax<A> word(String label, String help, Setter<A> setter) {
    return add(new Operand<>(label, Shape.WORD, true, help, setter));
  }

  /** One word or more; {@code setter} gets one after the other. */
  public Syntax<A> words(String label, String help, Setter<A> setter) {
    return add(new Operand<>(label, Shape.WORDS, true, help, setter));
  }

  /** Any number of words; {@code setter} gets one after the other. */
  public Syntax<A> optionalWords(String label, String help, Setter<A> setter) {
    return add(new Operand<>(label, Shape.WORDS, false, help, setter));
  }

  /** One word, if it is there. */
  public Syntax<A> optionalWord(String label, String help, Setter<A> setter) {
    return add(new Operand<>(label, Shape.WORD, false, help, setter));
  }

  /** Everything that is left, as it is written. */
  public Syntax<A> rest(String label, String help, Setter<A> setter) {
    return add(new Operand<>(label, Shape.REST, true, help, setter));
  }

  /** Everything that is left, if anything is. */
  public Syntax<A> optionalRest(String label, String help, Setter<A> setter) {
    return add(new Operand<>(label, Shape.REST, false, help, setter));
  }

  private Syntax<A> add(Option<A> option) {
    options.put(option.name(), option);
    return this;
  }

  private Syntax<A> add(Operand<A> operand) {
    operands.add(operand);
    return this;
  }

  /** The option of that name, such as {@code --no-block}, or null. */
  Option<A> option(String name) {
    return options.get(name);
  }

  /** All of them, as they are written. */
  public Set<String> optionNames() {
    return options.keySet();
  }

  public Iterable<Option<A>> options() {
    return options.values();
  }

  public List<Operand<A>> operands() {
    return operands;
  }

  public String description() {
    return description;
  }

  public List<String> examples() {
    return examples;
  }
}
