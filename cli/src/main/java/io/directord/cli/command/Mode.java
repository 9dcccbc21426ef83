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

  /** Its command line, which fills this object. */
  CommandSpec spec();

  /**
   * What {@code --help} prints.
   *
   * @param usage of the command line
   * @param verbs those that are installed here
   * @throws Failure if help is asked for of what does not exist
   */
  default String help(String usage, Supplier<Components> verbs) throws Failure {
    return usage;
  }

  /**
   * @return the exit status
   * @throws Failure to end with a message
   * @throws IOException if the server does not answer as it should; its message is for people
   */
  int run(Settings settings, Console console) throws Failure, IOException, InterruptedException;
}
