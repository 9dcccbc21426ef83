package io.directord.server.api;

import io.directord.server.access.UserGroups;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds the groups of users on threads of its own, so that a directory of users that does not
 * answer holds up nobody but those who are looked up there: each user once at a time, however many
 * connections wait for it. Idle threads end. Thread-safe.
 */
final class GroupLookups implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int IDLE_SECONDS = 10;

  /** Limit of connections that wait, of all users together. */
  private static final int MAX_WAITING = 256;

  /** Limit of those of one user, who so shuts out nobody else. */
  static final int MAX_OF_USER = 64;

  private final UserGroups groups;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          new DefaultThreadFactory("api-groups", true),
          new ThreadPoolExecutor.DiscardPolicy());

  /** By user. Guarded by this, as is the next. */
  private final Map<String, List<Consumer<Set<String>>>> waiting = new HashMap<>();

  private int waitingCount;

  GroupLookups(UserGroups groups) {
    this.groups = groups;
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Hands over the groups of a user, at once if they are remembered, else later on another thread.
   *
   * @return whether it does; false if too many wait already, of this user or of all
   */
  boolean of(String user, Consumer<Set<String>> then) {
    Set<String> known = groups.known(user);
    if (known != null) {
      then.accept(known);
      return true;
    }
    return await(user, then);
  }

  private synchronized boolean await(String user, Consumer<Set<String>> then) {
    List<Consumer<Set<String>>> others = waiting.get(user);
    if (waitingCount == MAX_WAITING || others != null && others.size() == MAX_OF_USER) {
      return false;
    }
    waitingCount++;
    if (others == null) {
      others = new ArrayList<>();
      waiting.put(user, others);
      threads.execute(() -> lookUp(user));
    }
    others.add(then);
    return true;
  }

  private void lookUp(String user) {
    Set<String> found = Set.of();
    try {
      found = groups.of(user);
    } finally {
      for (Consumer<Set<String>> then : taken(user)) {
        then.accept(found);
      }
    }
  }

  private synchronized List<Consumer<Set<String>>> taken(String user) {
    List<Consumer<Set<String>>> all = waiting.remove(user);
    waitingCount -= all.size();
    return all;
  }

  /** Those that wait are not told any more. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
