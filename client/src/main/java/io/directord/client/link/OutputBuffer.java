package io.directord.client.link;

import io.directord.common.job.Job;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.OutputPosition;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Output of running jobs that waits for the network. Small pieces are merged. Output is not
 * confirmed, so it is sent at a bounded rate: a stalled network never holds much of it, and a
 * thousand nodes do not overload their server. Readers of a faster command wait for room, which
 * slows it down; only after some seconds without progress is the oldest output dropped, counted,
 * and replaced by a note. Thread-safe.
 */
final class OutputBuffer {
  static final int MAX_BYTES = 2 << 20;

  /** Limit of buffered output; beyond it, readers wait. */
  static final int ROOM_BYTES = MAX_BYTES / 2;

  /** Maximum size of a piece, so that results are not delayed for long on a slow network. */
  static final int MAX_PIECE_BYTES = 32 << 10;

  static final long BYTES_PER_SECOND = 1 << 20;

  /** Timeout of a stalled network, after which commands are not slowed down. */
  static final long STALLED_NANOS = 5_000_000_000L;

  private static final long WAIT_MILLIS = 50;

  private final LongSupplier nanoTime;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final Map<UUID, Dropped> dropped = new LinkedHashMap<>();

  /** Where the next piece of each stream stands. */
  private final Map<UUID, Map<Stream, OutputPosition>> sent = new HashMap<>();

  private long bytes;
  private long allowance = BYTES_PER_SECOND;
  private long allowedAt;
  private long movedAt;

  OutputBuffer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.allowedAt = nanoTime.getAsLong();
    this.movedAt = allowedAt;
  }

  /**
   * @param lostLines number of lines dropped before it
   */
  private record Piece(Job job, Stream stream, ByteArrayOutputStream bytes, long lostLines) {
    boolean takes(Job otherJob, Stream otherStream, int length) {
      return job == otherJob && stream == otherStream && bytes.size() + length <= MAX_PIECE_BYTES;
    }
  }

  /** Output of a job after its last sent piece. */
  private static final class Dropped {
    private final Job job;
    private final Stream stream;
    private long bytes;
    private long lines;

    Dropped(Piece piece) {
      this.job = piece.job;
      this.stream = piece.stream;
    }

    void add(Piece piece) {
      byte[] all = piece.bytes.toByteArray();
      bytes += all.length;
      lines += piece.lostLines;
      lines += lineEnds(all);
    }

    Piece note() {
      return before(new Piece(job, stream, new ByteArrayOutputStream(0), 0));
    }

    /** The piece behind a note. */
    Piece before(Piece rest) {
      String note =
          "\n[... "
              + lines
              + " lines ("
              + bytes
              + " bytes) are missing here: the server could not be reached ...]\n";
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(note.getBytes(StandardCharsets.UTF_8));
      all.writeBytes(rest.bytes.toByteArray());
      return new Piece(job, rest.stream, all, lines + rest.lostLines);
    }
  }

  private static long lineEnds(byte[] bytes) {
    long lines = 0;
    for (byte one : bytes) {
      lines += one == '\n' ? 1 : 0;
    }
    return lines;
  }

  /**
   * Returns when there is room for more, or nothing has moved for some seconds.
   *
   * @param over whether the job has ended; called under the buffer's lock
   */
  synchronized void awaitRoom(BooleanSupplier over) throws InterruptedException {
    while (bytes > ROOM_BYTES
        && !over.getAsBoolean()
        && nanoTime.getAsLong() - movedAt < STALLED_NANOS) {
      wait(WAIT_MILLIS);
    }
  }

  /** Splits long output between characters. */
  synchronized void add(Job job, Stream stream, byte[] more) {
    for (int from = 0; from < more.length; ) {
      int to = endOfPiece(more, from);
      addPiece(job, stream, Arrays.copyOfRange(more, from, to));
      from = to;
    }
  }

  private static int endOfPiece(byte[] bytes, int from) {
    int end = Math.min(from + MAX_PIECE_BYTES, bytes.length);
    int cut = end;
    while (cut < bytes.length && cut > from && isInsideCharacter(bytes[cut])) {
      cut--;
    }
    return cut == from ? end : cut;
  }

  private static boolean isInsideCharacter(byte utf8) {
    return (utf8 & 0xc0) == 0x80;
  }

  private void addPiece(Job job, Stream stream, byte[] more) {
    Piece last = pieces.peekLast();
    if (last == null) {
      movedAt = nanoTime.getAsLong();
    }
    if (last == null || !last.takes(job, stream, more.length)) {
      last = new Piece(job, stream, new ByteArrayOutputStream(more.length), 0);
      pieces.add(last);
    }
    last.bytes.writeBytes(more);
    bytes += more.length;
    while (bytes > MAX_BYTES) {
      Piece oldest = pieces.remove();
      bytes -= oldest.bytes.size();
      dropped.computeIfAbsent(oldest.job.id(), id -> new Dropped(oldest)).add(oldest);
    }
  }

  /** Whether output of the job waits, or a note that some of it is missing. */
  synchronized boolean holds(UUID job) {
    return dropped.containsKey(job)
        || pieces.stream().anyMatch(piece -> piece.job.id().equals(job));
  }

  /** The job has ended, and all of its output is sent. */
  synchronized void forget(UUID job) {
    sent.remove(job);
  }

  /**
   * Sends until the buffer is empty, the rate is reached, or the sender refuses.
   *
   * @return whether everything was sent
   */
  boolean send(Predicate<List<byte[]>> sender) {
    for (Piece piece = next(); piece != null; piece = next()) {
      NodeMessage.Output message =
          new NodeMessage.Output(
              piece.job.id(),
              piece.job.verb(),
              piece.stream,
              piece.bytes.toByteArray(),
              position(piece),
              piece.lostLines);
      if (!sender.test(NodeCodec.encode(message).toBytes())) {
        giveBack(piece);
        return false;
      }
      moved(piece);
    }
    return isEmpty();
  }

  private synchronized boolean isEmpty() {
    return pieces.isEmpty() && dropped.isEmpty();
  }

  private synchronized Piece next() {
    earn();
    if (allowance <= 0) {
      return null;
    }
    if (pieces.isEmpty()) {
      return nextNote();
    }
    Piece piece = pieces.remove();
    allowance -= piece.bytes.size();
    bytes -= piece.bytes.size();
    Dropped missing = dropped.remove(piece.job.id());
    return missing == null ? piece : missing.before(piece);
  }

  private Piece nextNote() {
    Iterator<Dropped> first = dropped.values().iterator();
    if (!first.hasNext()) {
      return null;
    }
    Piece note = first.next().note();
    first.remove();
    return note;
  }

  private void earn() {
    long now = nanoTime.getAsLong();
    double earned = (now - allowedAt) / 1e9 * BYTES_PER_SECOND;
    if (earned >= 1) {
      allowance = Math.min(BYTES_PER_SECOND, allowance + (long) earned);
      allowedAt = now;
    }
  }

  private synchronized OutputPosition position(Piece piece) {
    return sent.getOrDefault(piece.job.id(), Map.of())
        .getOrDefault(piece.stream, OutputPosition.START);
  }

  private synchronized void moved(Piece piece) {
    sent.computeIfAbsent(piece.job.id(), id -> new EnumMap<>(Stream.class))
        .put(piece.stream, position(piece).after(lineEnds(piece.bytes.toByteArray())));
    movedAt = nanoTime.getAsLong();
    notifyAll();
  }

  private synchronized void giveBack(Piece piece) {
    allowance += piece.bytes.size();
    pieces.push(piece);
    bytes += piece.bytes.size();
  }
}
