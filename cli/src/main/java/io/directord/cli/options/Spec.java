package io.directord.cli.options;

import io.directord.common.target.TargetList;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * A command's options and operands. {@link PlainWords} reads the usual command lines by it, and
 * picocli, by {@link PicocliSpec}, all others; help is picocli's too.
 */
public final class Spec {
  private final String name;
  private final Object user;
  private final Map<String, Option> byName = new LinkedHashMap<>();
  private Option operands;
  private String synopsis;
  private String description;
  private String optionHeading;
  private String footerHeading;
  private List<String> footer = List.of();

  private Spec(String name, Object user) {
    this.name = name;
    this.user = user;
  }

  /**
   * A command with {@code --help}.
   *
   * @param user the object that runs the command
   */
  public static Spec of(String name, Object user) {
    return new Spec(name, user).add(prints(List.of("-h", Option.HELP), "Show this help."));
  }

  /** Adds {@code --version}. */
  public Spec version() {
    return add(prints(List.of(Option.VERSION), "Show the version."));
  }

  private static Option prints(List<String> names, String description) {
    return new Option(names, description, null, null, false, false);
  }

  public Spec usage(String synopsis, String description) {
    this.synopsis = synopsis;
    this.description = description;
    return this;
  }

  /** Sets the heading of the options, and the footer, whose lines are shown as they are. */
  public Spec footer(String options, String heading, String... lines) {
    optionHeading = options;
    footerHeading = heading;
    footer = List.of(lines);
    return this;
  }

  public Spec examples(String... lines) {
    return footer("Options:", "Examples:%n", lines);
  }

  public Spec flag(String name, String description, Consumer<Boolean> setter) {
    return flag(name, description, setter, false);
  }

  /** A flag that is accepted but hidden from help. */
  public Spec hidden(String name, String description, Consumer<Boolean> setter) {
    return flag(name, description, setter, true);
  }

  /**
   * As {@link #flag(String, String, Consumer)}.
   *
   * @param hidden whether it is accepted but left out of help
   */
  Spec flag(String name, String description, Consumer<Boolean> setter, boolean hidden) {
    return add(name, description, null, setter, hidden);
  }

  public Spec option(String name, String label, String description, Consumer<String> setter) {
    return add(name, description, filled(label), setter, false);
  }

  public Spec required(String name, String label, String description, Consumer<String> setter) {
    return add(new Option(List.of(name), description, filled(label), any(setter), true, false));
  }

  /**
   * An option whose value may be empty.
   *
   * @param hidden whether it is accepted but left out of help
   */
  Spec text(
      String name, String label, String description, Consumer<String> setter, boolean hidden) {
    Option.Value any = new Option.Value(label, String.class, UnaryOperator.<String>identity());
    return add(name, description, any, setter, hidden);
  }

  public Spec number(String name, String label, String description, Consumer<Double> setter) {
    return value(name, label, description, Double.class, Spec::number, setter);
  }

  /** A whole number from 0. */
  public Spec count(String name, String label, String description, Consumer<Integer> setter) {
    return value(name, label, description, Integer.class, Spec::count, setter);
  }

  /** One of the constants of an enum, in lower case. */
  public <E extends Enum<E>> Spec choice(
      String name, String label, Class<E> type, String description, Consumer<E> setter) {
    return value(name, label, description, type, word -> choice(word, type), setter);
  }

  /**
   * An option that may be repeated and takes several values separated by commas; the setter gets
   * one at a time. An empty value is refused: it comes from an unset variable, and would mean all.
   */
  public Spec list(String name, String label, String description, Consumer<String> setter) {
    return value(
        name,
        label,
        description,
        String.class,
        words -> whole(words, List.of(words.split(",", -1)), label),
        words -> {
          for (String word : words.split(",")) {
            setter.accept(word.strip());
          }
        });
  }

  /** As {@link #list}, of targets: a comma within brackets or quotes belongs to an expression. */
  public Spec targets(String name, String label, String description, Consumer<String> setter) {
    return value(
        name,
        label,
        description,
        String.class,
        words -> whole(words, TargetList.split(words), label),
        words -> TargetList.split(words).forEach(setter));
  }

  /** Positional words, which may be empty; the setter gets one at a time. */
  public Spec words(String label, String description, Consumer<String> setter) {
    Option.Value any = new Option.Value(label, String.class, UnaryOperator.<String>identity());
    return words(description, any, setter);
  }

  /** Positional words, which must not be empty; the setter gets one at a time. */
  public Spec operands(String label, String description, Consumer<String> setter) {
    return words(description, filled(label), setter);
  }

  private Spec words(String description, Option.Value value, Consumer<String> setter) {
    operands = new Option(List.of(), description, value, any(setter), false, false);
    return this;
  }

  private static Option.Value filled(String label) {
    return new Option.Value(label, String.class, word -> filled(word, label));
  }

  private <V> Spec value(
      String name,
      String label,
      String description,
      Class<V> type,
      Function<String, V> reads,
      Consumer<V> setter) {
    return add(name, description, new Option.Value(label, type, reads), setter, false);
  }

  private <V> Spec add(
      String name, String description, Option.Value value, Consumer<V> setter, boolean hidden) {
    return add(new Option(List.of(name), description, value, any(setter), false, hidden));
  }

  private Spec add(Option option) {
    for (String each : option.names()) {
      byName.put(each, option);
    }
    return this;
  }

  /** An option takes only what it has read, so that the type is right. */
  @SuppressWarnings("unchecked")
  private static <V> Consumer<Object> any(Consumer<V> setter) {
    return (Consumer<Object>) setter;
  }

  String name() {
    return name;
  }

  /** The object that runs the command. */
  Object user() {
    return user;
  }

  String synopsis() {
    return synopsis;
  }

  String description() {
    return description;
  }

  String optionHeading() {
    return optionHeading;
  }

  String footerHeading() {
    return footerHeading;
  }

  List<String> footer() {
    return footer;
  }

  /** All names of options. */
  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }

  /** The option of a name, or null. */
  public Option option(String written) {
    return byName.get(written);
  }

  /** In the order of help; one with several names stands there once for each. */
  public Collection<Option> options() {
    return Collections.unmodifiableCollection(byName.values());
  }

  /** The operands; null if it takes none. */
  Option operands() {
    return operands;
  }

  private static String whole(String words, List<String> each, String label) {
    for (String word : each) {
      if (word.isBlank()) {
        throw new InvalidValueException(
            label + " is empty in '" + words + "'; is a variable not set?");
      }
    }
    return words;
  }

  /** An empty word comes from an unset variable. */
  private static String filled(String word, String label) {
    if (word.isBlank()) {
      throw new InvalidValueException(label + " is empty; is a variable not set?");
    }
    return word;
  }

  private static Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new InvalidValueException("a number is expected, not " + Quoted.of(text));
    }
  }

  private static Integer count(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new InvalidValueException("a whole number from 0 is expected, not " + Quoted.of(text));
    }
    return Integer.valueOf(text);
  }

  private static <E extends Enum<E>> E choice(String word, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.toString().equals(word)) {
        return constant;
      }
    }
    List<String> words = Arrays.stream(type.getEnumConstants()).map(Enum::toString).toList();
    throw new InvalidValueException(
        "one of "
            + String.join(", ", words)
            + " is expected, not "
            + Quoted.of(word)
            + Nearest.hint(word, words));
  }
}
