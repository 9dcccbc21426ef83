package io.directord.cli.follow;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Signals;
import io.directord.common.api.ServerConnection;
import io.directord.common.storage.IoErrors;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Handles Ctrl-C while a command waits for jobs. On a terminal it asks whether to leave them
 * running, to cancel them (and wait for their results), or to go on waiting. A second Ctrl-C, and a
 * SIGINT without a terminal and a SIGTERM, leave them running and say how to cancel them.
 */
public final class Interruption {
  private static final Path TERMINAL = Path.of("/dev/tty");

  private final Console console;
  private final ServerConnection server;
  private final Run run;
  private final RunDisplay report;
  private final String rest;
  private final AtomicBoolean asking = new AtomicBoolean();

  /**
   * @param rest command that gets what the jobs bring when this one has ended; or empty
   */
  public Interruption(
      Console console, ServerConnection server, Run run, RunDisplay report, String rest) {
    this.rest = rest;
    this.console = console;
    this.server = server;
    this.run = run;
    this.report = report;
  }

  /** Installs the handler. */
  public void install() {
    Signals.on("INT", this::pressed);
    Signals.on("TERM", () -> leave(ExitStatus.TERMINATED));
  }

  private void pressed() {
    report.pause();
    if (console.terminal() == null || !asking.compareAndSet(false, true)) {
      leave(ExitStatus.INTERRUPTED);
      return;
    }
    switch (ask()) {
      case "c", "cancel" -> cancel();
      case "w", "wait" -> {}
      default -> leave(ExitStatus.INTERRUPTED);
    }
    report.resume();
    asking.set(false);
  }

  private String ask() {
    try (BufferedReader terminal = Files.newBufferedReader(TERMINAL, StandardCharsets.UTF_8)) {
      console.err().println();
      console.err().print("[l]eave the jobs running, [c]ancel them, or [w]ait on? [l] ");
      console.err().flush();
      String answer = terminal.readLine();
      return answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    } catch (IOException e) {
      // Without a terminal, the harmless choice.
      return "leave";
    }
  }

  private void cancel() {
    try {
      for (UUID parent : run.liveParents()) {
        server.cancel(parent);
      }
      console.error("Cancelled; waiting for the nodes to say so.");
    } catch (IOException e) {
      console.error("directord: cannot cancel: " + IoErrors.sayWhere(e));
    }
  }

  /** Ends the process: what is to be cleaned up is done by its shutdown hooks. */
  private void leave(int status) {
    List<UUID> parents = run.liveParents().stream().sorted().toList();
    console.error("The jobs go on. Cancel them with:");
    parents.forEach(parent -> console.error("  directord manage --cancel " + parent));
    if (!rest.isEmpty()) {
      console.error("Download what they bring with:");
      console.error("  " + rest);
    }
    Runtime.getRuntime().exit(status);
  }
}
