package io.directord.cli.log;

import java.util.logging.ConsoleHandler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Sets up java.util.logging, where everything ends: our {@code System.Logger}s and, by slf4j-jdk14,
 * what libraries log. It goes to standard error, where service managers expect it.
 */
public final class Logging {
  private static final String OURS = "io.directord";

  /**
   * Strongly referenced: java.util.logging drops a logger, and its level, once it is unreachable.
   */
  private static final Logger OUR_ROOT = Logger.getLogger(OURS);

  private Logging() {}

  /**
   * @param debug also log our details and libraries' usual messages, and stack traces
   */
  public static void configure(boolean debug) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(debug ? Level.INFO : Level.WARNING);
    OUR_ROOT.setLevel(debug ? Level.FINE : Level.INFO);
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    handler.setFormatter(new LineFormat(debug));
    root.addHandler(handler);
  }
}
