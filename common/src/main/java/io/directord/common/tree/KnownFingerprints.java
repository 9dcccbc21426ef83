package io.directord.common.tree;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.zip.CRC32;

/**
 * The fingerprints of files, each with the state of its file when it was read: a file that is still
 * in this state need not be read again. {@link FingerprintStore} keeps them. Thread-safe.
 *
 * <p>A fingerprint is kept only if every later change gives its file another time of change. So
 * that time must be over when the file is read, by more than clocks of file systems are coarse, and
 * be of this machine's clock.
 */
public final class KnownFingerprints {
  /** Longer than the steps of a clock. */
  private static final long COARSE_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** File systems that take their times from this machine's clock. */
  private static final Set<String> LOCAL =
      Set.of("bcachefs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "tmpfs", "xfs", "zfs");

  private static final long FORMAT = 0x6469_7266_7072_3032L;
  private static final int HEADER_BYTES = 2 * Long.BYTES;
  private static final int STATE_BYTES = 4 * Long.BYTES;
  private static final int FINGERPRINT_BYTES = 64;
  private static final int RECORD_BYTES = STATE_BYTES + FINGERPRINT_BYTES;
  private static final int HASH_FACTOR = 0x9e3779b9;

  private final ByteBuffer known;
  private final int count;

  /** Numbers of records, counted from 1, by hash; 0 for none. */
  private final int[] index;

  /** Which records are of files that are there. */
  private final boolean[] found;

  private final Queue<Read> read = new ConcurrentLinkedQueue<>();
  private final Map<Long, Boolean> local = new ConcurrentHashMap<>();
  private final LongSupplier clock;

  private record Read(FileState state, String sha256) {}

  /**
   * @param known records behind their header
   * @param clock milliseconds since 1970
   */
  private KnownFingerprints(ByteBuffer known, LongSupplier clock) {
    this.known = known;
    this.clock = clock;
    this.count = Math.max(0, known.capacity() - HEADER_BYTES) / RECORD_BYTES;
    this.found = new boolean[count];
    this.index = new int[Integer.highestOneBit(Math.max(1, count)) << 2];
    for (int i = 0; i < count; i++) {
      int at = slot(known.getLong(start(i) + Long.BYTES));
      while (index[at] != 0) {
        at = at + 1 & index.length - 1;
      }
      index[at] = i + 1;
    }
  }

  /** None yet. */
  static KnownFingerprints none(LongSupplier clock) {
    return new KnownFingerprints(ByteBuffer.allocate(0), clock);
  }

  /** What {@link #bytes} gave; none if it is not that any more. */
  static KnownFingerprints of(byte[] bytes, LongSupplier clock) {
    ByteBuffer known = ByteBuffer.wrap(bytes);
    boolean whole =
        bytes.length >= HEADER_BYTES
            && (bytes.length - HEADER_BYTES) % RECORD_BYTES == 0
            && known.getLong(0) == FORMAT
            && known.getLong(Long.BYTES) == checksum(bytes);
    return whole ? new KnownFingerprints(known, clock) : none(clock);
  }

  private static long checksum(byte[] bytes) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES);
    return checksum.getValue();
  }

  /** The time of this machine's clock in nanoseconds since 1970, for {@link #add}. */
  public long now() {
    return TimeUnit.MILLISECONDS.toNanos(clock.getAsLong());
  }

  /** The SHA-256 of a file; null if it must be read. */
  public String find(FileState state) {
    for (int at = slot(state.inode()); index[at] != 0; at = at + 1 & index.length - 1) {
      int record = index[at] - 1;
      int start = start(record);
      if (known.getLong(start + Long.BYTES) == state.inode()
          && known.getLong(start) == state.device()
          && known.getLong(start + 2 * Long.BYTES) == state.size()
          && known.getLong(start + 3 * Long.BYTES) == state.changed()) {
        found[record] = true;
        return new String(
            known.array(), start + STATE_BYTES, FINGERPRINT_BYTES, StandardCharsets.ISO_8859_1);
      }
    }
    return null;
  }

  /**
   * Adds the fingerprint of a file, unless a later change might not be seen.
   *
   * @param file where it is
   * @param state before it was read
   * @param readAt {@link #now} before it was read
   */
  public void add(Path file, FileState state, String sha256, long readAt) {
    boolean fine = state.changed() % TimeUnit.SECONDS.toNanos(1) != 0;
    boolean over = state.changed() < readAt - COARSE_NANOS;
    if (fine && over && local.computeIfAbsent(state.device(), device -> isLocal(file))) {
      read.add(new Read(state, sha256));
    }
  }

  private static boolean isLocal(Path file) {
    try {
      return LOCAL.contains(Files.getFileStore(file).type());
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a fingerprint was added, or one is of a file that was not looked for. */
  boolean isChanged() {
    for (boolean one : found) {
      if (!one) {
        return true;
      }
    }
    return !read.isEmpty();
  }

  /** Those that were found or added, to be kept. */
  byte[] bytes() {
    int kept = 0;
    for (boolean one : found) {
      kept += one ? 1 : 0;
    }
    Read[] added = read.toArray(Read[]::new);
    ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + (kept + added.length) * RECORD_BYTES);
    out.position(HEADER_BYTES);
    for (int i = 0; i < count; i++) {
      if (found[i]) {
        out.put(known.array(), start(i), RECORD_BYTES);
      }
    }
    for (Read one : added) {
      FileState state = one.state();
      out.putLong(state.device()).putLong(state.inode());
      out.putLong(state.size()).putLong(state.changed());
      out.put(one.sha256().getBytes(StandardCharsets.ISO_8859_1));
    }
    return out.putLong(0, FORMAT).putLong(Long.BYTES, checksum(out.array())).array();
  }

  private int slot(long inode) {
    return Long.hashCode(inode) * HASH_FACTOR >>> 7 & index.length - 1;
  }

  private static int start(int record) {
    return HEADER_BYTES + record * RECORD_BYTES;
  }
}
