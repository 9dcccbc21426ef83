package io.directord.cli;

import io.directord.cli.command.Directord;
import io.directord.cli.console.Console;

/** The entry point of the process. */
public final class Main {
  private Main() {}

  /** Runs one command and exits with its status. */
  public static void main(String[] words) {
    // Runtimes differ in the accepted values; all accept their default. JNA starts a process too.
    System.clearProperty("jdk.lang.Process.launchMechanism");
    System.exit(new Directord(System.getenv(), Console.ofProcess()).run(words));
  }
}
