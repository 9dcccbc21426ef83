package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Checks the configuration, or shows which settings are in force and where each comes from. */
final class ConfigMode implements Mode {
  static final String CHECK = "check";
  static final List<String> ACTIONS = List.of(CHECK, "show");

  private final List<String> words = new ArrayList<>();
  private OutputFormat format;
  private List<ValidationError> errors = List.of();
  private Map<String, String> environment = Map.of();

  @Override
  public Spec spec() {
    return Spec.of("config", this)
        .usage(
            "directord [global options] config check [FILE]%n"
                + "       directord [global options] config show [--output FORMAT]",
            "check finds all that is wrong in the configuration file, the environment and the"
                + " global options, looks at the key and at the directories as this user, and ends"
                + " with status 2 if something is wrong. show prints every setting in force and"
                + " where it comes from, with secrets hidden. Both are for server, client and"
                + " command line alike, and ask no server.")
        .operands(
            "ACTION",
            "check or show. A FILE to check takes the place of --config-file.",
            words::add)
        .choice(
            "--output",
            "FORMAT",
            OutputFormat.class,
            "With show: table, json, yaml or jsonl. Default: table.",
            given -> format = given)
        .examples(
            "  directord config check",
            "  directord config check new-config.yaml",
            "  directord config show",
            "  directord config show --output json | jq '.[] | select(.from != \"default\")'");
  }

  /** Those that are sound; what is wrong is told together with what else is found. */
  @Override
  public Settings settings(SettingOptions given, Map<String, String> environment) throws Failure {
    requireAction();
    this.environment = environment;
    Map<Setting<?>, String> options = new LinkedHashMap<>(given.given());
    if (words.size() == 2) {
      options.put(Settings.CONFIG_FILE, words.get(1));
    }
    try {
      return SettingsLoader.load(options, environment);
    } catch (InvalidSettingsException e) {
      errors = e.errors();
      return e.sound();
    }
  }

  private void requireAction() throws Failure {
    String action = ActionWord.of(words, ACTIONS, "config: check or show is expected");
    boolean check = action.equals(CHECK);
    if (words.size() > (check ? 2 : 1)) {
      throw Failure.usage(
          "config: " + Quoted.of(words.get(words.size() - 1)) + " is one word too many");
    }
    if (check && format != null) {
      throw Failure.usage("config: --output belongs to show");
    }
  }

  @Override
  public int run(Settings settings, Console console) {
    if (words.get(0).equals(CHECK)) {
      return new ConfigCheck(settings, environment, errors).run(console);
    }
    List<SettingView> all = new SettingViews(settings, environment).all();
    console
        .out()
        .print(
            format == null || format == OutputFormat.TABLE
                ? SettingView.table(all, console.columns())
                : Structured.text(all, format));
    return errors.isEmpty()
        ? ExitStatus.OK
        : ErrorList.tell(ErrorCode.WRONG_SETTING, ValidationError.sorted(errors), console);
  }
}
