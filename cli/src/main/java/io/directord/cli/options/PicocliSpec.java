package io.directord.cli.options;

import java.util.LinkedHashSet;
import java.util.function.Consumer;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A {@link Spec} for picocli, told in code, since reading annotations would cost every command
 * about 50 ms.
 */
public final class PicocliSpec {
  private PicocliSpec() {}

  /**
   * The command; its user object is that of the spec. Made here, so that a class that only might
   * need it is verified without loading what picocli wants for it.
   */
  public static CommandLine line(Spec spec) {
    return new CommandLine(of(spec), NoFactory.INSTANCE);
  }

  private static CommandSpec of(Spec spec) {
    CommandSpec command =
        CommandSpec.wrapWithoutInspection(spec.user(), NoFactory.INSTANCE).name(spec.name());
    UsageMessageSpec usage = command.usageMessage();
    usage.sortOptions(false).descriptionHeading("%n").parameterListHeading("%n");
    if (spec.synopsis() != null) {
      usage.customSynopsis(spec.synopsis()).description(Unbroken.letters(spec.description()));
    }
    if (spec.optionHeading() != null) {
      usage.optionListHeading("%n" + spec.optionHeading() + "%n");
      usage.footerHeading("%n" + spec.footerHeading());
      usage.footer(spec.footer().stream().map(PicocliSpec::literal).toArray(String[]::new));
    }
    new LinkedHashSet<>(spec.options()).forEach(option -> command.addOption(option(option)));
    if (spec.operands() != null) {
      command.addPositional(operands(spec.operands()));
    }
    return command;
  }

  private static OptionSpec option(Option option) {
    OptionSpec.Builder made =
        OptionSpec.builder(option.names().toArray(String[]::new))
            .description(literal(Unbroken.letters(option.description())))
            .hidden(option.hidden())
            .required(option.required());
    if (option.sets() == null) {
      return made.usageHelp(option.name().equals(Option.HELP))
          .versionHelp(option.name().equals(Option.VERSION))
          .build();
    }
    made.setter(new Setter(option.sets()));
    return option.takesValue()
        ? made.type(option.value().type())
            .arity("1")
            .paramLabel(option.value().label())
            .converters(new Converter(option.value().reads()))
            .build()
        : made.type(boolean.class).arity("0").build();
  }

  private static PositionalParamSpec operands(Option operands) {
    return PositionalParamSpec.builder()
        .description(literal(Unbroken.letters(operands.description())))
        .paramLabel(operands.value().label())
        .index("0..*")
        .arity("0..1")
        .type(operands.value().type())
        .converters(new Converter(operands.value().reads()))
        .setter(new Setter(operands.sets()))
        .build();
  }

  /** Picocli takes these texts for formats. */
  private static String literal(String text) {
    return text.replace("%", "%%");
  }

  /** Picocli also calls setters with null to reset them. */
  private record Setter(Consumer<Object> sets) implements ISetter {
    @Override
    public <T> T set(T value) {
      if (value != null) {
        sets.accept(value);
      }
      return value;
    }
  }

  private record Converter(Function<String, ?> reads)
      implements CommandLine.ITypeConverter<Object> {
    @Override
    public Object convert(String word) {
      try {
        return reads.apply(word);
      } catch (InvalidValueException e) {
        throw new CommandLine.TypeConversionException(e.getMessage());
      }
    }
  }
}
