package io.directord.common.component;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The help text of a verb, shown by {@code --exec-help}. */
public final class VerbHelp {
  private VerbHelp() {}

  /** The help text: usage, what the verb does, its options, and an example; ends with a newline. */
  public static <A> String of(Component<A> component) {
    Syntax<A> syntax = component.syntax();
    CommandSpec spec = CommandSpec.create().name(component.verb());
    addOptions(syntax, spec);
    addOptions(CommonOptions.SYNTAX, spec);
    int index = 0;
    for (Syntax.Operand<A> operand : syntax.operands()) {
      spec.addPositional(
          PositionalParamSpec.builder()
              .type(String.class)
              .index(Integer.toString(index++))
              .paramLabel(operand.label())
              .arity(operand.required() ? "1" : "0..1")
              .description(escape(operand.description()))
              .build());
    }
    spec.usageMessage()
        .sortOptions(false)
        .sortSynopsis(false)
        .description(escape(syntax.description()))
        .footer(footer(syntax.examples()));
    return new CommandLine(spec).getUsageMessage(Help.Ansi.OFF);
  }

  private static <A> void addOptions(Syntax<A> syntax, CommandSpec spec) {
    for (Syntax.Option<A> option : syntax.options()) {
      OptionSpec.Builder builder =
          OptionSpec.builder(option.name()).description(escape(option.description()));
      spec.addOption(
          switch (option.takes()) {
            case NOTHING -> builder.type(boolean.class).build();
            case ONE, EACH -> builder.type(String.class).paramLabel(option.label()).build();
            case MANY -> builder.type(String.class).paramLabel(option.label() + "...").build();
            case MAYBE, TRUTH ->
                builder.type(String.class).arity("0..1").paramLabel(option.label()).build();
          });
    }
  }

  private static String[] footer(List<String> examples) {
    if (examples.isEmpty()) {
      return new String[0];
    }
    String heading = examples.size() == 1 ? "Example:" : "Examples:";
    return Stream.concat(Stream.of("", heading), examples.stream().map(line -> "  " + escape(line)))
        .toArray(String[]::new);
  }

  /** picocli treats help texts as formats. */
  private static String escape(String text) {
    return text.replace("%", "%%");
  }
}
