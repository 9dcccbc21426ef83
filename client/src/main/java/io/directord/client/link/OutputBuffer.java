package io.directord.client.link;

import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.WireCodec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Output of running jobs that waits for the network. Small pieces grow together. Nobody confirms
 * output, so it goes out at a bounded rate: a network that stands still never holds much of it, and
 * a thousand nodes do not drown their server. When commands are faster the oldest output is
 * dropped, and a note stands for it: who watches sees the newest, and the job's result has its own
 * bounded copy. Thread-safe.
 */
final class OutputBuffer {
  static final int MAX_BYTES = 2 << 20;

  /** Larger pieces would delay results for long on a slow network. */
  static final int MAX_PIECE_BYTES = 32 << 10;

  static final long BYTES_PER_SECOND = 1 << 20;

  private final LongSupplier nanoTime;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private final Map<UUID, Long> dropped = new HashMap<>();
  private long bytes;
  private long allowance = BYTES_PER_SECOND;
  private long allowedAt;

  OutputBuffer(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.allowedAt = nanoTime.getAsLong();
  }

  private record Piece(Job job, Stream stream, ByteArrayOutputStream bytes) {
    boolean takes(Job otherJob, Stream otherStream, int length) {
      return job == otherJob && stream == otherStream && bytes.size() + length <= MAX_PIECE_BYTES;
    }
  }

  synchronized void add(Job job, Stream stream, byte[] more) {
    Piece last = pieces.peekLast();
    if (last == null || !last.takes(job, stream, more.length)) {
      last = new Piece(job, stream, new ByteArrayOutputStream(more.length));
      pieces.add(last);
    }
    last.bytes.writeBytes(more);
    bytes += more.length;
    while (bytes > MAX_BYTES) {
      Piece oldest = pieces.remove();
      bytes -= oldest.bytes.size();
      dropped.merge(oldest.job.id(), (long) oldest.bytes.size(), Long::sum);
    }
  }

  /**
   * Sends until there is no more, the rate is reached, or the sender says no.
   *
   * @return whether all is sent
   */
  boolean send(Predicate<List<byte[]>> sender) {
    for (Piece piece = next(); piece != null; piece = next()) {
      NodeMessage.Output message =
          new NodeMessage.Output(
              piece.job.id(), piece.job.verb(), piece.stream, piece.bytes.toByteArray());
      if (!sender.test(WireCodec.encode(message).toBytes())) {
        giveBack(piece);
        return false;
      }
    }
    return isEmpty();
  }

  private synchronized boolean isEmpty() {
    return pieces.isEmpty();
  }

  private synchronized Piece next() {
    earn();
    if (pieces.isEmpty()) {
      dropped.clear();
      return null;
    }
    if (allowance <= 0) {
      return null;
    }
    Piece piece = pieces.remove();
    allowance -= piece.bytes.size();
    bytes -= piece.bytes.size();
    Long missing = dropped.remove(piece.job.id());
    if (missing == null) {
      return piece;
    }
    String note = "\n[... " + missing + " bytes not streamed: the network is too slow ...]\n";
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(note.getBytes(StandardCharsets.UTF_8));
    all.writeBytes(piece.bytes.toByteArray());
    return new Piece(piece.job, piece.stream, all);
  }

  private void earn() {
    long now = nanoTime.getAsLong();
    double earned = (now - allowedAt) / 1e9 * BYTES_PER_SECOND;
    if (earned >= 1) {
      allowance = Math.min(BYTES_PER_SECOND, allowance + (long) earned);
      allowedAt = now;
    }
  }

  private synchronized void giveBack(Piece piece) {
    allowance += piece.bytes.size();
    pieces.push(piece);
    bytes += piece.bytes.size();
  }
}
