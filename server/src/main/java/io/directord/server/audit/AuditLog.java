package io.directord.server.audit;

import io.directord.common.config.Settings;
import io.directord.common.job.Span;
import io.directord.common.json.Json;
import io.directord.common.json.JsonTree;
import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Counted;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keeps what callers have asked for: append-only lines of JSON in files of a directory, each line
 * with the digest of the one before, so that none can be changed, removed or put in between
 * unnoticed but at the end. A file that is large enough is followed by another one, and the oldest
 * are deleted. Lines are written by a thread of its own, and synced to the disk about every second.
 * Thread-safe; only reading waits for the disk.
 */
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());
  private static final String SUFFIX = ".jsonl";
  static final String FIRST_PREVIOUS = "0".repeat(64);

  /** Lines that wait for a slow disk. */
  private static final int MAX_PENDING = 4096;

  /** Lines in a second that go to the server's log. */
  private static final int MAX_LOGGED = 100;

  private static final long SYNC = Duration.ofSeconds(1).toNanos();

  /** Size at which a file is followed by another one. */
  private static final long FILE_BYTES = 16 << 20;

  private final Path directory;
  private final Limits limits;
  private final InstantSource clock;
  private FileChannel file;
  private long size;
  private long seq;
  private String previous = FIRST_PREVIOUS;
  private long syncedAt = System.nanoTime();
  private boolean unsynced;
  private volatile String trouble;
  private final AtomicLong lost = new AtomicLong();
  private final Losses losses = new Losses();
  private final Writer writer = new Writer();
  private LoopThread thread;

  /**
   * How much is kept.
   *
   * @param fileBytes size at which a file is followed by another one
   * @param maxFiles of which the oldest is deleted
   * @param keep no file is deleted whose last line is younger; zero if any may be
   */
  public record Limits(long fileBytes, int maxFiles, Duration keep) {

    /** As the settings have it. */
    public static Limits of(Settings settings) {
      long bytes = (long) settings.get(Settings.AUDIT_SIZE) << 20;
      Duration keep = settings.find(Settings.AUDIT_TIME).orElse(Duration.ZERO);
      return new Limits(FILE_BYTES, (int) (bytes / FILE_BYTES), keep);
    }
  }

  private AuditLog(Path directory, Limits limits, InstantSource clock) {
    this.directory = directory;
    this.limits = limits;
    this.clock = clock;
  }

  /**
   * Opens or begins the log of a directory.
   *
   * @param died told if the log's thread has failed
   */
  public static AuditLog open(
      Path directory, Limits limits, InstantSource clock, BiConsumer<String, Throwable> died)
      throws IOException {
    PrivateFiles.makeDirectory(directory);
    AuditLog log = new AuditLog(directory, limits, clock);
    log.resume();
    log.thread = LoopThread.start("audit", log.writer, died);
    return log;
  }

  /** Goes on behind the last whole line; what a crash has left behind it is cut off. */
  private void resume() throws IOException {
    List<Path> files = files();
    if (files.isEmpty()) {
      begin();
      return;
    }
    Path last = files.get(files.size() - 1);
    byte[] all = Files.readAllBytes(last);
    int end = all.length;
    while (end > 0 && all[end - 1] != '\n') {
      end--;
    }
    file = FileChannel.open(last, StandardOpenOption.WRITE);
    file.truncate(end).position(end);
    size = end;
    int from = end - 1;
    while (from > 0 && all[from - 1] != '\n') {
      from--;
    }
    if (end > 0) {
      byte[] line = Arrays.copyOfRange(all, from, end - 1);
      previous = Digests.sha256(line);
      try {
        seq = JsonTree.read(line).path("seq").asLong(0);
      } catch (JacksonException e) {
        throw new IOException(
            "the audit log " + last + " is damaged in its last line; move it away to begin anew",
            e);
      }
    } else {
      seq = number(last) - 1;
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(one -> one.getFileName().toString().matches("\\d{19}\\.jsonl"))
          .sorted()
          .toList();
    }
  }

  private static long number(Path file) {
    return Long.parseLong(file.getFileName().toString().replace(SUFFIX, ""));
  }

  private void begin() throws IOException {
    Path next = directory.resolve(String.format("%019d", seq + 1) + SUFFIX);
    file =
        FileChannel.open(
            next,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PrivateFiles.mode());
    size = 0;
  }

  /** Goes on in another file, whose first line says what is not there any more. */
  private void rotate(Instant at) throws IOException {
    List<Path> files = files();
    List<Path> old = files.subList(0, Math.max(0, files.size() + 1 - limits.maxFiles));
    for (Path one : old) {
      if (!limits.keep.isZero()
          && Files.getLastModifiedTime(one).toInstant().plus(limits.keep).isAfter(at)) {
        throw new IOException(
            "it is full: "
                + files.size()
                + " files, and audit_time has lines of the last "
                + Span.text(limits.keep)
                + " kept; raise audit_size, or move the oldest files away");
      }
    }
    FileChannel full = file;
    begin();
    full.force(false);
    full.close();
    for (Path one : old) {
      Files.delete(one);
    }
    String deleted =
        old.isEmpty()
            ? "nothing was deleted"
            : "lines "
                + number(old.get(0))
                + " to "
                + (number(files.get(old.size())) - 1)
                + " were deleted";
    write(line(at, notice("the audit log goes on in another file", deleted, null)));
    LOG.log(
        old.isEmpty() ? Level.INFO : Level.WARNING,
        "the audit log goes on in another file; {0}",
        deleted);
  }

  private static AuditEntry notice(String action, String what, String why) {
    return new AuditEntry(
        "server",
        "socket",
        action,
        true,
        200,
        what == null && why == null
            ? null
            : new AuditEntry.Subject(List.of(), List.of(), 0, "", 0, what, why));
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
    AuditEntry goesOn = notice("the audit log goes on", null, said);
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

  /** Counts what is lost. Has a lock of its own: the log's may be held for as long as the disk. */
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

  private synchronized void append(Instant at, AuditEntry entry) throws IOException {
    byte[] line = line(at, entry);
    if (size > 0 && size + line.length >= limits.fileBytes) {
      rotate(at);
      line = line(at, entry);
    }
    write(line);
  }

  private byte[] line(Instant at, AuditEntry entry) {
    return Json.bytes(new AuditLine(seq + 1, at, entry, previous));
  }

  private void syncIfDue() {
    if (!unsynced || System.nanoTime() - syncedAt <= SYNC) {
      return;
    }
    syncedAt = System.nanoTime();
    unsynced = false;
    try {
      file.force(false);
    } catch (IOException e) {
      trouble = saying(IoErrors.sayWhere(e));
      LOG.log(Level.ERROR, trouble);
    }
  }

  /** A line is there as a whole, or not at all. */
  private void write(byte[] line) throws IOException {
    if (file.position() != size) {
      // A line that was written in part could not be removed then.
      file.truncate(size).position(size);
    }
    ByteBuffer bytes = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    } catch (IOException e) {
      file.truncate(size).position(size);
      throw e;
    }
    size += line.length + 1;
    seq++;
    previous = Digests.sha256(line);
    unsynced = true;
  }

  /**
   * What was found.
   *
   * @param lines the oldest first
   * @param omitted how many older ones were left out
   */
  public record Found(List<JsonNode> lines, long omitted) {
    public Found {
      lines = List.copyOf(lines);
    }
  }

  /**
   * The newest lines that pass, the oldest first. Waits until what was recorded before is there.
   *
   * @param since only those from then on
   */
  public Found read(Instant since, Predicate<JsonNode> wanted, int max) throws IOException {
    Deque<JsonNode> found = new ArrayDeque<>();
    long omitted = 0;
    for (Path one : from(snapshot().files, since)) {
      try (RawLines lines = new RawLines(one, Long.MAX_VALUE)) {
        for (byte[] text = lines.next(); text != null; text = lines.next()) {
          JsonNode line = AuditChain.line(text);
          if (line != null && !AuditChain.at(line).isBefore(since) && wanted.test(line)) {
            found.add(line);
            if (found.size() > max) {
              found.remove();
              omitted++;
            }
          }
        }
      } catch (NoSuchFileException e) {
        LOG.log(Level.INFO, "deleted while it was read: {0}", one);
      }
    }
    return new Found(List.copyOf(found), omitted);
  }

  /** Without the files whose lines are all older. */
  private static List<Path> from(List<Path> files, Instant since) throws IOException {
    int first = files.size() - 1;
    while (first > 0 && !beginsBefore(files.get(first), since)) {
      first--;
    }
    return files.subList(Math.max(0, first), files.size());
  }

  private static boolean beginsBefore(Path file, Instant since) throws IOException {
    try (RawLines lines = new RawLines(file, Long.MAX_VALUE)) {
      byte[] text = lines.next();
      JsonNode line = text == null ? null : AuditChain.line(text);
      return line != null && AuditChain.at(line).isBefore(since);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** What there was at one moment. */
  private record Snapshot(List<Path> files, long size, long sizeOnDisk, long seq) {}

  private Snapshot snapshot() throws IOException {
    Pending last = new Pending(null, null, new CompletableFuture<>());
    if (writer.add(last)) {
      last.written.join();
    }
    synchronized (this) {
      List<Path> files = files();
      long onDisk = files.isEmpty() ? 0 : Files.size(files.get(files.size() - 1));
      return new Snapshot(files, size, onDisk, seq);
    }
  }

  /**
   * What a check has found.
   *
   * @param lines that hold together
   * @param first number of the first line that is there
   * @param since time of that; null if there is none
   * @param error where the chain is broken, and how; null if it is not
   */
  public record Verified(long lines, long first, Instant since, String error) {}

  /** Follows the chain through all files. Lines are recorded meanwhile, and not looked at. */
  public Verified verify() throws IOException {
    Snapshot now = snapshot();
    AuditChain chain = new AuditChain();
    for (Path one : now.files) {
      boolean isLast = one.equals(now.files.get(now.files.size() - 1));
      String error;
      try {
        error = chain.follow(one, isLast ? now.size : Long.MAX_VALUE);
      } catch (NoSuchFileException e) {
        if (isLast || files().contains(one)) {
          throw e;
        }
        chain = new AuditChain();
        continue;
      }
      if (error != null) {
        return chain.verified(error);
      }
    }
    if (chain.number() != now.seq) {
      return chain.verified(
          "the last line is " + chain.number() + ", and this server has written " + now.seq);
    }
    return chain.verified(
        now.sizeOnDisk == now.size
            ? null
            : "the last file has "
                + now.sizeOnDisk
                + " bytes, and this server has written "
                + now.size);
  }

  /** Writes what waits. May be called repeatedly. */
  @Override
  public void close() throws IOException {
    thread.close();
    synchronized (this) {
      if (file.isOpen()) {
        file.force(false);
        file.close();
      }
    }
  }
}
