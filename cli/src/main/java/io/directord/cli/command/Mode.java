package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.common.config.Settings;
import io.directord.verbs.Components;
import java.io.IOException;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;

/** One mode of the program. */
interface Mode {

  /** The command's options and operands, whose values picocli sets on this object. */
  CommandSpec spec();

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
   * @return the exit status
   * @throws Failure to end with a message
   * @throws IOException if the server cannot be reached or its reply is invalid; the message is for
   *     people
   */
  int run(Settings settings, Console console) throws Failure, IOException, InterruptedException;
}
