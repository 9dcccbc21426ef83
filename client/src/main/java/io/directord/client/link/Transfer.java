package io.directord.client.link;

import io.directord.client.execution.DeliverySource.Sink;
import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.security.Sealing;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * One transfer: requests a window of chunks, opens them and passes them on in order. Only data
 * sealed with the delivery's key is accepted; everything else is ignored, and missing chunks are
 * requested again. So lost or forged messages, a silent network or a restart of the server only
 * cost time, up to the job's timeout.
 */
final class Transfer implements Runnable {
  private static final System.Logger LOG = System.getLogger(Transfer.class.getName());

  /** Timeout after which missing chunks are requested again. */
  static final Duration AGAIN = Duration.ofSeconds(2);

  /** Timeout of silence after which the connection is renewed. */
  static final Duration RECONNECT = Duration.ofSeconds(10);

  private final Driver driver;
  private final IntSupplier port;
  private final Delivery delivery;
  private final Wanted wanted;
  private final BooleanSupplier isGone;
  private final Sink sink;
  private final LongSupplier nanoTime;
  private final long chunks;

  /** Opened chunks that wait for one before them. */
  private final Map<Long, byte[]> early = new HashMap<>();

  /** Arrays of chunks that were passed on. */
  private final Deque<byte[]> free = new ArrayDeque<>();

  private final Map<Long, Long> askedAt = new HashMap<>();

  /** How many chunks were passed on; read by any thread. */
  private volatile long next;

  private long heardAt;
  private long forged;
  private boolean unknown;
  private boolean told;
  private volatile boolean cancelled;
  private IOException sinkFailure;
  private JobException failure;
  private RuntimeException unexpected;

  /**
   * What is to be fetched.
   *
   * @param chunks numbers, ascending; null for all
   */
  record Wanted(Delivery delivery, long[] chunks) {
    /** How many. */
    long count() {
      return chunks == null ? delivery.chunks() : chunks.length;
    }

    /** The number of one of them. */
    long chunk(long index) {
      return chunks == null ? index : chunks[(int) index];
    }
  }

  Transfer(
      Driver driver,
      IntSupplier port,
      Wanted wanted,
      BooleanSupplier isGone,
      Sink sink,
      LongSupplier nanoTime) {
    this.driver = driver;
    this.port = port;
    this.delivery = wanted.delivery();
    this.wanted = wanted;
    this.isGone = isGone;
    this.sink = sink;
    this.nanoTime = nanoTime;
    this.chunks = delivery.chunks();
  }

  @Override
  public void run() {
    heardAt = nanoTime.getAsLong();
    try {
      while (next < wanted.count() && !cancelled) {
        connected();
      }
    } catch (JobException e) {
      failure = e;
    } catch (IOException e) {
      sinkFailure = e;
    } catch (RuntimeException e) {
      unexpected = e;
    }
  }

  /** Stops the transfer. */
  void cancel() {
    cancelled = true;
  }

  /** Called when it has ended; throws its error. */
  void result() throws IOException, JobException {
    if (sinkFailure != null) {
      throw sinkFailure;
    }
    if (failure != null) {
      throw failure;
    }
    if (unexpected != null) {
      throw unexpected;
    }
  }

  /** How much has come; any thread may call it. */
  String progress() {
    return Math.min(delivery.size(), next * delivery.chunkBytes())
        + " of "
        + Math.min(delivery.size(), wanted.count() * delivery.chunkBytes())
        + " bytes have come";
  }

  /** Its progress and last error; called when it has ended. */
  String standing() {
    StringBuilder text = new StringBuilder();
    text.append(Math.min(delivery.size(), next * delivery.chunkBytes()))
        .append(" of ")
        .append(Math.min(delivery.size(), wanted.count() * delivery.chunkBytes()))
        .append(" bytes of the content had come");
    long silent = Duration.ofNanos(nanoTime.getAsLong() - heardAt).toSeconds();
    if (silent >= AGAIN.toSeconds()) {
      text.append("; the last of it ").append(silent).append(" s ago");
    }
    if (unknown) {
      text.append("; the content port at ").append(place()).append(" does not know this job");
    }
    if (forged > 0) {
      text.append("; messages that did not come from the server unchanged: ").append(forged);
    }
    return text.toString();
  }

