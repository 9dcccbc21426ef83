package io.directord.server.audit;

import io.directord.common.job.Span;
import io.directord.common.json.Json;
import io.directord.common.json.JsonTree;
import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * The files of the log, of which the last one is written: lines of JSON, each with the digest of
 * the one before. A file that is large enough is followed by another one, and the oldest are
 * deleted. Thread-safe; methods block on the disk.
 */
final class AuditFiles implements Closeable {
  /** What the first line of all has as the digest of the one before. */
  static final String FIRST_PREVIOUS = "0".repeat(64);

  private static final System.Logger LOG = System.getLogger(AuditFiles.class.getName());
  private static final String SUFFIX = ".jsonl";

  private final Path directory;
  private final AuditLimits limits;
  private FileChannel file;
  private Path path;

  /** Device and inode of the file that is written. */
  private Object key;

  private long size;
  private long seq;
  private String previous = FIRST_PREVIOUS;

  /**
   * What there was at one moment.
   *
   * @param size bytes of the last file, as they were written
   * @param sizeOnDisk what it has; more or less only if somebody else has changed it
   * @param seq number of the last line
   */
  record Snapshot(List<Path> files, long size, long sizeOnDisk, long seq) {
    boolean isLast(Path file) {
      return file.equals(files.get(files.size() - 1));
    }
  }

  private AuditFiles(Path directory, AuditLimits limits) {
    this.directory = directory;
    this.limits = limits;
  }

  /** Goes on with the log of a directory, or begins it. */
  static AuditFiles open(Path directory, AuditLimits limits) throws IOException {
    PrivateFiles.makeDirectory(directory);
    AuditFiles files = new AuditFiles(directory, limits);
    files.resume();
    return files;
  }

  /** Goes on behind the last whole line; what a crash has left behind it is cut off. */
  private void resume() throws IOException {
    List<Path> files = all();
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
    isIn(last);
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

  private void begin() throws IOException {
    Path next = directory.resolve(String.format("%019d", seq + 1) + SUFFIX);
    file =
        FileChannel.open(
            next,
            EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PrivateFiles.mode());
    isIn(next);
    size = 0;
  }

  private void isIn(Path place) throws IOException {
    path = place;
    key = key(place);
  }

  /** Null if there is no file. */
  private static Object key(Path place) throws IOException {
    try {
      return Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** All files, the oldest first. */
  List<Path> all() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(one -> one.getFileName().toString().matches("\\d{19}\\.jsonl"))
          .sorted()
          .toList();
    }
  }

  private static long number(Path file) {
    return Long.parseLong(file.getFileName().toString().replace(SUFFIX, ""));
  }

  /** Adds a line; it is there as a whole, or not at all. */
  synchronized void append(Instant at, AuditEntry entry) throws IOException {
    if (!key.equals(key(path))) {
      replace(at);
    }
    byte[] line = line(at, entry);
    if (size > 0 && size + line.length >= limits.fileBytes()) {
      rotate(at);
      line = line(at, entry);
    }
    write(line);
  }

  private byte[] line(Instant at, AuditEntry entry) {
    return Json.bytes(new AuditLine(seq + 1, at, entry, previous));
  }

  /** Goes on in another file, whose first line says what is not there any more. */
  private void rotate(Instant at) throws IOException {
    List<Path> files = all();
    List<Path> old = files.subList(0, Math.max(0, files.size() + 1 - limits.maxFiles()));
    for (Path one : old) {
      if (!limits.keep().isZero()
          && Files.getLastModifiedTime(one).toInstant().plus(limits.keep()).isAfter(at)) {
        throw new IOException(
            "it is full: "
                + files.size()
                + " files, and audit_time has lines of the last "
                + Span.text(limits.keep())
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
    String what = "the audit log goes on in another file";
    write(line(at, AuditEntry.notice(what, deleted, null)));
    LOG.log(old.isEmpty() ? Level.INFO : Level.WARNING, "{0}; {1}", what, deleted);
  }

  /** Goes on in a file of its own if the one that was written was removed or replaced. */
  private void replace(Instant at) throws IOException {
    FileChannel removed = file;
    PrivateFiles.makeDirectory(directory);
    begin();
    removed.close();
    String what = "the audit log's file was removed or replaced while it was written";
    String lines = "lines that were in it, up to " + seq + ", are not there any more";
    LOG.log(Level.ERROR, "{0} ({1}): {2}", what, path.getParent(), lines);
    write(line(at, AuditEntry.notice(what, lines, null)));
  }

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
  }

  /** Syncs what was written. For the thread that appends; it holds up nobody else. */
  void sync() throws IOException {
    file.force(false);
  }

  synchronized Snapshot snapshot() throws IOException {
    List<Path> files = all();
    long onDisk = files.isEmpty() ? 0 : Files.size(files.get(files.size() - 1));
    return new Snapshot(files, size, onDisk, seq);
  }

  /** May be called repeatedly. */
  @Override
  public synchronized void close() throws IOException {
    if (file.isOpen()) {
      file.force(false);
      file.close();
    }
  }
}
