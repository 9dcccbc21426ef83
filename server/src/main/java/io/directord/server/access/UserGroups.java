package io.directord.server.access;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * All groups of users, of which the kernel tells only one. Asks the system's {@code id}, which
 * knows every directory of users that the system has, and remembers the answer for half a minute.
 * Thread-safe; may wait for the system.
 */
public final class UserGroups {
  private static final System.Logger LOG = System.getLogger(UserGroups.class.getName());
  private static final long KEPT = Duration.ofSeconds(30).toNanos();
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_USERS = 1000;

  private final LongSupplier nanoTime;
  private final String program;
  private final Duration timeout;
  private final Map<String, Known> known = new HashMap<>();

  private record Known(Set<String> groups, long at) {}

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public UserGroups(LongSupplier nanoTime) {
    this(nanoTime, "id", TIMEOUT);
  }

  /**
   * @param program knows the options of GNU's id
   * @param timeout after which it is taken for stuck
   */
  public UserGroups(LongSupplier nanoTime, String program, Duration timeout) {
    this.nanoTime = nanoTime;
    this.program = program;
    this.timeout = timeout;
  }

  /** Their names; none if the system does not say. May wait for the system, for up to 5 seconds. */
  public Set<String> of(String user) {
    Set<String> groups = known(user);
    if (groups == null) {
      groups = ask(user);
      remember(user, groups);
    }
    return groups;
  }

  /**
   * Their names as far as they are remembered, without waiting; null if the system must be asked.
   */
  public synchronized Set<String> known(String user) {
    Known one = known.get(user);
    return one == null || nanoTime.getAsLong() - one.at > KEPT ? null : one.groups;
  }

  private synchronized void remember(String user, Set<String> groups) {
    if (known.size() >= MAX_USERS) {
      known.clear();
    }
    known.put(user, new Known(groups, nanoTime.getAsLong()));
  }

  private Set<String> ask(String user) {
    try {
      Process id =
          new ProcessBuilder(program, "-Gnz", "--", user)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      id.getOutputStream().close();
      // Reading first would wait for a stuck one; the names fit into the pipe.
      if (!id.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        id.destroyForcibly();
        LOG.log(
            Level.WARNING,
            "the groups of user {0}: ''id'' has not answered within {1} s, so it has none now",
            user,
            timeout.toSeconds());
        return Set.of();
      }
      String names = new String(id.getInputStream().readNBytes(1 << 16), StandardCharsets.UTF_8);
      if (id.exitValue() == 0) {
        // A name may contain a blank, and two groups may have the same name.
        return Set.copyOf(List.of(names.split("\0")));
      }
      LOG.log(
          Level.WARNING,
          "the groups of user {0} are not known: ''id -Gnz'' ended with status {1}",
          user,
          id.exitValue());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "the groups of user {0}: {1}", user, IoErrors.sayWhere(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Set.of();
  }
}
