package io.directord.client.cache;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.CacheTag;
import io.directord.common.json.Json;
import io.directord.common.storage.Boot;
import io.directord.common.storage.DirectoryLock;
import io.directord.common.storage.IoErrors;
import io.directord.common.storage.LogPeek;
import io.directord.common.storage.LogRecord;
import io.directord.common.storage.RecordLog;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * This node's arguments, environment variables and fingerprints that have succeeded. A change is in
 * the file, and so survives the end of this process, when the call returns. Thread-safe.
 */
public final class NodeCache implements AutoCloseable {
  private static final Logger LOG = System.getLogger(NodeCache.class.getName());

  /** The time for which a fingerprint counts as done. */
  public static final Duration DONE_LIFE = Duration.ofHours(72);

  /** Maximum number of fingerprints; the oldest are dropped first. */
  static final int MAX_DONE = 20_000;

  /** Maximum size of all arguments and variables together. */
  static final long MAX_BYTES = 16 << 20;

  /** A repeated success with the same evidence is not written again within this time. */
  private static final Duration DONE_REFRESH = Duration.ofHours(1);

  /** Smaller corrections of clocks are ignored. */
  private static final Duration MIN_STEP = Duration.ofMinutes(1);

  /** The file is compacted when it has grown by this much, and to twice what it must contain. */
  private static final long COMPACT_ABOVE_BYTES = 1 << 20;

  private static final String FILE = "cache";

  private final DirectoryLock lock;
  private final SteadyClock clock;
  private final Map<String, JsonNode> args = new LinkedHashMap<>();
  private final Map<String, String> envs = new LinkedHashMap<>();
  private final Map<String, Success> done = new LinkedHashMap<>();
  private RecordLog log;
  private boolean created;

  /** By how much the wall clock had been set since the start when the file was written anew. */
  private Duration fileShift = Duration.ZERO;

  private long compactAbove;
  private long usedBytes;
  private Map<String, JsonNode> argsSnapshot;
  private Map<String, String> envsSnapshot;

  private NodeCache(DirectoryLock lock, SteadyClock clock) {
    this.lock = lock;
    this.clock = clock;
  }

  /**
   * A fingerprint that counts as done until that time, by the steady clock; in the file, by the
   * wall clock.
   */
  private record Success(Instant until, JsonNode evidence) {}

  /**
   * A successful job.
   *
   * @param at time of the last success
   * @param evidence what was noted with it; null if an older version noted it
   */
  public record Done(Instant at, JsonNode evidence) {}

  /** A change, as written to the file. */
  private record Change(
      String arg,
      String env,
      String done,
      JsonNode value,
      Instant until,
      @JsonInclude(JsonInclude.Include.NON_NULL) CacheTag evicted) {
    static Change arg(String name, JsonNode value) {
      return new Change(name, null, null, value, null, null);
    }

    static Change env(String name, String value) {
      return new Change(null, name, null, text(value), null, null);
    }

    /**
     * @param shift of the wall clock against the steady clock
     */
    static Change done(String fingerprint, Success success, Duration shift) {
      return new Change(null, null, fingerprint, success.evidence, success.until.plus(shift), null);
    }

    static Change evicted(CacheTag tag) {
      return new Change(null, null, null, null, null, tag);
    }
  }

  /**
   * @param directory must exist
   * @throws IOException if it cannot be used, also because another client uses it
   */
  public static NodeCache open(Path directory, InstantSource clock) throws IOException {
    return open(directory, clock, System::nanoTime);
  }

