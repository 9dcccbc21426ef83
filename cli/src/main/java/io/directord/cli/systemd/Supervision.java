package io.directord.cli.systemd;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Tells systemd that this process is ready, that it goes on, and that it stops; does nothing where
 * systemd has not asked for it.
 */
public final class Supervision {
  private static final Logger LOG = System.getLogger(Supervision.class.getName());

  /** How often the loop is looked at while systemd waits for a sign of life. */
  private static final int LOOKS = 4;

  private final Channel channel;
  private final Duration interval;

  /** Where messages to systemd go. */
  interface Channel {
    void send(String message) throws IOException;
  }

  Supervision(Channel channel, Duration interval) {
    this.channel = channel;
    this.interval = interval;
  }

  /**
   * @param environment of the process
   * @param directory one that this process may write to
   */
  public static Supervision of(Map<String, String> environment, Path directory) {
    String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (!socket.startsWith("/") && !socket.startsWith("@")) {
      return new Supervision(message -> {}, null);
    }
    return new Supervision(new NotifySocket(socket, directory)::send, interval(environment));
  }

  /** How often systemd is to hear of this process; null if it does not ask for that. */
  private static Duration interval(Map<String, String> environment) {
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    String own = Long.toString(ProcessHandle.current().pid());
    return micros.matches("[1-9]\\d{0,17}")
            && own.equals(environment.getOrDefault("WATCHDOG_PID", own))
        ? Duration.ofNanos(Long.parseLong(micros) * 1000).dividedBy(LOOKS)
        : null;
  }

  /**
   * Says that the process has started, and from now on that it goes on, for as long as its loop
   * does.
   *
   * @param turns of the loop; asking for them makes it turn
   */
  public void ready(LongSupplier turns) {
    say("READY=1");
    if (interval != null) {
      Thread thread = new Thread(() -> watch(turns), "supervision");
      thread.setDaemon(true);
      thread.start();
    }
  }

  public void stopping() {
    say("STOPPING=1");
  }

  private void watch(LongSupplier turns) {
    long seen = turns.getAsLong();
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        seen = look(seen, turns.getAsLong());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Says that the process goes on if its loop has turned since it was last looked at. */
  long look(long seen, long turns) {
    if (turns != seen) {
      say("WATCHDOG=1");
    }
    return turns;
  }

  private void say(String message) {
    try {
      channel.send(message);
    } catch (IOException e) {
      LOG.log(Level.ERROR, "systemd cannot be told {0}: {1}", message, IoErrors.sayWhere(e));
    }
  }
}
