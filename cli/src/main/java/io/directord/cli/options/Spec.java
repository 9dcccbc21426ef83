package io.directord.cli.options;

import io.directord.common.target.TargetList;
import io.directord.common.validation.Quoted;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * Describes a command to picocli in code, since reading annotations would cost every command about
 * 50 ms.
 */
public final class Spec {
  private final CommandSpec command;

  private Spec(CommandSpec command) {
    this.command = command;
  }

  /**
   * A command with {@code --help}.
   *
   * @param user the object that runs the command
   */
  public static Spec of(String name, Object user) {
    CommandSpec command = CommandSpec.wrapWithoutInspection(user, NoFactory.INSTANCE).name(name);
    command.usageMessage().sortOptions(false).descriptionHeading("%n");
    command.usageMessage().parameterListHeading("%n");
    command.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build());
    return new Spec(command);
  }

  public Spec usage(String synopsis, String description) {
    command.usageMessage().customSynopsis(synopsis).description(description);
    return this;
  }

  /** Sets the heading of the options, and the footer, whose lines are shown as they are. */
  public Spec footer(String options, String heading, String... lines) {
    UsageMessageSpec usage = command.usageMessage();
    usage.optionListHeading("%n" + options + "%n").footerHeading("%n" + heading);
    usage.footer(Stream.of(lines).map(Spec::literal).toArray(String[]::new));
    return this;
  }

  public Spec examples(String... lines) {
    return footer("Options:", "Examples:%n", lines);
  }

  public Spec flag(String name, String description, Consumer<Boolean> setter) {
    return add(OptionSpec.builder(name).type(boolean.class).arity("0"), description, setter);
  }

  /** A flag that is accepted but hidden from help. */
  public Spec hidden(String name, String description, Consumer<Boolean> setter) {
    return add(
        OptionSpec.builder(name).type(boolean.class).arity("0").hidden(true), description, setter);
  }

  public Spec option(String name, String label, String description, Consumer<String> setter) {
    return add(text(name, label), description, setter);
  }

  public Spec required(String name, String label, String description, Consumer<String> setter) {
    return add(text(name, label).required(true), description, setter);
  }

  public Spec number(String name, String label, String description, Consumer<Double> setter) {
    return add(
        one(name, label).type(Double.class).converters(new Converter<>(Spec::number)),
        description,
        setter);
  }

  /** A whole number from 0. */
  public Spec count(String name, String label, String description, Consumer<Integer> setter) {
    return add(
        one(name, label).type(Integer.class).converters(new Converter<>(Spec::count)),
        description,
        setter);
  }

  /** One of the constants of an enum, in lower case. */
  public <E extends Enum<E>> Spec choice(
      String name, String label, Class<E> type, String description, Consumer<E> setter) {
    return add(one(name, label).type(type).converters(new Choice<>(type)), description, setter);
  }

  /**
   * An option that may be repeated and takes several values separated by commas; the setter gets
   * one at a time. An empty value is refused: it comes from an unset variable, and would mean all.
   */
  public Spec list(String name, String label, String description, Consumer<String> setter) {
    return add(
        one(name, label)
            .type(String.class)
            .converters(
                new Converter<>(words -> whole(words, List.of(words.split(",", -1)), label))),
        description,
        (String words) -> Stream.of(words.split(",")).map(String::strip).forEach(setter));
  }

  /** As {@link #list}, of targets: a comma within brackets or quotes belongs to an expression. */
  public Spec targets(String name, String label, String description, Consumer<String> setter) {
    return add(
        one(name, label)
            .type(String.class)
            .converters(new Converter<>(words -> whole(words, TargetList.split(words), label))),
        description,
        (String words) -> TargetList.split(words).forEach(setter));
  }

  /** Positional words, which may be empty; the setter gets one at a time. */
  public Spec words(String label, String description, Consumer<String> setter) {
    return words(label, description, word -> word, setter);
  }

  /** Positional words, which must not be empty; the setter gets one at a time. */
  public Spec operands(String label, String description, Consumer<String> setter) {
    return words(label, description, word -> filled(word, label), setter);
  }

  private Spec words(
      String label, String description, UnaryOperator<String> converter, Consumer<String> setter) {
    command.addPositional(
        PositionalParamSpec.builder()
            .paramLabel(label)
            .index("0..*")
            .arity("0..1")
            .type(String.class)
            .converters(new Converter<>(converter))
            .description(literal(description))
            .setter(setter(setter))
            .build());
    return this;
  }

  public CommandSpec build() {
    return command;
  }

  /** Wraps a consumer for picocli, which also calls setters with null to reset them. */
  static <V> ISetter setter(Consumer<V> consumer) {
    return new ISetter() {
      @Override
      @SuppressWarnings("unchecked")
      public <T> T set(T value) {
        if (value != null) {
          consumer.accept((V) value);
        }
        return value;
      }
    };
  }

  /** Picocli takes these texts for formats. */
  private static String literal(String text) {
    return text.replace("%", "%%");
  }

  private static String whole(String words, List<String> each, String label) {
    for (String word : each) {
      if (word.isBlank()) {
        throw new CommandLine.TypeConversionException(
            label + " is empty in '" + words + "'; is a variable not set?");
      }
    }
    return words;
  }

  private static OptionSpec.Builder text(String name, String label) {
    return one(name, label)
        .type(String.class)
        .converters(new Converter<>(word -> filled(word, label)));
  }

  /** An empty word comes from an unset variable. */
  private static String filled(String word, String label) {
    if (word.isBlank()) {
      throw new CommandLine.TypeConversionException(label + " is empty; is a variable not set?");
    }
    return word;
  }

  private static Double number(String text) {
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      throw new CommandLine.TypeConversionException("a number is expected, not " + Quoted.of(text));
    }
  }

  private static Integer count(String text) {
    if (!text.matches("\\d{1,9}")) {
      throw new CommandLine.TypeConversionException(
          "a whole number from 0 is expected, not " + Quoted.of(text));
    }
    return Integer.valueOf(text);
  }

  private static OptionSpec.Builder one(String name, String label) {
    return OptionSpec.builder(name).arity("1").paramLabel(label);
  }

  private <V> Spec add(OptionSpec.Builder option, String description, Consumer<V> setter) {
    command.addOption(option.description(literal(description)).setter(setter(setter)).build());
    return this;
  }

  /**
   * A class and not a lambda: the class archive cannot hold picocli's classes, which are of an old
   * format, once one of them was needed to make a lambda.
   */
  private record Converter<V>(Function<String, V> reads) implements CommandLine.ITypeConverter<V> {
    @Override
    public V convert(String word) {
      return reads.apply(word);
    }
  }

  private record Choice<E extends Enum<E>>(Class<E> type) implements CommandLine.ITypeConverter<E> {
    @Override
    public E convert(String word) {
      for (E constant : type.getEnumConstants()) {
        if (constant.toString().equals(word)) {
          return constant;
        }
      }
      String all = Arrays.toString(type.getEnumConstants());
      throw new CommandLine.TypeConversionException(
          "one of " + all.substring(1, all.length() - 1) + " is expected, not " + Quoted.of(word));
    }
  }
}