  static NodeCache open(Path directory, InstantSource clock, LongSupplier nanoTime)
      throws IOException {
    DirectoryLock lock = DirectoryLock.take(directory, "lock", "directord client", "cache-path");
    NodeCache cache = new NodeCache(lock, new SteadyClock(clock, nanoTime));
    try {
      RecordLog.Opened opened = RecordLog.open(directory.resolve(FILE), Boot.id(), cache::replay);
      cache.log = opened.log();
      cache.created = opened.created();
      if (opened.damage() != null) {
        LOG.log(
            Level.ERROR,
            "the cache {0}. Missing arguments and variables must be set again",
            opened.damage());
      }
      cache.compact();
      return cache;
    } catch (IOException | RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /**
   * The content of a cache.
   *
   * @param jobs fingerprints that have succeeded, and the time until which they count as done
   */
  public record Contents(
      Map<String, JsonNode> args, Map<String, String> envs, Map<String, Instant> jobs) {}

  /**
   * Reads a cache without changing it, while a client may be using it.
   *
   * @throws java.nio.file.NoSuchFileException if there is none in the directory
   */
  public static Contents peek(Path directory, InstantSource clock) throws IOException {
    NodeCache cache = new NodeCache(null, new SteadyClock(clock, System::nanoTime));
    LogPeek.each(directory.resolve(FILE), cache::replay);
    return cache.contents();
  }

  private synchronized Contents contents() {
    Map<String, Instant> jobs = new LinkedHashMap<>();
    done.forEach(
        (fingerprint, success) -> {
          if (counts(success)) {
            jobs.put(fingerprint, success.until.plus(clock.shift()));
          }
        });
    return new Contents(args(), envs(), jobs);
  }

  /** The arguments by name, as they are now. */
  public synchronized Map<String, JsonNode> args() {
    if (argsSnapshot == null) {
      argsSnapshot = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    }
    return argsSnapshot;
  }

  /**
   * Waits until the condition on the arguments holds.
   *
   * @return whether it holds; false at the timeout
   */
  public synchronized boolean awaitArgs(Predicate<Map<String, JsonNode>> wanted, Duration limit)
      throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!wanted.test(args())) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** The environment variables by name, as they are now. */
  public synchronized Map<String, String> envs() {
    if (envsSnapshot == null) {
      envsSnapshot = Collections.unmodifiableMap(new LinkedHashMap<>(envs));
    }
    return envsSnapshot;
  }

  /**
   * Keeps an argument.
   *
   * @param extend lists are extended and maps merged with what is there, instead of replaced
   * @throws IOException if it cannot be kept
   */
  public synchronized void putArg(String name, JsonNode value, boolean extend) throws IOException {
    JsonNode old = args.get(name);
    JsonNode merged = extend && old != null ? Merge.of(old, value) : value;
    checkRoom(old, merged);
    write(Change.arg(name, merged));
  }

  /**
   * Keeps an environment variable.
   *
   * @throws IOException if it cannot be kept
   */
  public synchronized void putEnv(String name, String value) throws IOException {
    String old = envs.get(name);
    checkRoom(old == null ? null : text(old), text(value));
    write(Change.env(name, value));
  }

  /** The success of that fingerprint on this node, if it is recent enough; else null. */
  public synchronized Done done(String fingerprint) {
    Success success = done.get(fingerprint);
    return success == null || !counts(success)
        ? null
        : new Done(success.until.minus(DONE_LIFE).plus(clock.shift()), success.evidence);
  }

  private boolean counts(Success success) {
    return clock.now().isBefore(success.until);
  }

  /**
   * Notes the success of a fingerprint.
   *
   * @param evidence kept with it
   * @throws IOException if that cannot be noted
   */
  public synchronized void done(String fingerprint, JsonNode evidence) throws IOException {
    Success success = new Success(clock.now().plus(DONE_LIFE), evidence);
    Success known = done.get(fingerprint);
    if (known == null
        || known.until.isBefore(success.until.minus(DONE_REFRESH))
        || !evidence.equals(known.evidence)) {
      write(Change.done(fingerprint, success, clock.shift()));
    } else {
      done.put(fingerprint, success);
    }
  }

  /**
   * Removes the success of a fingerprint.
   *
   * @throws IOException if that cannot be noted
   */
  public synchronized void notDone(String fingerprint) throws IOException {
    if (done.containsKey(fingerprint)) {
      write(Change.done(fingerprint, new Success(clock.now(), null), clock.shift()));
    }
  }

  /**
   * Drops a part.
   *
   * @param tag failed parents are not kept here
   * @return number of removed entries
   * @throws IOException if that cannot be noted
   */
  public synchronized int evict(CacheTag tag) throws IOException {
    int entries =
        switch (tag) {
          case JOBS -> done.size();
          case PARENTS -> 0;
          case ARGS -> args.size();
          case ENVS -> envs.size();
          case QUERY -> args.containsKey(CacheTag.QUERY_ARG) ? 1 : 0;
          case ALL -> done.size() + args.size() + envs.size();
        };
    if (entries > 0) {
      write(Change.evicted(tag));
    }
    return entries;
  }

  @Override
  public synchronized void close() throws IOException {
    try (lock) {
      if (log != null) {
        log.close();
      }
    }
  }

  private void checkRoom(JsonNode old, JsonNode value) throws IOException {
    if (usedBytes - size(old) + size(value) > MAX_BYTES) {
      throw new IOException(
          "the node's cache is full ("
              + (MAX_BYTES >> 20)
              + " MiB of arguments and variables): CACHEEVICT what is not needed");
    }
  }

  private static long size(JsonNode value) {
    return value == null ? 0 : value.toString().length();
  }

  /**
   * Checks the file. If it was removed or replaced, or if its times are wrong since the clock was
   * set, it is rewritten from memory. Also done before every change.
   *
   * @throws IOException if it cannot be rewritten
   */
  public synchronized void upkeep() throws IOException {
    if (!log.isInPlace()) {
      log.tellNotInPlace("the cache", "All that it has is written to a new file");
      rewrite();
    } else if (clock.shift().minus(fileShift).abs().compareTo(MIN_STEP) > 0) {
      rewrite();
    }
  }

  /** Whether there was no file when it was opened. */
  public boolean isNew() {
    return created;
  }

  private void write(Change change) throws IOException {
    upkeep();
    log.append((byte) 1, Json.bytes(change));
    apply(change);
    notifyAll();
    if (log.size() > compactAbove) {
      compact();
    }
  }

  private void replay(LogRecord record) {
    apply(Json.read(record.payload(), Change.class));
  }

  private void apply(Change change) {
    if (change.arg != null) {
      usedBytes += size(change.value) - size(args.put(change.arg, change.value));
      argsSnapshot = null;
    } else if (change.env != null) {
      String old = envs.put(change.env, change.value.asString());
      usedBytes += size(change.value) - (old == null ? 0 : size(text(old)));
      envsSnapshot = null;
    } else if (change.done != null) {
      // Removed first, to keep the order of the last success.
      done.remove(change.done);
      done.put(change.done, new Success(steady(change.until), change.value));
      if (done.size() > MAX_DONE) {
        done.remove(done.keySet().iterator().next());
      }
    } else if (change.evicted != null) {
      drop(change.evicted);
    }
  }

  /** By the steady clock. Times in the future, from a clock that was ahead, are cut to now. */
  private Instant steady(Instant until) {
    Instant counted = until.minus(clock.shift());
    Instant last = clock.now().plus(DONE_LIFE);
    return counted.isAfter(last) ? last : counted;
  }

  private void drop(CacheTag tag) {
    boolean all = tag == CacheTag.ALL;
    if (all || tag == CacheTag.JOBS) {
      done.clear();
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
        args.values().stream().mapToLong(NodeCache::size).sum()
            + envs.values().stream().mapToLong(value -> size(text(value))).sum();
  }

  /** On failure the larger file stays in use, and compaction is tried again later. */
  private void compact() {
    try {
      rewrite();
      compactAbove = COMPACT_ABOVE_BYTES + 3 * log.size();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be made smaller: {1}", log, IoErrors.sayWhere(e));
      compactAbove = COMPACT_ABOVE_BYTES + log.size();
    }
  }

  private void rewrite() throws IOException {
    Instant now = clock.now();
    Duration shift = clock.shift();
    done.values().removeIf(success -> !success.until.isAfter(now));
    log.rewrite(
        fresh -> {
          for (var arg : args.entrySet()) {
            put(fresh, Change.arg(arg.getKey(), arg.getValue()));
          }
          for (var env : envs.entrySet()) {
            put(fresh, Change.env(env.getKey(), env.getValue()));
          }
          for (var entry : done.entrySet()) {
            put(fresh, Change.done(entry.getKey(), entry.getValue(), shift));
          }
        });
    fileShift = shift;
  }

  private static JsonNode text(String value) {
    return StringNode.valueOf(value);
  }

  private static void put(RecordLog log, Change change) throws IOException {
    log.append((byte) 1, Json.bytes(change));
  }
}
