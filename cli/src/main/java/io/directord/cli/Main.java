package io.directord.cli;

import io.directord.cli.command.Directord;
import io.directord.cli.console.Console;

/** Where the process begins. */
public final class Main {
  private Main() {}

  /** Runs one command and ends with its exit status. */
  public static void main(String[] words) {
    System.exit(new Directord(System.getenv(), Console.ofProcess()).run(words));
  }
}
