package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Complaint;
import io.directord.cli.options.Encoding;
import io.directord.cli.options.NoFactory;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.cli.options.Words;
import io.directord.common.api.NoServerException;
import io.directord.common.component.Components;
import io.directord.common.component.external.ComponentFolders;
import io.directord.common.config.Product;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The whole command line: {@code directord [global options] MODE [options]}. */
public final class Directord {
  private final SettingOptions settings = new SettingOptions();
  private final Map<String, String> environment;
  private final Console console;

  public Directord(Map<String, String> environment, Console console) {
    this.environment = environment;
    this.console = console;
  }

  /** Runs the command that the words make; everything that goes wrong is said on the console. */
  public int run(String... words) {
    int status = status(words);
    String unprinted = console.outputFailure();
    console.err().flush();
    return unprinted == null
        ? status
        : end(
            status == ExitStatus.OK ? ExitStatus.FAILED : status,
            "directord: not all output could be written: " + unprinted,
            null);
  }

  private int status(String... words) {
    boolean debug = Arrays.asList(words).contains("--debug");
    try {
      Encoding.check(words);
      return runModes(words);
    } catch (ParameterException e) {
      return end(ExitStatus.USAGE, Complaint.of(e, Modes.names()), null);
    } catch (Failure e) {
      return end(e.status(), "directord: " + e.getMessage(), debug ? e : null);
    } catch (NoServerException e) {
      return end(ExitStatus.NO_SERVER, "directord: " + e.getMessage(), debug ? e : null);
    } catch (IOException e) {
      return end(ExitStatus.FAILED, "directord: " + IoErrors.sayWhere(e), debug ? e : null);
    } catch (InterruptedException e) {
      return end(ExitStatus.GAVE_UP, "directord: interrupted", debug ? e : null);
    }
  }

  /** The command line with all modes, or only with those that are named in the words. */
  CommandLine commandLine(List<String> words) {
    CommandSpec spec = spec();
    settings.addTo(spec, Setting.Scope.GLOBAL);
    CommandLine root = new CommandLine(spec, NoFactory.INSTANCE);
    List<String> named = Modes.names().stream().filter(words::contains).toList();
    for (String name : named.isEmpty() ? Modes.names() : named) {
      Modes.Entry mode = Modes.get(name);
      CommandSpec modeSpec = mode.maker().get().spec();
      if (mode.scope() != null) {
        settings.addTo(modeSpec, mode.scope());
      }
      root.addSubcommand(name, new CommandLine(modeSpec, NoFactory.INSTANCE));
    }
    root.setOverwrittenOptionsAllowed(true);
    root.setExpandAtFiles(false);
    root.setUsageHelpWidth(Math.max(60, Math.min(console.columns(), 100)));
    return root;
  }

  private CommandSpec spec() {
    CommandSpec spec =
        Spec.of("directord", this)
            .usage(
                "directord [global options] MODE [options]",
                "Runs orchestrations on many machines at once.")
            .footer(
                "Global options, each with the variable that sets it too:",
                "",
                "Example: on one machine 'directord server', on others 'directord client"
                    + " --server-address HOST', then",
                "  directord exec --wait --verb RUN 'uname -r'",
                "",
                "Exit status: 0 all is well, 1 something failed or was not there, 2 a mistake in the",
                "command or a file, 3 no server, 4 waiting was given up, 130 Ctrl-C.")
            .build();
    spec.usageMessage()
        .commandListHeading(
            "%nModes ('directord help MODE' says more, 'directord help VERB' of a verb):%n");
    spec.addOption(
        OptionSpec.builder("--version").versionHelp(true).description("Show the version.").build());
    return spec;
  }

  private int runModes(String... words) throws Failure, IOException, InterruptedException {
    List<String> all = Arrays.asList(words);
    CommandLine root = commandLine(all);
    int mode = modeAt(all, root);
    if (mode >= 0 && all.get(mode).equals(Help.WORD)) {
      List<String> rewritten = new ArrayList<>(all.subList(0, mode));
      rewritten.addAll(Help.rewritten(all.subList(mode + 1, all.size())));
      all = rewritten;
      root = commandLine(all);
    }
    ParseResult parsed = root.parseArgs(arrange(all, root).toArray(String[]::new));
    if (helped(parsed)) {
      return ExitStatus.OK;
    }
    if (!parsed.hasSubcommand()) {
      throw new ParameterException(root, "a mode is missing: " + String.join(", ", Modes.names()));
    }
    Settings loaded = settings.load(environment);
    Mode asked = (Mode) parsed.subcommand().commandSpec().userObject();
    try {
      return asked.run(loaded, console);
    } catch (NoServerException e) {
      loaded
          .unreadFile()
          .ifPresent(file -> console.complain("(" + file + " may say where, but not to you.)"));
      throw e;
    }
  }

  private Components verbs() {
    try {
      return Components.installed(ComponentFolders.of(settings.load(environment)));
    } catch (Failure e) {
      // Help is needed most where something is wrong.
      return Components.builtin();
    }
  }

  private boolean helped(ParseResult parsed) throws Failure {
    for (CommandLine line : parsed.asCommandLineList()) {
      if (line.isUsageHelpRequested()) {
        String usage = line.getUsageMessage(CommandLine.Help.Ansi.OFF);
        console
            .out()
            .print(
                line.getCommandSpec().userObject() instanceof Mode mode
                    ? mode.help(usage, this::verbs)
                    : usage);
        return true;
      }
      if (line.isVersionHelpRequested()) {
        console.out().println("directord " + Product.version());
        return true;
      }
    }
    return false;
  }

  /** Applies the rules of {@link Words} to what follows the mode. */
  private static List<String> arrange(List<String> words, CommandLine root) {
    int at = modeAt(words, root);
    if (at < 0) {
      return words;
    }
    String mode = words.get(at);
    List<String> arranged = new ArrayList<>(words.subList(0, at + 1));
    arranged.addAll(Words.arrange(words.subList(at + 1, words.size()), options(mode, root)));
    return arranged;
  }

  /** The place of the mode, which may be {@code help}; negative if there is none. */
  static int modeAt(List<String> words, CommandLine root) {
    for (int at = 0; at < words.size(); at++) {
      OptionSpec option = root.getCommandSpec().optionsMap().get(words.get(at));
      if (option != null) {
        at += option.arity().min();
      } else if (words.get(at).equals(Help.WORD) || Modes.names().contains(words.get(at))) {
        return at;
      }
    }
    return -1;
  }

  private static Words.Options options(String mode, CommandLine root) {
    Map<String, OptionSpec> all = root.getSubcommands().get(mode).getCommandSpec().optionsMap();
    Set<String> valued =
        all.keySet().stream()
            .filter(name -> all.get(name).arity().min() > 0)
            .collect(Collectors.toSet());
    Modes.Entry entry = Modes.get(mode);
    return new Words.Options(
        all.keySet(),
        valued,
        entry.greedy(),
        entry.hasVerb() ? root.getCommandSpec().optionsMap().keySet() : null);
  }

  private int end(int status, String message, Exception shown) {
    console.complain(message);
    if (shown != null) {
      shown.printStackTrace(console.err());
    }
    return status;
  }
}
