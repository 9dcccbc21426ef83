package io.directord.common.component;

import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code --exec-help} shows of a verb. */
public final class VerbHelp {
  private VerbHelp() {}

  /** The help text: usage, what the verb does, its options, and an example; ends with a newline. */
  public static String of(Component<?> component) {
    CommandSpec spec = CommandSpec.forAnnotatedObject(component.newArguments());
    spec.name(component.verb());
    spec.addMixin("common", CommandSpec.forAnnotatedObject(new CommonOptions()));
    spec.usageMessage().sortOptions(false).sortSynopsis(false).abbreviateSynopsis(false);
    CommandLine command = new CommandLine(spec);
    command.setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF));
    return command.getUsageMessage(Help.Ansi.OFF);
  }
}
