package io.directord.server.api;

import io.directord.common.api.JobView;
import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The JSON of a job with its results, in parts. The JSON of a large result is kept between two
 * parts as long as there is memory for it, and is made again otherwise. Not thread-safe.
 */
final class JobParts implements AutoCloseable {
  /** Reserved for every part that {@link #next} returns; released by the caller. */
  static final int PART_BYTES = 64 << 10;

  private final JobView job;
  private final ReaderMemory memory;
  private final int pieces;
  private byte[] piece;
  private int at;
  private long reserved;

  /** The piece being sent, its position, and its source. */
  private int index;

  private int hash;

  /** Thrown if there is no memory now. */
  static final class NoMemoryException extends Exception {
    private static final long serialVersionUID = 1;
  }

  /** Thrown if the result has changed while it was sent. */
  static final class ChangedException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  JobParts(JobView job, ReaderMemory memory) {
    this.job = job;
    this.memory = memory;
    this.pieces = job.nodes().size() + 1;
  }

  /**
   * The next part; there must be one.
   *
   * @throws NoMemoryException if it cannot be made now
   */
  byte[] next() throws NoMemoryException {
    if (!memory.reserve(PART_BYTES)) {
      throw new NoMemoryException();
    }
    boolean made = false;
    try {
      byte[] part = part();
      made = true;
      return part;
    } finally {
      if (!made) {
        memory.release(PART_BYTES);
      }
    }
  }

  private byte[] part() throws NoMemoryException {
    byte[] part = new byte[PART_BYTES];
    int length = 0;
    while (index < pieces && length < part.length) {
      if (piece == null && !load(length > 0)) {
        break;
      }
      int n = Math.min(piece.length - at, part.length - length);
      System.arraycopy(piece, at, part, length, n);
      at += n;
      length += n;
      if (at == piece.length) {
        forget();
        at = 0;
        index++;
      }
    }
    return length == part.length ? part : Arrays.copyOf(part, length);
  }

  boolean isAtEnd() {
    return index == pieces;
  }

  /**
   * @param optional whether missing memory is not a failure
   * @return whether there was
   */
  private boolean load(boolean optional) throws NoMemoryException {
    long guess = memory.largest();
    if (!memory.reserve(guess)) {
      return refused(optional);
    }
    byte[] made;
    try {
      made = memory.oneByOne(() -> make(index));
    } catch (RuntimeException e) {
      memory.release(guess);
      throw e;
    }
    if (made.length > guess && !memory.reserve(made.length - guess)) {
      memory.release(guess);
      return refused(optional);
    }
    if (made.length < guess) {
      memory.release(guess - made.length);
    }
    reserved = made.length;
    piece = made;
    if (at > 0 && Arrays.hashCode(made) != hash) {
      throw new ChangedException();
    }
    hash = made.length > PART_BYTES / 2 ? Arrays.hashCode(made) : 0;
    return true;
  }

  private static boolean refused(boolean optional) throws NoMemoryException {
    if (optional) {
      return false;
    }
    throw new NoMemoryException();
  }

  private byte[] make(int which) {
    if (which > 0) {
      byte[] outcome = Json.bytes(job.nodes().get(which - 1));
      byte[] separator = text(which == 1 ? "" : ",");
      byte[] end = text(which == pieces - 1 ? "]}" : "");
      return joined(separator, outcome, end);
    }
    byte[] head =
        Json.bytes(
            new JobView(
                job.summary(),
                job.definition(),
                job.submittedBy(),
                job.leftOut(),
                job.limit(),
                job.forgotten(),
                List.of()));
    // Without the end of the empty list of nodes, which is its last key.
    return pieces == 1 ? head : Arrays.copyOf(head, head.length - 2);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] joined(byte[]... parts) {
    int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    byte[] all = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** Drops the kept JSON, which is made again if needed. */
  void forget() {
    piece = null;
    memory.release(reserved);
    reserved = 0;
  }

  @Override
  public void close() {
    forget();
  }
}
