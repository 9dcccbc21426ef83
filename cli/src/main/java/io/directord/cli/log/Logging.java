package io.directord.cli.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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
   * @param json an object a line, with stack traces in any case
   */
  public static void configure(boolean debug, boolean json) {
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.setLevel(debug ? Level.INFO : Level.WARNING);
    OUR_ROOT.setLevel(debug ? Level.FINE : Level.INFO);
    ConsoleHandler handler = new ConsoleHandler();
    handler.setLevel(Level.ALL);
    boolean priorities = isJournal(System.getenv("JOURNAL_STREAM"));
    handler.setFormatter(json ? new JsonFormat(priorities) : new LineFormat(debug, priorities));
    root.addHandler(handler);
  }

  /**
   * Whether standard error goes to systemd's journal.
   *
   * @param stream device and inode of what does, as {@code 8:1234}; null if nothing does
   */
  private static boolean isJournal(String stream) {
    if (stream == null) {
      return false;
    }
    try {
      Map<String, Object> error = Files.readAttributes(Path.of("/proc/self/fd/2"), "unix:dev,ino");
      return stream.equals(error.get("dev") + ":" + error.get("ino"));
    } catch (IOException e) {
      return false;
    }
  }
}
