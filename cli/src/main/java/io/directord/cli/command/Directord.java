package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.Encoding;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Unbroken;
import io.directord.cli.options.UsageError;
import io.directord.common.api.NoServerException;
import io.directord.common.config.Product;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import io.directord.verbs.Components;
import io.directord.verbs.external.ComponentDirectories;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The whole command line: {@code directord [global options] MODE [options]}. */
public final class Directord {
  private final SettingOptions settings = new SettingOptions();
  private final Map<String, String> environment;
  private final Console console;
  private final CommandTree tree;

  public Directord(Map<String, String> environment, Console console) {
    this.environment = environment;
    this.console = console;
    this.tree = tree(settings, console);
  }

  /** The modes and their options. */
  static CommandTree tree(SettingOptions settings, Console console) {
    Modes modes = new Modes();
    CommandTree tree = new CommandTree(modes, settings, console);
    modes
        .add("server", () -> new ServerMode(settings), Setting.Scope.SERVER)
        .add("client", () -> new ClientMode(settings), Setting.Scope.CLIENT)
        .add("exec", ExecMode::new, Set.of("--target", "--limit"), true)
        .add(
            "orchestrate", OrchestrateMode::new, Set.of("--target", "--limit", "--restrict"), false)
        .add("rerun", RerunMode::new, Set.of(), false)
        .add("why", WhyMode::new, Set.of(), false)
        .add("watch", WatchMode::new, Set.of(), false)
        .add("top", TopMode::new, Set.of(), false)
        .add("fetch", FetchMode::new, Set.of("--target"), false)
        .add("manage", ManageMode::new, Set.of("--target"), false)
        .add("login", LoginMode::new, Set.of(), false)
        .add("context", ContextMode::new, Set.of(), false)
        .add("token", TokenMode::new, Set.of(), false)
        .add("join-token", JoinTokenMode::new, Set.of(), false)
        .add("ui", UiMode::new, Set.of(), false)
        .add("schedule", ScheduleMode::new, Set.of("--target", "--limit"), false)
        .add("hooks", HooksMode::new, Set.of(), false)
        .add("healthcheck", HealthcheckMode::new, Set.of(), false)
        .add("bootstrap", () -> new BootstrapMode(System.getenv()), Set.of(), false)
        .add("config", ConfigMode::new, Set.of(), false)
        .add("schema", SchemaMode::new, Set.of(), false)
        .add("errors", ErrorsMode::new, Set.of(), false)
        .add("import", ImportMode::new, Set.of(), false)
        .add("completion", () -> new CompletionMode(tree), Set.of(), false);
    return tree;
  }

  /** Runs a command; all errors are printed to the console. */
  public int run(String... words) {
    int status = statusOrOutOfMemory(words);
    String unprinted = console.outputFailure();
    console.err().flush();
    if (unprinted == null) {
      return status;
    }
    int failed =
        console.fail(
            ErrorCode.OUTPUT_NOT_WRITTEN,
            "directord: not all output could be written: " + unprinted);
    return status == ExitStatus.OK ? failed : status;
  }

  private int statusOrOutOfMemory(String... words) {
    try {
      return status(words);
    } catch (OutOfMemoryError e) {
      return console.fail(
          ErrorCode.OUT_OF_MEMORY,
          "directord: out of memory: give this command more with DIRECTORD_JAVA_OPTS=-Xmx1g, say");
    }
  }

  private int status(String... words) {
    boolean debug = Arrays.asList(words).contains("--debug");
    try {
      Encoding.check(words);
      return runModes(words);
    } catch (ParameterException e) {
      return console.fail(ErrorCode.WRONG_USAGE, UsageError.of(e, tree.modes().names()));
    } catch (Failure e) {
      return end(e.code(), e.getMessage(), debug ? e : null);
    } catch (IOException e) {
      return end(code(e), IoErrors.sayWhere(e), debug ? e : null);
    } catch (InterruptedException e) {
      return end(ErrorCode.GAVE_UP, "interrupted", debug ? e : null);
    }
  }

  static ErrorCode code(IOException e) {
    if (e instanceof Coded coded) {
      return coded.code();
    }
    return e instanceof SocketTimeoutException ? ErrorCode.CONNECTION_LOST : ErrorCode.IO_ERROR;
  }

  private int runModes(String... words) throws Failure, IOException, InterruptedException {
    List<String> all = Arrays.asList(words);
    Mode plain = tree.plain(all);
    if (plain != null) {
      return run(plain);
    }
    CommandLine root = tree.commandLine(all);
    int mode = tree.modeAt(all, tree.root());
    if (mode >= 0 && all.get(mode).equals(Help.WORD)) {
      List<String> rewritten = new ArrayList<>(all.subList(0, mode));
      rewritten.addAll(Help.rewritten(all.subList(mode + 1, all.size()), tree.modes()));
      all = rewritten;
      root = tree.commandLine(all);
    }
    ParseResult parsed = root.parseArgs(tree.arrange(all, root).toArray(String[]::new));
    if (helped(parsed)) {
      return ExitStatus.OK;
    }
    if (!parsed.hasSubcommand()) {
      throw new ParameterException(
          root, "a mode is missing: " + String.join(", ", tree.modes().names()));
    }
    return run((Mode) parsed.subcommand().commandSpec().userObject());
  }

  private int run(Mode asked) throws Failure, IOException, InterruptedException {
    Settings loaded = asked.settings(settings, environment);
    try {
      return asked.run(loaded, console);
    } catch (NoServerException e) {
      loaded
          .unreadFile()
          .ifPresent(file -> console.error("(" + file + " may say where, but not to you.)"));
      throw e;
    }
  }

  private Components verbs() {
    try {
      return Components.installed(ComponentDirectories.of(settings.load(environment)));
    } catch (Failure e) {
      // Help must work even with an invalid configuration.
      return Components.builtin();
    }
  }

  private boolean helped(ParseResult parsed) throws Failure {
    for (CommandLine line : parsed.asCommandLineList()) {
      if (line.isUsageHelpRequested()) {
        String usage = Unbroken.marks(line.getUsageMessage(CommandLine.Help.Ansi.OFF));
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

  private int end(ErrorCode code, String message, Exception shown) {
    int status = console.fail(code, "directord: " + message);
    if (shown != null) {
      shown.printStackTrace(console.err());
    }
    return status;
  }
}
