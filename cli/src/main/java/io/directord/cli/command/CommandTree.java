package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.options.CommandWords;
import io.directord.cli.options.NoFactory;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.common.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The command line as picocli parses it: the global options, and the modes with their options. */
final class CommandTree {
  private final Modes modes;
  private final SettingOptions settings;
  private final Console console;

  CommandTree(Modes modes, SettingOptions settings, Console console) {
    this.modes = modes;
    this.settings = settings;
    this.console = console;
  }

  Modes modes() {
    return modes;
  }

  /** The command line with the modes that are named in the words, or with all if none is. */
  CommandLine commandLine(List<String> words) {
    CommandSpec spec = spec();
    settings.addTo(spec, Setting.Scope.GLOBAL);
    CommandLine root = new CommandLine(spec, NoFactory.INSTANCE);
    List<String> named = modes.names().stream().filter(words::contains).toList();
    for (String name : named.isEmpty() ? modes.names() : named) {
      Modes.Entry mode = modes.get(name);
      CommandSpec modeSpec = mode.maker().get().spec();
      if (mode.scope() != null) {
        settings.addTo(modeSpec, mode.scope());
      }
      root.addSubcommand(name, new CommandLine(modeSpec, NoFactory.INSTANCE));
    }
    root.setOverwrittenOptionsAllowed(true);
    root.setExpandAtFiles(false);
    root.setUsageHelpWidth(Math.max(60, Math.min(console.columns(), 80)));
    return root;
  }

  private CommandSpec spec() {
    CommandSpec spec =
        Spec.of("directord", this)
            .usage(
                "directord [global options] MODE [options]",
                "Runs orchestrations on many machines at once.")
            .footer(
                "Global options. Each setting, here and among the options of server and client,%nmay also be set in the configuration file (--job-port as job_port) and in the%nenvironment (DIRECTORD_JOB_PORT):",
                "",
                "Example: on one machine 'directord server', on the others",
                "  directord client --server-address HOST",
                "and then, beside the server,",
                "  directord exec --wait --verb RUN 'uname -r'",
                "",
                "Exit status: 0 success, 1 something failed or is not there, 2 an error in the",
                "command line or a file, or an unknown node, 3 no server, 4 waiting was given",
                "up, 5 the server has not said whether it did it, 130 Ctrl-C.")
            .build();
    spec.usageMessage()
        .commandListHeading(
            "%nModes ('directord help MODE' says more, 'directord help VERB' of a verb):%n");
    spec.addOption(
        OptionSpec.builder("--version").versionHelp(true).description("Show the version.").build());
    return spec;
  }

  /** Applies the rules of {@link CommandWords} to what follows the mode. */
  List<String> arrange(List<String> words, CommandLine root) {
    int at = modeAt(words, root);
    if (at < 0) {
      return words;
    }
    String mode = words.get(at);
    List<String> arranged = new ArrayList<>(words.subList(0, at + 1));
    try {
      arranged.addAll(
          CommandWords.arrange(words.subList(at + 1, words.size()), options(mode, root)));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(root.getSubcommands().get(mode), e.getMessage(), e);
    }
    return arranged;
  }

  /** The index of the mode, which may be {@code help}; negative if there is none. */
  int modeAt(List<String> words, CommandLine root) {
    for (int at = 0; at < words.size(); at++) {
      OptionSpec option = root.getCommandSpec().optionsMap().get(words.get(at));
      if (option != null) {
        at += option.arity().min();
      } else if (words.get(at).equals(Help.WORD) || modes.names().contains(words.get(at))) {
        return at;
      }
    }
    return -1;
  }

  private CommandWords.Options options(String mode, CommandLine root) {
    Map<String, OptionSpec> all = root.getSubcommands().get(mode).getCommandSpec().optionsMap();
    Set<String> valued =
        all.keySet().stream()
            .filter(name -> all.get(name).arity().min() > 0)
            .collect(Collectors.toSet());
    Modes.Entry entry = modes.get(mode);
    return new CommandWords.Options(
        all.keySet(),
        valued,
        entry.greedy(),
        entry.hasVerb() ? root.getCommandSpec().optionsMap().keySet() : null);
  }
}
