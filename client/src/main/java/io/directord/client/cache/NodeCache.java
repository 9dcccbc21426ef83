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
import io.directord.common.validation.FirstNames;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * This node's arguments, environment variables and fingerprints that have succeeded. A change is in
 * the file, and so survives the end of this process, when the call returns; unless the call says
 * that it is in memory only, since the disk is full, say. Then it is written with the next change
 * or {@link #upkeep} that the disk allows. Thread-safe.
 */
public final class NodeCache implements AutoCloseable {
  private static final Logger LOG = System.getLogger(NodeCache.class.getName());

  /** The time for which a fingerprint counts as done. */
  public static final Duration DONE_LIFE = Duration.ofHours(72);

  /** A repeated success with the same evidence is not written again within this time. */
  private static final Duration DONE_REFRESH = Duration.ofHours(1);

  /** Smaller corrections of clocks are ignored. */
  private static final Duration MIN_STEP = Duration.ofMinutes(1);

  /** The file is compacted when it has grown by this much, and to twice what it must contain. */
  private static final long COMPACT_ABOVE_BYTES = 1 << 20;

  private static final String FILE = "cache";

  /** The one type of a record: a {@link CacheChange} as JSON. */
  private static final byte CHANGE = 1;

  private final DirectoryLock lock;
  private final SteadyClock clock;
  private final CacheTables tables;
  private final RunWorks works = new RunWorks();
  private RecordLog log;
  private boolean created;

  /** By how much the wall clock had been set since the start when the file was written anew. */
  private Duration fileShift = Duration.ZERO;

  private long compactAbove;

  /** Arguments and variables that are in memory only. */
  private final Set<String> unwritten = new TreeSet<>();

  /** Why the file lacks something that is in memory; null if it does not. */
  private String trouble;

  private NodeCache(DirectoryLock lock, SteadyClock clock) {
    this.lock = lock;
    this.clock = clock;
    this.tables = new CacheTables(clock);
  }

  /**
   * A successful job.
   *
   * @param at time of the last success
   * @param evidence what was noted with it; null if an older version noted it
   */
  public record Done(Instant at, JsonNode evidence) {}

  /**
   * That a job has changed something, or may have, which another one of its parent has not followed
   * yet. By names, so that a job that is corrected and run again is still the same.
   *
   * @param parent name of the parent; empty if it has none
   * @param job name of the job that has changed something
   * @param follower title of the job that has to follow
   * @param work what that job is about, so that jobs of the same names in other orchestrations are
   *     not taken for it; null if an older version noted it
   */
  public record Owed(
      String parent,
      String job,
      String follower,
      @JsonInclude(JsonInclude.Include.NON_NULL) String work) {}

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
      Path file = directory.resolve(FILE);
      RecordLog.Opened opened =
          RecordLog.open(file, Boot.id(), record -> cache.replay(file, record));
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
    Path file = directory.resolve(FILE);
    LogPeek.each(file, record -> cache.replay(file, record));
    return cache.contents();
  }

  /** What is damaged in the cache of a directory, for people; empty if there is none. */
  public static Optional<String> damage(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    return Files.exists(file) ? LogPeek.damage(file) : Optional.empty();
  }

  private synchronized Contents contents() {
    return new Contents(args(), envs(), tables.doneUntil());
  }

  /** The arguments by name, as they are now. */
  public synchronized Map<String, JsonNode> args() {
    return tables.args();
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
    return tables.envs();
  }

  /**
   * Keeps an argument.
   *
   * @param extend lists are extended and maps merged with what is there, instead of replaced
   * @return whether it is in the file; else in memory only
   * @throws IOException if there is no room for it; it is as it was
   */
  public synchronized boolean putArg(String name, JsonNode value, boolean extend)
      throws IOException {
    JsonNode old = args().get(name);
    CacheChange change =
        CacheChange.arg(name, extend && old != null ? Merge.of(old, value) : value);
    tables.checkRoom(change);
    return keep(change, name);
  }

  /**
   * Keeps an environment variable.
   *
   * @return whether it is in the file; else in memory only
   * @throws IOException if there is no room for it; it is as it was
   */
  public synchronized boolean putEnv(String name, String value) throws IOException {
    CacheChange change = CacheChange.env(name, value);
    tables.checkRoom(change);
    return keep(change, name);
  }

  /** The success of that fingerprint on this node, if it is recent enough; else null. */
  public synchronized Done done(String fingerprint) {
    CacheTables.Success success = tables.done(fingerprint);
    return success == null || !success.until().isAfter(clock.now())
        ? null
        : new Done(success.until().minus(DONE_LIFE).plus(clock.shift()), success.evidence());
  }

  /**
   * Notes the success of a fingerprint.
   *
   * @param evidence kept with it
   * @return whether it is in the file; else in memory only
   */
  public synchronized boolean done(String fingerprint, JsonNode evidence) {
    Instant until = clock.now().plus(DONE_LIFE);
    CacheTables.Success known = tables.done(fingerprint);
    if (known == null
        || known.until().isBefore(until.minus(DONE_REFRESH))
        || !evidence.equals(known.evidence())) {
      return keep(CacheChange.done(fingerprint, until.plus(clock.shift()), evidence), null);
    }
    tables.prolong(fingerprint, until);
    return true;
  }

  /**
   * Removes the success of a fingerprint, before the work is done anew.
   *
   * @throws IOException if that is not in the file; it counts as before
   */
  public synchronized void notDone(String fingerprint) throws IOException {
    if (tables.done(fingerprint) != null) {
      write(noSuccess(fingerprint));
    }
  }

  /**
   * Removes the success of a fingerprint, after the work has failed.
   *
   * @return whether it is in the file; else in memory only
   */
  public synchronized boolean failed(String fingerprint) {
    return tables.done(fingerprint) == null || keep(noSuccess(fingerprint), null);
  }

  private CacheChange noSuccess(String fingerprint) {
    return CacheChange.done(fingerprint, clock.now().plus(clock.shift()), null);
  }

  /** The run that owes it; null if it is not owed. */
  public synchronized UUID owes(Owed one) {
    return tables.owed().get(one);
  }

  /** All that is owed under these names, and by which run. */
  public synchronized Map<Owed, UUID> owed(String parent, String job, String follower) {
    Map<Owed, UUID> found = new LinkedHashMap<>();
    tables
        .owed()
        .forEach(
            (one, run) -> {
              if (one.equals(new Owed(parent, job, follower, one.work()))) {
                found.put(one, run);
              }
            });
    return found;
  }

  public RunWorks works() {
    return works;
  }

  /**
   * Notes that it is owed, before what may cause that.
   *
   * @throws IOException if that is not in the file; nothing is owed then
   */
  public synchronized void owe(Owed one, UUID run) throws IOException {
    if (!run.equals(owes(one))) {
      write(CacheChange.owed(one, run));
    }
  }

  /**
   * Notes what is owed after a run.
   *
   * @param run that owes it; null if it is owed no more
   * @return whether it is in the file; else in memory only
   */
  public synchronized boolean settle(Owed one, UUID run) {
    return Objects.equals(run, owes(one)) || keep(CacheChange.owed(one, run), null);
  }

  /**
   * Drops a part.
   *
   * @param tag failed parents are not kept here
   * @return number of removed entries
   * @throws IOException if that cannot be noted
   */
  public synchronized int evict(CacheTag tag) throws IOException {
    int entries = count(tag);
    if (entries > 0) {
      write(CacheChange.evicted(tag));
    }
    return entries;
  }

  /** The number of entries that {@link #evict} would remove. */
  public synchronized int count(CacheTag tag) {
    return tables.count(tag);
  }

  @Override
  public synchronized void close() throws IOException {
    try (lock) {
      if (log != null) {
        writeRest();
        log.close();
      }
    }
  }

  private void writeRest() {
    try {
      if (trouble != null) {
        upkeep();
      }
    } catch (IOException e) {
      LOG.log(
          Level.ERROR,
          "what is not in the cache {0} is lost, since that cannot be written: {1}. Work that was"
              + " done may be done again, and arguments and variables are to be set again ({2}): {3}",
          log,
          IoErrors.sayWhere(e),
          unwritten.size(),
          FirstNames.of(unwritten));
    }
  }

  /**
   * Tries whether something could be written now.
   *
   * @throws IOException if it could not
   */
  public synchronized void probe() throws IOException {
    upkeep();
    log.probe();
  }

  /** Why something is in memory only; null if all is in the file. */
  public synchronized String trouble() {
    return trouble;
  }

  /**
   * Checks the file. If it was removed or replaced, if its times are wrong since the clock was set,
   * or if it lacks something, it is rewritten from memory. Also done before every change.
   *
   * @throws IOException if it cannot be rewritten
   */
  public synchronized void upkeep() throws IOException {
    if (!log.isInPlace()) {
      log.tellNotInPlace("the cache", "All that it has is written to a new file");
      rewrite();
    } else if (trouble != null || clock.shift().minus(fileShift).abs().compareTo(MIN_STEP) > 0) {
      rewrite();
    }
  }

  /** Whether there was no file when it was opened. */
  public boolean isNew() {
    return created;
  }

  /**
   * @param name of an argument or a variable; null for others
   * @return whether it is in the file; else in memory only
   */
  private boolean keep(CacheChange change, String name) {
    try {
      write(change);
      return true;
    } catch (IOException e) {
      if (trouble == null) {
        LOG.log(
            Level.ERROR,
            "the cache {0} cannot be written: {1}. What it is to keep is in memory, and is written as"
                + " soon as that is possible",
            log,
            IoErrors.sayWhere(e));
      }
      trouble = IoErrors.sayWhere(e);
      if (name != null) {
        unwritten.add(name);
      }
      tables.apply(change);
      notifyAll();
      return false;
    }
  }

  private void write(CacheChange change) throws IOException {
    upkeep();
    append(log, change);
    tables.apply(change);
    notifyAll();
    if (log.size() > compactAbove) {
      compact();
    }
  }

  /**
   * @throws LaterVersionException for a record that this version does not know
   */
  private void replay(Path file, LogRecord record) throws LaterVersionException {
    CacheChange change =
        record.type() == CHANGE ? Json.read(record.payload(), CacheChange.class) : null;
    if (change == null || !change.isKnown()) {
      throw new LaterVersionException(
          "the cache " + file, "the record " + record.seq() + " of type " + record.type());
    }
    tables.apply(change);
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
    Duration shift = clock.shift();
    log.rewrite(
        fresh -> {
          for (CacheChange change : tables.asChanges()) {
            append(fresh, change);
          }
        });
    fileShift = shift;
    if (trouble != null) {
      LOG.log(Level.INFO, "the cache {0} has all again that was in memory only", log);
      trouble = null;
      unwritten.clear();
    }
  }

  private static void append(RecordLog log, CacheChange change) throws IOException {
    log.append(CHANGE, Json.bytes(change));
  }
}
