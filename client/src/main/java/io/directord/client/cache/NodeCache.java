package io.directord.client.cache;

import io.directord.client.journal.DamagedLogException;
import io.directord.client.journal.FolderLock;
import io.directord.client.journal.RecordLog;
import io.directord.common.json.Json;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * This node's arguments, environment variables and fingerprints already done. A change is in the
 * file, and so survives the end of this process, when the call that makes it returns. Thread-safe.
 */
public final class NodeCache implements AutoCloseable {
  private static final Logger LOG = System.getLogger(NodeCache.class.getName());

  /** For how long a fingerprint counts as done. */
  public static final Duration DONE_LIFE = Duration.ofHours(72);

  /** Fingerprints kept; the oldest go first. */
  static final int MAX_DONE = 20_000;

  /** All arguments and variables together; a node's cache is no place for files. */
  static final long MAX_BYTES = 16 << 20;

  /** A fingerprint that is done again is not noted again before this has passed. */
  private static final Duration DONE_REFRESH = Duration.ofHours(1);

  private static final long COMPACT_ABOVE_BYTES = 1 << 20;
  private static final String FILE = "cache";

  private final FolderLock lock;
  private final InstantSource clock;
  private final Map<String, JsonNode> args = new LinkedHashMap<>();
  private final Map<String, String> envs = new LinkedHashMap<>();
  private final Map<String, Instant> done = new LinkedHashMap<>();
  private RecordLog log;
  private long compactedSize;
  private long usedBytes;
  private Map<String, JsonNode> argsSnapshot;
  private Map<String, String> envsSnapshot;

  private NodeCache(FolderLock lock, InstantSource clock) {
    this.lock = lock;
    this.clock = clock;
  }

  /** A change, as it is in the file. */
  private record Change(String arg, String env, String done, JsonNode value, Instant until) {}

  /**
   * @param folder must exist
   * @throws IOException if it cannot be used, also because another client does
   */
  public static NodeCache open(Path folder, InstantSource clock) throws IOException {
    FolderLock lock = FolderLock.take(folder, "cache-path");
    NodeCache cache = new NodeCache(lock, clock);
    Path file = folder.resolve(FILE);
    try {
      try {
        cache.log = RecordLog.open(file, cache::replay);
      } catch (DamagedLogException e) {
        Path aside = RecordLog.setAside(file, clock.instant());
        LOG.log(
            Level.ERROR,
            "{0}. It is kept as {1}; the cache goes on with what could be read",
            e.getMessage(),
            aside.getFileName());
        cache.log = RecordLog.open(file, (type, payload, position) -> {});
      }
      cache.compact();
      return cache;
    } catch (IOException | RuntimeException e) {
      cache.close();
      throw e;
    }
  }

  /**
   * What a cache holds.
   *
   * @param jobs fingerprints that succeeded, and until when they count as done
   */
  public record Contents(
      Map<String, JsonNode> args, Map<String, String> envs, Map<String, Instant> jobs) {}

  /**
   * Reads a cache without changing it, beside the client that may be using it.
   *
   * @throws java.nio.file.NoSuchFileException if there is none in the folder
   */
  public static Contents peek(Path folder, InstantSource clock) throws IOException {
    NodeCache cache = new NodeCache(null, clock);
    RecordLog.peek(folder.resolve(FILE), cache::replay);
    return cache.contents();
  }

  private synchronized Contents contents() {
    Map<String, Instant> jobs = new LinkedHashMap<>(done);
    jobs.keySet().removeIf(fingerprint -> !isDone(fingerprint));
    return new Contents(args(), envs(), jobs);
  }

  /** The arguments by name, as they are now. */
  public synchronized Map<String, JsonNode> args() {
    if (argsSnapshot == null) {
      argsSnapshot = Collections.unmodifiableMap(new LinkedHashMap<>(args));
    }
    return argsSnapshot;
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
    write(new Change(name, null, null, merged, null));
  }

  /**
   * Keeps an environment variable.
   *
   * @throws IOException if it cannot be kept
   */
  public synchronized void putEnv(String name, String value) throws IOException {
    String old = envs.get(name);
    checkRoom(old == null ? null : text(old), text(value));
    write(new Change(null, name, null, text(value), null));
  }

  /** Whether that fingerprint succeeded here, not too long ago. */
  public synchronized boolean isDone(String fingerprint) {
    Instant until = done.get(fingerprint);
    return until != null && clock.instant().isBefore(until);
  }

  /**
   * That fingerprint succeeded here.
   *
   * @throws IOException if that cannot be noted
   */
  public synchronized void done(String fingerprint) throws IOException {
    Instant until = clock.instant().plus(DONE_LIFE);
    Instant known = done.get(fingerprint);
    if (known == null || known.isBefore(until.minus(DONE_REFRESH))) {
      write(new Change(null, null, fingerprint, null, until));
    }
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

  private void write(Change change) throws IOException {
    log.append((byte) 1, Json.bytes(change));
    apply(change);
    if (log.size() > COMPACT_ABOVE_BYTES + 2 * compactedSize) {
      compact();
    }
  }

  private void replay(byte type, byte[] payload, long position) {
    apply(Json.read(payload, Change.class));
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
      // Taken out first, so that the order is that of the last success.
      done.remove(change.done);
      done.put(change.done, change.until);
      if (done.size() > MAX_DONE) {
        done.remove(done.keySet().iterator().next());
      }
    }
  }

  private void compact() throws IOException {
    Instant now = clock.instant();
    done.values().removeIf(until -> !until.isAfter(now));
    log.rewrite(
        fresh -> {
          for (var arg : args.entrySet()) {
            put(fresh, new Change(arg.getKey(), null, null, arg.getValue(), null));
          }
          for (var env : envs.entrySet()) {
            put(fresh, new Change(null, env.getKey(), null, text(env.getValue()), null));
          }
          for (var entry : done.entrySet()) {
            put(fresh, new Change(null, null, entry.getKey(), null, entry.getValue()));
          }
        });
    compactedSize = log.size();
  }

  private static JsonNode text(String value) {
    return StringNode.valueOf(value);
  }

  private static void put(RecordLog log, Change change) throws IOException {
    log.append((byte) 1, Json.bytes(change));
  }
}
