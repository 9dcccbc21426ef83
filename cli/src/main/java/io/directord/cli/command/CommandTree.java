package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.options.CommandWords;
import io.directord.cli.options.Option;
import io.directord.cli.options.PicocliSpec;
import io.directord.cli.options.PlainWords;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.common.config.Setting;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine;

/** The command line: the global options, and the modes with their options. */
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

  /**
   * The mode that plain words name, with its options set; null if picocli is to read them, which is
   * so for all that ask for help or are wrong.
   */
  Mode plain(List<String> words) {
    Spec root = root();
    int at = modeAt(words, root);
    if (at < 0 || words.get(at).equals(Help.WORD)) {
      return null;
    }
    String name = words.get(at);
    Mode mode = modes.get(name).maker().get();
    Spec spec = spec(name, mode);
    PlainWords plain = new PlainWords();
    List<String> arranged;
    try {
      arranged = arrange(name, words.subList(at + 1, words.size()), spec, root);
    } catch (IllegalArgumentException e) {
      return null;
    }
    if (!plain.add(root, words.subList(0, at)) || !plain.add(spec, arranged)) {
      return null;
    }
    plain.set();
    return mode;
  }

  /** The command line with the modes that are named in the words, or with all if none is. */
  CommandLine commandLine(List<String> words) {
    CommandLine root = PicocliSpec.line(root());
    root.getCommandSpec()
        .usageMessage()
        .commandListHeading(
            "%nModes ('directord help MODE' says more, 'directord help VERB' of a verb):%n");
    List<String> named = modes.names().stream().filter(words::contains).toList();
    for (String name : named.isEmpty() ? modes.names() : named) {
      root.addSubcommand(name, PicocliSpec.line(mode(name)));
    }
    root.setOverwrittenOptionsAllowed(true);
    root.setAllowSubcommandsAsOptionParameters(true);
    root.setExpandAtFiles(false);
    root.setUsageHelpWidth(Math.max(60, Math.min(console.columns(), 80)));
    return root;
  }

  /** The options of a mode. */
  Spec mode(String name) {
    return spec(name, modes.get(name).maker().get());
  }

  private Spec spec(String name, Mode mode) {
    Spec spec = mode.spec();
    Setting.Scope scope = modes.get(name).scope();
    if (scope != null) {
      settings.addTo(spec, scope);
    }
    return spec;
  }

  /** The global options. */
  Spec root() {
    Spec spec =
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
            .version();
    settings.addTo(spec, Setting.Scope.GLOBAL);
    return spec;
  }

  /** Applies the rules of {@link CommandWords} to what follows the mode, for picocli. */
  List<String> arrange(List<String> words, CommandLine line) {
    Spec root = root();
    int at = modeAt(words, root);
    if (at < 0) {
      return words;
    }
    String name = words.get(at);
    List<String> arranged = new ArrayList<>(words.subList(0, at + 1));
    try {
      arranged.addAll(arrange(name, words.subList(at + 1, words.size()), mode(name), root));
    } catch (IllegalArgumentException e) {
      throw new CommandLine.ParameterException(line.getSubcommands().get(name), e.getMessage(), e);
    }
    return arranged;
  }

  private List<String> arrange(String name, List<String> words, Spec mode, Spec root) {
    Set<String> valued = new HashSet<>();
    for (String option : mode.names()) {
      if (mode.option(option).takesValue()) {
        valued.add(option);
      }
    }
    Modes.Entry entry = modes.get(name);
    return CommandWords.arrange(
        words,
        new CommandWords.Options(
            mode.names(), valued, entry.greedy(), entry.hasVerb() ? root.names() : null));
  }

  /** The index of the mode, which may be {@code help}; negative if there is none. */
  int modeAt(List<String> words, Spec root) {
    for (int at = 0; at < words.size(); at++) {
      Option option = root.option(words.get(at));
      if (option != null) {
        at += option.takesValue() ? 1 : 0;
      } else if (words.get(at).equals(Help.WORD) || modes.get(words.get(at)) != null) {
        return at;
      }
    }
    return -1;
  }
}
