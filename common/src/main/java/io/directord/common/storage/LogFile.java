package io.directord.common.storage;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.UUID;

/**
 * The file that a {@link RecordLog} writes to: records, and before them the {@link LogMark} that
 * says how far they reach.
 *
 * <p>Not thread-safe, but {@link #force} may run beside the others. Written through {@link
 * RandomAccessFile}, because an interrupt closes a channel that is being written to.
 */
final class LogFile implements Closeable {
  /** More than is left of a block that a full disk still has. */
  private static final int PROBE_BYTES = 8192;

  private final UUID boot;

  /** The identity of the file, independent of its name. */
  private final Object fileKey;

  private final int key;

  /** Held while the file is written to, since writes share its position. */
  private final Object writing = new Object();

  private Path path;
  private RandomAccessFile file;
  private LogMark mark;
  private long end;
  private long lastSeq;

  /** Whether the last attempt to write failed. */
  private boolean failing;

  /** Whether a sync has failed: the next one may succeed though something was thrown away. */
  private volatile boolean suspect;

  /**
   * Opens the file, and writes nothing.
   *
   * @param key of its records
   * @param mark how far its records reach
   */
  LogFile(Path path, UUID boot, int key, LogMark mark) throws IOException {
    this.path = path;
    this.boot = boot;
    this.key = key;
    this.mark = mark;
    this.end = mark.written();
    this.lastSeq = mark.last();
    this.file = new RandomAccessFile(path.toFile(), "rw");
    this.fileKey = DurableFiles.key(path);
  }

  /** Cuts off what is behind its last record, and writes the mark. */
  void settle() throws IOException {
    synchronized (writing) {
      if (file.length() > end) {
        file.setLength(end);
      }
      mark(mark);
    }
  }

  /** It has another name now. */
  void renamed(Path to) {
    synchronized (writing) {
      path = to;
    }
  }

  int key() {
    return key;
  }

  /** Where the next record begins. */
  long end() {
    return end;
  }

  long lastSeq() {
    return lastSeq;
  }

  boolean isSuspect() {
    return suspect;
  }

  /** For reading. */
  FileChannel channel() {
    return file.getChannel();
  }

  /**
   * Appends records; if it fails, the file is as before.
   *
   * @param seq of the last of them
   */
  void append(byte[] records, long seq) throws IOException {
    synchronized (writing) {
      requireSound();
      try {
        file.seek(end);
        file.write(records);
        mark(new LogMark(mark.synced(), end + records.length, mark.first(), seq, boot));
        failing = false;
      } catch (IOException e) {
        failing = true;
        cutBack(e);
        throw e;
      }
      end += records.length;
      lastSeq = seq;
    }
  }

  /** Removes a partial record; on failure, the next record overwrites it. */
  private void cutBack(IOException cause) {
    try {
      mark(new LogMark(mark.synced(), end, mark.first(), lastSeq, boot));
      file.setLength(end);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** As {@link RecordLog#probe}. */
  void probe() throws IOException {
    synchronized (writing) {
      requireSound();
      if (!failing && path.toFile().getUsableSpace() >= PROBE_BYTES) {
        return;
      }
      failing = true;
      try {
        file.seek(end);
        file.write(new byte[PROBE_BYTES]);
        failing = false;
      } finally {
        file.setLength(end);
      }
    }
  }

  private void requireSound() throws IOException {
    if (suspect) {
      throw new IOException(
          path + " could not be synced to the disk, and is not written to before it is made anew");
    }
  }

  /** Continues numbers after this one, which was used and is lost. */
  void goOnAfter(long seq) throws IOException {
    if (seq > lastSeq) {
      synchronized (writing) {
        mark(new LogMark(mark.synced(), mark.written(), mark.first(), seq, boot));
      }
      lastSeq = seq;
    }
  }

  /** Removes all records; the next one gets the number after this one. */
  void restartAfter(long seq) throws IOException {
    synchronized (writing) {
      mark(LogMark.empty(seq + 1, boot));
    }
    // The mark comes first: otherwise the file might be shorter than the mark says.
    file.getChannel().force(false);
    end = LogFormat.HEADER_BYTES;
    lastSeq = seq;
    file.setLength(end);
  }

  /** As {@link RecordLog#force}. */
  void force() throws IOException {
    long covered;
    RandomAccessFile forced;
    synchronized (writing) {
      covered = mark.written();
      forced = file;
    }
    try {
      forced.getChannel().force(false);
    } catch (IOException e) {
      suspect(forced, e);
      throw e;
    }
    synchronized (writing) {
      mark(new LogMark(covered, mark.written(), mark.first(), mark.last(), boot));
    }
  }

  private void suspect(RandomAccessFile forced, IOException cause) {
    suspect = true;
    synchronized (writing) {
      // An interrupt closes it; what it has is still to be read.
      if (file == forced && !forced.getChannel().isOpen()) {
        try {
          file = new RandomAccessFile(path.toFile(), "rw");
        } catch (IOException e) {
          cause.addSuppressed(e);
        }
      }
    }
  }

  /** Only while {@link #writing} is held. */
  private void mark(LogMark now) throws IOException {
    file.seek(LogFormat.MARK_OFFSET);
    file.write(now.toBytes(key));
    mark = now;
  }

  /** As {@link RecordLog#isInPlace}. */
  boolean isInPlace() throws IOException {
    return Objects.equals(DurableFiles.key(path), fileKey) && file.length() >= end;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
