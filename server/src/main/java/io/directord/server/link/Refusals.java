package io.directord.server.link;

import io.directord.common.api.RefusedNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The clients that were refused lately, for operators: a limited number, as long as they keep
 * trying. Thread-safe.
 */
public final class Refusals {
  private static final int MAX_ENTRIES = 100;
  private static final int MAX_IDENTITY = 80;
  private static final int MAX_REASON = 500;

  /** Clients retry every few seconds or minutes. */
  private static final Duration KEPT = Duration.ofHours(1);

  private final InstantSource clock;

  /** The least recent attempt comes first. */
  private final Map<Key, RefusedNode> entries = new LinkedHashMap<>();

  /**
   * @param who by its name or key; by the reason where neither is known
   */
  private record Key(String who, String address) {
    static Key ofName(String identity, String address) {
      return new Key("name " + identity, address);
    }

    static Key ofProved(String key, String address) {
      return new Key("key " + key, address);
    }

    static Key ofStranger(String reason, String address) {
      return new Key("reason " + reason, address);
    }
  }

  private long count;

  public Refusals(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param identity null if it is not known
   */
  public void add(String identity, String address, String reason) {
    String name = identity == null ? null : shortened(identity);
    Key key = name == null ? Key.ofStranger(reason, address) : Key.ofName(name, address);
    add(key, name, reason);
  }

  /**
   * The same of a client that has not said its name.
   *
   * @param proved its public key
   */
  public void addKey(String proved, String address, String reason) {
    add(Key.ofProved(proved, address), null, reason);
  }

  private synchronized void add(Key key, String name, String reason) {
    RefusedNode before = entries.remove(key);
    long attempts = before == null ? 1 : before.count() + 1;
    count++;
    if (entries.size() >= MAX_ENTRIES) {
      entries.remove(entries.keySet().iterator().next());
    }
    entries.put(
        key,
        new RefusedNode(
            name, key.address(), shortened(reason, MAX_REASON), attempts, clock.instant()));
  }

  /**
   * A node has joined, so its earlier refusals are void; those of others at its address, such as a
   * client behind the same router, are not.
   */
  public synchronized void joined(String identity, String address) {
    if (!entries.isEmpty()) {
      entries.remove(Key.ofName(shortened(identity), address));
    }
  }

  /** Likewise of a key that was admitted. */
  public synchronized void admitted(String proved, String address) {
    if (!entries.isEmpty()) {
      entries.remove(Key.ofProved(proved, address));
    }
  }

  /** All attempts that were refused since the start. */
  public synchronized long count() {
    return count;
  }

  /** Refused clients of the last hour, the latest first. */
  public synchronized List<RefusedNode> all() {
    Instant since = clock.instant().minus(KEPT);
    entries.values().removeIf(entry -> entry.lastAt().isBefore(since));
    List<RefusedNode> latestFirst = new ArrayList<>(entries.values());
    Collections.reverse(latestFirst);
    return latestFirst;
  }

  /** An identity, for people. */
  public static String shortened(String identity) {
    return shortened(identity, MAX_IDENTITY);
  }

  /** Untrusted text, in one line of limited length. */
  private static String shortened(String text, int max) {
    String line = text.replaceAll("\\p{Cntrl}", "\uFFFD");
    return line.length() <= max ? line : line.substring(0, max - 1) + "…";
  }
}
