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

  private record Key(String identity, String address) {}

  public Refusals(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * @param identity null if it is not known
   */
  public synchronized void add(String identity, String address, String reason) {
    String name = identity == null ? null : shortened(identity);
    Key key = new Key(name, address);
    RefusedNode before = entries.remove(key);
    long count = before == null ? 1 : before.count() + 1;
    if (entries.size() >= MAX_ENTRIES) {
      entries.remove(entries.keySet().iterator().next());
    }
    entries.put(
        key, new RefusedNode(name, address, shortened(reason, MAX_REASON), count, clock.instant()));
  }

  /** A node has joined, so its earlier refusals are void. */
  public synchronized void joined(String identity, String address) {
    if (!entries.isEmpty()) {
      entries.remove(new Key(shortened(identity), address));
      entries.remove(new Key(null, address));
    }
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