  /** Receives on one connection, until complete or silent for too long. */
  private void connected() throws JobException, IOException {
    long connectedAt = nanoTime.getAsLong();
    askedAt.clear();
    try (ContentConnection connection = driver.connectToContent(port.getAsInt())) {
      while (next < wanted.count() && !cancelled) {
        if (isGone.getAsBoolean()) {
          throw new JobException(
              Outcome.Reason.REFUSED,
              "the content is not to be had any more, since the server ended this job while the"
                  + " node could not be reached: submit it again");
        }
        ask(connection);
        List<byte[]> received = connection.receive();
        if (received != null) {
          accept(received, connection);
        } else if (connection.isEnded()) {
          forged++;
          return;
        }
        long now = nanoTime.getAsLong();
        if (Math.min(now - heardAt, now - connectedAt) > RECONNECT.toNanos()) {
          tellOnce();
          return;
        }
      }
    }
  }

  private String place() {
    return driver.contentPlace(port.getAsInt());
  }

  private void tellOnce() {
    if (!told) {
      told = true;
      LOG.log(
          Level.WARNING,
          "job {0}: the content port at {1} sends nothing; trying on until the job''s timeout",
          delivery.jobId(),
          place());
    }
  }

  /** Requests the chunks of the window that were not requested, or did not come. */
  private void ask(ContentConnection connection) {
    long now = nanoTime.getAsLong();
    boolean silent = now - heardAt > AGAIN.toNanos();
    long end = Math.min(wanted.count(), next + ContentConnection.WINDOW);
    for (long index = next; index < end; index++) {
      long chunk = wanted.chunk(index);
      Long asked = askedAt.get(chunk);
      boolean due = asked == null || silent && now - asked > AGAIN.toNanos();
      if (due && !early.containsKey(chunk)) {
        askedAt.put(chunk, now);
        var request = new ContentMessage.Request(delivery.ticket(), chunk);
        connection.send(ContentCodec.encode(request).toBytes());
      }
    }
  }

  private void accept(List<byte[]> raw, ContentConnection connection)
      throws JobException, IOException {
    ContentMessage message;
    try {
      message = ContentCodec.decode(Frames.of(raw));
    } catch (BadMessageException e) {
      forged++;
      return;
    }
    if (!Arrays.equals(message.ticket(), delivery.ticket())) {
      forged++;
    } else if (message instanceof ContentMessage.Denied denied) {
      denied(denied);
    } else if (message instanceof ContentMessage.Chunk chunk
        && askedAt.containsKey(chunk.chunk())) {
      open(chunk);
      // Without garbage of the content's size, a small heap is enough.
      if (isWhole(chunk)) {
        connection.reuse(chunk.sealed());
      }
    }
  }

  private void denied(ContentMessage.Denied denied) throws JobException {
    if (denied.sealed().length == 0) {
      // Not authenticated: the server sends this for jobs that ended long ago.
      unknown = true;
      return;
    }
    String reason;
    try {
      reason = Sealing.openDenial(delivery.key(), denied.chunk(), denied.sealed());
    } catch (GeneralSecurityException e) {
      forged++;
      return;
    }
    throw new JobException(Outcome.Reason.REFUSED, "the server denies the content: " + reason);
  }

  private void open(ContentMessage.Chunk chunk) throws JobException, IOException {
    if (early.containsKey(chunk.chunk())) {
      return;
    }
    try {
      byte[] plain = opened(chunk);
      if (!delivery.fits(chunk.chunk(), plain.length)) {
        forged++;
        return;
      }
      early.put(chunk.chunk(), plain);
    } catch (GeneralSecurityException e) {
      forged++;
      return;
    }
    heardAt = nanoTime.getAsLong();
    unknown = false;
    for (byte[] plain = takeNext(); plain != null; plain = takeNext()) {
      sink.accept(plain);
      if (plain.length == delivery.chunkBytes()) {
        free.push(plain);
      }
    }
  }

  /** Most chunks are of the same length. */
  private byte[] opened(ContentMessage.Chunk chunk) throws GeneralSecurityException {
    byte[] sealed = chunk.sealed();
    if (!isWhole(chunk)) {
      return Sealing.open(delivery.key(), chunk.chunk(), chunks, sealed);
    }
    byte[] plain = free.isEmpty() ? new byte[delivery.chunkBytes()] : free.pop();
    Sealing.open(delivery.key(), chunk.chunk(), chunks, sealed, ByteBuffer.wrap(plain));
    return plain;
  }

  private boolean isWhole(ContentMessage.Chunk chunk) {
    return chunk.sealed().length == Sealing.sealedLength(delivery.chunkBytes());
  }

  /** The next chunk in order; null if it has not come. */
  private byte[] takeNext() {
    byte[] plain = next < wanted.count() ? early.remove(wanted.chunk(next)) : null;
    if (plain != null) {
      askedAt.remove(wanted.chunk(next));
      next++;
    }
    return plain;
  }
}
