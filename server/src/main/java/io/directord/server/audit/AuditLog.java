package io.directord.server.audit;

import io.directord.common.json.Json;
import io.directord.common.json.JsonTree;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Keeps what callers have asked for: append-only lines of JSON in files of a directory, each line
 * with the digest of the one before, so that none can be changed, removed or put in between
 * unnoticed but at the end. A file that is large enough is followed by another one, and the oldest
 * are deleted. Lines are synced to the disk about every second. Thread-safe.
 */
public final class AuditLog implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(AuditLog.class.getName());
  private static final String SUFFIX = ".jsonl";
  private static final String FIRST_PREVIOUS = "0".repeat(64);
  private static final long SYNC = Duration.ofSeconds(1).toNanos();

  private final Path directory;
  private final long maxBytes;
  private final int maxFiles;
  private final InstantSource clock;
  private FileChannel file;
  private long size;
  private long seq;
  private String previous = FIRST_PREVIOUS;
  private long syncedAt = System.nanoTime();
  private volatile String trouble;

  private AuditLog(Path directory, long maxBytes, int maxFiles, InstantSource clock) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    this.maxFiles = maxFiles;
    this.clock = clock;
  }

  /** Opens or begins the log of a directory. */
  public static AuditLog open(Path directory, InstantSource clock) throws IOException {
    return open(directory, 16 << 20, 50, clock);
  }

  static AuditLog open(Path directory, long maxBytes, int maxFiles, InstantSource clock)
      throws IOException {
    PrivateFiles.makeDirectory(directory);
    AuditLog log = new AuditLog(directory, maxBytes, maxFiles, clock);
    log.resume();
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
    List<Path> files = files();
    for (Path old : files.subList(0, Math.max(0, files.size() - maxFiles))) {
      Files.delete(old);
      LOG.log(Level.INFO, "the oldest file of the audit log is deleted: {0}", old);
    }
  }

  /** Why nothing can be recorded, for people; null if it can. */
  public String trouble() {
    return trouble;
  }

  /** Whether a line can be written now, which is tried if the last one could not. */
  public boolean isWritable() {
    if (trouble != null) {
      record(new AuditEntry("server", "socket", "the audit log goes on", true, 200, null));
    }
    return trouble == null;
  }

  /**
   * Adds a line. If that fails, it is tried again with the next one, and {@link #trouble} says it.
   */
  public synchronized void record(AuditEntry entry) {
    byte[] line = Json.bytes(new AuditLine(seq + 1, clock.instant(), entry, previous));
    try {
      append(line);
      seq++;
      previous = Digests.sha256(line);
      if (trouble != null) {
        LOG.log(Level.INFO, "the audit log can be written again");
      }
      trouble = null;
    } catch (IOException e) {
      if (trouble == null) {
        LOG.log(
            Level.ERROR,
            "the audit log in {0} cannot be written: {1}; not recorded: {2}",
            directory,
            IoErrors.sayWhere(e),
            new String(line, StandardCharsets.UTF_8));
      }
      trouble = "the audit log in " + directory + " cannot be written: " + IoErrors.sayWhere(e);
    }
  }

  /** A line is there as a whole, or not at all. */
  private void append(byte[] line) throws IOException {
    if (size > 0 && size + line.length >= maxBytes) {
      FileChannel full = file;
      begin();
      full.force(false);
      full.close();
    }
    ByteBuffer bytes = ByteBuffer.allocate(line.length + 1).put(line).put((byte) '\n').flip();
    try {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      if (System.nanoTime() - syncedAt > SYNC) {
        file.force(false);
        syncedAt = System.nanoTime();
      }
    } catch (IOException e) {
      file.truncate(size).position(size);
      throw e;
    }
    size += line.length + 1;
  }

  /**
   * The newest lines that pass, the oldest first.
   *
   * @param since only those from then on
   */
  public List<JsonNode> read(Instant since, Predicate<JsonNode> wanted, int max)
      throws IOException {
    Deque<JsonNode> found = new ArrayDeque<>();
    for (Path one : snapshot()) {
      try (BufferedReader lines = Files.newBufferedReader(one)) {
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
          JsonNode line = parse(text);
          if (line != null
              && !Instant.parse(line.path("at").asString()).isBefore(since)
              && wanted.test(line)) {
            found.add(line);
            if (found.size() > max) {
              found.remove();
            }
          }
        }
      }
    }
    return List.copyOf(found);
  }

  private synchronized List<Path> snapshot() throws IOException {
    return files();
  }

  /** Null for a line that is not whole. */
  private static JsonNode parse(String text) {
    try {
      JsonNode line = JsonTree.read(text.getBytes(StandardCharsets.UTF_8));
      return line.path("at").isString() ? line : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /**
   * What a check has found.
   *
   * @param lines that hold together
   * @param first number of the first line that is there
   * @param error where the chain is broken, and how; null if it is not
   */
  public record Verified(long lines, long first, String error) {}

  /** Follows the chain through all files. */
  public synchronized Verified verify() throws IOException {
    long lines = 0;
    long first = 0;
    String before = null;
    long number = 0;
    for (Path one : files()) {
      int at = 0;
      for (String text : Files.readAllLines(one)) {
        at++;
        JsonNode line = parse(text);
        String place = one + ":" + at;
        if (line == null) {
          return new Verified(lines, first, place + ": not a line of this log");
        }
        long own = line.path("seq").asLong();
        first = first == 0 ? own : first;
        if (before != null && own != number + 1) {
          return new Verified(lines, first, place + ": line " + own + " follows line " + number);
        }
        String said = line.path("previous").asString("");
        String expected = before == null ? (own == 1 ? FIRST_PREVIOUS : said) : before;
        if (!said.equals(expected)) {
          return new Verified(
              lines,
              first,
              place + ": the line before it is not the one that it was written behind");
        }
        before = Digests.sha256(text.getBytes(StandardCharsets.UTF_8));
        number = own;
        lines++;
      }
    }
    return number == seq
        ? new Verified(lines, first, null)
        : new Verified(
            lines, first, "the last line is " + number + ", and this server has written " + seq);
  }

  @Override
  public synchronized void close() throws IOException {
    file.force(false);
    file.close();
  }
}
