package io.directord.cli.bootstrap;

import io.directord.cli.console.Colour;
import io.directord.cli.console.Console;
import io.directord.cli.output.Column;
import io.directord.cli.output.Table;
import java.util.IdentityHashMap;
import java.util.Map;

/** Tells what happens on which host, and in the end what came of each. Thread-safe. */
final class Report {
  private static final int MAX_TITLE = 120;

  private final Console console;
  private final boolean verbose;

  /** By what was to be done: a host may be a server and a client. */
  private final Map<HostSteps, String> ends = new IdentityHashMap<>();

  /**
   * @param verbose whether the output of commands is shown as it comes
   */
  Report(Console console, boolean verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /** Tells something of a host. */
  synchronized void say(Address host, String text) {
    console.out().println(console.shown(host.name() + ": " + line(text)));
    console.out().flush();
  }

  /** Tells a line of output. */
  synchronized void output(Address host, String line) {
    if (verbose) {
      console.out().println(console.shown(host.name() + "| " + line));
      console.out().flush();
    }
  }

  /** Tells what went wrong on a host, with the output of the command that failed. */
  synchronized void wrong(Address host, String text, String output) {
    console.error(
        console.colouredError(Colour.RED, host.name())
            + ": "
            + text
            + indented(verbose ? "" : output));
  }

  /** Notes how a host ended, for the table. */
  synchronized void end(HostSteps host, String text) {
    ends.put(host, text);
  }

  /** Shows how the hosts ended, those of which nothing is known but that they were not begun. */
  synchronized void table(Iterable<HostSteps> hosts, String notBegun) {
    Table table = new Table(console.columns(), Column.keep("HOST"), Column.wrap("RESULT"));
    for (HostSteps host : hosts) {
      table.row(host.address().name(), ends.getOrDefault(host, notBegun));
    }
    console.out().println();
    table.lines().forEach(console.out()::println);
    console.out().flush();
  }

  /** The first line, if it is not too long. */
  static String line(String text) {
    String first = text.strip().lines().findFirst().orElse("");
    String cut = first.length() > MAX_TITLE ? first.substring(0, MAX_TITLE) : first;
    return cut.length() < text.strip().length() ? cut + " ..." : cut;
  }

  private static String indented(String output) {
    StringBuilder text = new StringBuilder();
    output.lines().forEach(line -> text.append("\n    ").append(line));
    return text.toString();
  }
}
