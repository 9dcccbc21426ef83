package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.options.SettingOptions;
import io.directord.cli.options.Spec;
import io.directord.common.config.Settings;
import io.directord.verbs.Components;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/** One mode of the program. */
interface Mode {

  /** The command's options and operands, whose values are set on this object. */
  Spec spec();

  /**
   * What {@code --help} prints.
   *
   * @param usage of the command line
   * @param verbs installed verbs
   * @throws Failure if help was requested for an unknown verb
   */
  default String help(String usage, Supplier<Components> verbs) throws Failure {
    return usage;
  }

  /**
   * The settings that it runs with.
   *
   * @param given on the command line
   */
  default Settings settings(SettingOptions given, Map<String, String> environment) throws Failure {
    return given.load(environment);
  }

  /**
   * @return the exit status
   * @throws Failure to end with a message
   * @throws IOException if the server cannot be reached or its reply is invalid; the message is for
   *     people
   */
  int run(Settings settings, Console console) throws Failure, IOException, InterruptedException;
}
