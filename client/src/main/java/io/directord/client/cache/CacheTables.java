package io.directord.client.cache;

import io.directord.client.cache.NodeCache.Owed;
import io.directord.common.component.CacheTag;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** What a cache has, in memory, and how changes alter it. Not thread-safe. */
final class CacheTables {
  /** Maximum number of fingerprints; the oldest are dropped first. */
  static final int MAX_DONE = 20_000;

  /** Maximum size of all arguments and variables together. */
  static final long MAX_BYTES = 16 << 20;

  private final SteadyClock clock;
  private final Map<String, JsonNode> args = new LinkedHashMap<>();
  private final Map<String, JsonNode> envs = new LinkedHashMap<>();
  private final Map<String, Success> done = new LinkedHashMap<>();
  private final Map<Owed, UUID> owed = new LinkedHashMap<>();
  private long usedBytes;
  private Map<String, JsonNode> argsSnapshot;
  private Map<String, String> envsSnapshot;

  CacheTables(SteadyClock clock) {
    this.clock = clock;
  }

  /** A fingerprint that counts as done until that time, by the steady clock. */
  record Success(Instant until, JsonNode evidence) {}

  /** A copy, the same until an argument changes. */
  Map<String, JsonNode> args() {
    if (argsSnapshot == null) {
      argsSnapshot = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    }
    return argsSnapshot;
  }

  /** A copy, the same until a variable changes. */
  Map<String, String> envs() {
    if (envsSnapshot == null) {
      Map<String, String> copy = new LinkedHashMap<>();
      envs.forEach((name, value) -> copy.put(name, value.asString()));
      envsSnapshot = Collections.unmodifiableMap(copy);
    }
    return envsSnapshot;
  }

  /** The last success, also if it counts no more; null if there is none. */
  Success done(String fingerprint) {
    return done.get(fingerprint);
  }

  /** Has a success count for longer than the file says. */
  void prolong(String fingerprint, Instant until) {
    done.put(fingerprint, new Success(until, done.get(fingerprint).evidence()));
  }

  /** The fingerprints that count, and until when by the wall clock. */
  Map<String, Instant> doneUntil() {
    Map<String, Instant> until = new LinkedHashMap<>();
    done.forEach(
        (fingerprint, success) -> {
          if (success.until().isAfter(clock.now())) {
            until.put(fingerprint, success.until().plus(clock.shift()));
          }
        });
    return until;
  }

  /** What is owed, and by which run; not to be changed. */
  Map<Owed, UUID> owed() {
    return owed;
  }

  int count(CacheTag tag) {
    return switch (tag) {
      case JOBS -> done.size() + owed.size();
      case PARENTS -> 0;
      case ARGS -> args.size();
      case ENVS -> envs.size();
      case QUERY -> args.containsKey(CacheTag.QUERY_ARG) ? 1 : 0;
      case ALL -> done.size() + owed.size() + args.size() + envs.size();
    };
  }

  /**
   * @throws IOException if there is no room for an argument or a variable
   */
  void checkRoom(CacheChange change) throws IOException {
    JsonNode old = change.arg() != null ? args.get(change.arg()) : envs.get(change.env());
    if (usedBytes - size(old) + size(change.value()) > MAX_BYTES) {
      throw new IOException(
          "the node's cache is full ("
              + (MAX_BYTES >> 20)
              + " MiB of arguments and variables): CACHEEVICT what is not needed");
    }
  }

  private static long size(JsonNode value) {
    return value == null ? 0 : value.toString().length();
  }

  void apply(CacheChange change) {
    if (change.arg() != null) {
      usedBytes += size(change.value()) - size(args.put(change.arg(), change.value()));
      argsSnapshot = null;
    } else if (change.env() != null) {
      usedBytes += size(change.value()) - size(envs.put(change.env(), change.value()));
      envsSnapshot = null;
    } else if (change.done() != null) {
      // Removed first, to keep the order of the last success.
      done.remove(change.done());
      done.put(change.done(), new Success(steady(change.until()), change.value()));
      if (done.size() > MAX_DONE) {
        done.remove(done.keySet().iterator().next());
      }
    } else if (change.owed() != null) {
      owed.remove(change.owed());
      if (change.value() != null && !change.value().isNull()) {
        owed.put(change.owed(), UUID.fromString(change.value().asString()));
      }
      if (owed.size() > MAX_DONE) {
        owed.remove(owed.keySet().iterator().next());
      }
    } else if (change.evicted() != null) {
      drop(change.evicted());
    }
  }

  /** By the steady clock. Times in the future, from a clock that was ahead, are cut to now. */
  private Instant steady(Instant until) {
    Instant counted = until.minus(clock.shift());
    Instant last = clock.now().plus(NodeCache.DONE_LIFE);
    return counted.isAfter(last) ? last : counted;
  }

  private void drop(CacheTag tag) {
    boolean all = tag == CacheTag.ALL;
    if (all || tag == CacheTag.JOBS) {
      done.clear();
      owed.clear();
    }
    if (all || tag == CacheTag.ENVS) {
      envs.clear();
      envsSnapshot = null;
    }
    if (all || tag == CacheTag.ARGS) {
      args.clear();
    } else if (tag == CacheTag.QUERY) {
      args.remove(CacheTag.QUERY_ARG);
    }
    argsSnapshot = null;
    usedBytes =
        args.values().stream().mapToLong(CacheTables::size).sum()
            + envs.values().stream().mapToLong(CacheTables::size).sum();
  }

  /** Changes that make the same of an empty cache; what counts no more is forgotten first. */
  List<CacheChange> asChanges() {
    Instant now = clock.now();
    Duration shift = clock.shift();
    done.values().removeIf(success -> !success.until().isAfter(now));
    List<CacheChange> changes = new ArrayList<>();
    args.forEach((name, value) -> changes.add(CacheChange.arg(name, value)));
    envs.forEach((name, value) -> changes.add(CacheChange.env(name, value.asString())));
    done.forEach(
        (fingerprint, success) ->
            changes.add(
                CacheChange.done(fingerprint, success.until().plus(shift), success.evidence())));
    owed.forEach((one, run) -> changes.add(CacheChange.owed(one, run)));
    return changes;
  }
}
