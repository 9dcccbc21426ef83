package io.directord.server.audit;

import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keeps what callers have asked for: append-only lines of JSON in files of a directory ({@link
 * AuditFiles}), each line with the digest of the one before, so that none can be changed, removed
 * or put in between unnoticed but at the end. Lines are written by a thread of its own, and synced
 * to the disk about every second. Thread-safe; only reading waits for the disk.
 */
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());

  /** Lines that wait for a slow disk. */
  private static final int MAX_PENDING = 4096;

  /** Lines in a second that go to the server's log. */
  private static final int MAX_LOGGED = 100;

  private static final long SYNC = Duration.ofSeconds(1).toNanos();

  private final Path directory;
  private final InstantSource clock;
  private final AuditFiles files;
  private long syncedAt = System.nanoTime();
  private boolean unsynced;
  private volatile String trouble;
  private final AtomicLong lost = new AtomicLong();
  private final Losses losses = new Losses();
  private final Writer writer = new Writer();
  private LoopThread thread;

  private AuditLog(Path directory, AuditFiles files, InstantSource clock) {
    this.directory = directory;
    this.files = files;
    this.clock = clock;
  }

  /**
   * Opens or begins the log of a directory.
   *
   * @param died told if the log's thread has failed
   */
  public static AuditLog open(
      Path directory, AuditLimits limits, InstantSource clock, BiConsumer<String, Throwable> died)
      throws IOException {
    AuditLog log = new AuditLog(directory, AuditFiles.open(directory, limits), clock);
    log.thread = LoopThread.start("audit", log.writer, died);
    return log;
  }

  /** Why nothing can be recorded, for people; null if it can. */
  public String trouble() {
    return trouble;
  }

  /**
   * Adds a line, on the log's own thread. A line that cannot be written goes to the server's log;
   * {@link #trouble} says why, and it is tried again every second.
   *
   * @return completed, on the log's own thread, when the line was written or lost
   */
  public CompletableFuture<Void> record(AuditEntry entry) {
    Pending one = new Pending(clock.instant(), entry, new CompletableFuture<>());
    if (!writer.add(one)) {
      trouble =
          saying(writer.isStopped() ? "it is closed" : MAX_PENDING + " lines wait for the disk");
      lose(one, trouble);
    }
    return one.written;
  }

  /**
   * A line that waits to be written.
   *
   * @param entry null for one that only wakes the writer
   */
  private record Pending(Instant at, AuditEntry entry, CompletableFuture<Void> written) {}

  /** Writes what waits, on a thread of its own, and syncs it. */
  private final class Writer implements Loop {
    private final BlockingQueue<Pending> queue = new ArrayBlockingQueue<>(MAX_PENDING);
    private boolean stopped;

    synchronized boolean add(Pending one) {
      return !stopped && queue.offer(one);
    }

    @Override
    public boolean turn() throws InterruptedException {
      Pending next = queue.poll(SYNC, TimeUnit.NANOSECONDS);
      if (trouble != null || lost.get() > 0) {
        resumeWriting();
      }
      if (next != null) {
        if (next.entry != null) {
          write(next);
        }
        next.written.complete(null);
      }
      syncIfDue();
      return goesOn();
    }

    synchronized boolean isStopped() {
      return stopped;
    }

    private synchronized boolean goesOn() {
      return !stopped || !queue.isEmpty();
    }

    @Override
    public synchronized void stop() {
      stopped = true;
      queue.offer(new Pending(null, null, new CompletableFuture<>()));
    }

    @Override
    public synchronized void end() {
      stopped = true;
      for (Pending left = queue.poll(); left != null; left = queue.poll()) {
        if (left.entry != null) {
          lose(left, saying("it is closed"));
        }
        left.written.complete(null);
      }
    }
  }

  private void resumeWriting() {
    long missing = lost.get();
    String said = missing == 0 ? null : Counted.of(missing, "line") + " lost: see the server's log";
    AuditEntry goesOn = AuditEntry.notice("the audit log goes on", null, said);
    try {
      append(clock.instant(), goesOn);
      lost.addAndGet(-missing);
      trouble = null;
      LOG.log(Level.INFO, "the audit log can be written again{0}", said == null ? "" : "; " + said);
    } catch (IOException e) {
      trouble = saying(IoErrors.sayWhere(e));
    }
  }

  private void write(Pending one) {
    if (trouble != null) {
      lose(one, trouble);
      return;
    }
    try {
      append(one.at, one.entry);
    } catch (IOException e) {
      trouble = saying(IoErrors.sayWhere(e));
      lose(one, trouble);
    } catch (JacksonException e) {
      lose(one, saying(e.getOriginalMessage()));
    }
  }

  private String saying(String why) {
    return "the audit log in " + directory + " cannot be written: " + why;
  }

  /** The server's log has it instead, unless there are too many in a second. */
  private void lose(Pending one, String why) {
    lost.incrementAndGet();
    int count = losses.inThisSecond();
    if (count <= MAX_LOGGED) {
      LOG.log(Level.ERROR, "{0}; not recorded: {1} {2}", why, one.at, one.entry);
    } else if (count == MAX_LOGGED + 1) {
      LOG.log(Level.ERROR, "{0}; more is not recorded in this second", why);
    }
    one.written.complete(null);
  }

  /** Counts what is lost. Thread-safe. */
  private static final class Losses {
    private long since = System.nanoTime();
    private int count;

    synchronized int inThisSecond() {
      long now = System.nanoTime();
      if (now - since > SYNC) {
        since = now;
        count = 0;
      }
      count++;
      return count;
    }
  }

  private void append(Instant at, AuditEntry entry) throws IOException {
    unsynced = true;
    files.append(at, entry);
  }

  private void syncIfDue() {
    if (!unsynced || System.nanoTime() - syncedAt <= SYNC) {
      return;
    }
    syncedAt = System.nanoTime();
    unsynced = false;
    try {
      files.sync();
    } catch (IOException e) {
      trouble = saying(IoErrors.sayWhere(e));
      LOG.log(Level.ERROR, trouble);
    }
  }

  /**
   * The newest lines that pass, the oldest first. Waits until what was recorded before is there.
   *
   * @param since only those from then on
   */
  public AuditFound read(Instant since, Predicate<JsonNode> wanted, int max) throws IOException {
    return AuditSearch.newest(snapshot().files(), since, wanted, max);
  }

  private AuditFiles.Snapshot snapshot() throws IOException {
    Pending last = new Pending(null, null, new CompletableFuture<>());
    if (writer.add(last)) {
      last.written.join();
    }
    return files.snapshot();
  }

  /** Follows the chain through all files. Lines are recorded meanwhile, and not looked at. */
  public AuditVerified verify() throws IOException {
    AuditFiles.Snapshot now = snapshot();
    AuditChain chain = new AuditChain();
    for (Path one : now.files()) {
      String error;
      try {
        error = chain.follow(one, now.isLast(one) ? now.size() : Long.MAX_VALUE);
      } catch (NoSuchFileException e) {
        if (now.isLast(one) || files.all().contains(one)) {
          throw e;
        }
        chain = new AuditChain();
        continue;
      }
      if (error != null) {
        return chain.verified(error);
      }
    }
    return chain.verified(chain.end(now));
  }

  /** Writes what waits. May be called repeatedly. */
  @Override
  public void close() throws IOException {
    thread.close();
    files.close();
  }
}
