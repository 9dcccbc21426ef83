package io.directord.client.link;

import io.directord.client.execution.Outgoing;
import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.security.Sealing;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Upload;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Sends content to the server's content port: chunks as many as the server wants, each sealed once
 * and kept until the server has confirmed it. So lost messages, a cut connection and a restart of
 * the server cost only time, up to the job's timeout. The thread of the job fills it; another one,
 * which is never interrupted, owns the connection.
 */
final class UploadTransfer implements Outgoing {
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final Duration RECONNECT = Duration.ofSeconds(10);

  /** Chunks that wait to be sealed. */
  private static final int QUEUED = 4;

  /** Begins what the server says of how much it wants, so that it is not taken for a refusal. */
  private static final String WINDOW = "window ";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Driver driver;
  private final IntSupplier port;
  private final LongSupplier nanoTime;
  private final Announcement announcement;
  private final long bytes;
  private final byte[] key = random();
  private final byte[] ticket = random();
  private final BlockingQueue<Plain> queue = new ArrayBlockingQueue<>(QUEUED);

  /** Buffers of chunks that were sealed. */
  private final Queue<byte[]> free = new ConcurrentLinkedQueue<>();

  private final CountDownLatch ended = new CountDownLatch(1);

  /** Sealed chunks that are not confirmed. */
  private final NavigableMap<Long, ContentMessage.Offer> unconfirmed = new TreeMap<>();

  private byte[] chunk = new byte[Upload.CHUNK_BYTES];
  private int filled;

  private long sealed;
  private long sentUpTo;
  private long wantedUpTo;
  private long heardAt;
  private long askedAt;
  private boolean lastSealed;
  private volatile long next;
  private volatile boolean unknown;
  private volatile boolean cancelled;
  private volatile boolean done;
  private volatile JobException failure;

  private record Plain(byte[] bytes, int length, boolean last) {}

  UploadTransfer(
      Driver driver,
      IntSupplier port,
      LongSupplier nanoTime,
      long bytes,
      Announcement announcement) {
    this.driver = driver;
    this.port = port;
    this.nanoTime = nanoTime;
    this.bytes = bytes;
    this.announcement = announcement;
  }

  private static byte[] random() {
    byte[] bytes = new byte[Sealing.SECRET_BYTES];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** Announces it, and has the thread begin. */
  void start(Executor threads) throws JobException, InterruptedException {
    announce();
    threads.execute(
        () -> {
          try {
            run();
          } catch (RuntimeException e) {
            failure = new JobException("the files cannot be sent: " + e, e);
          } finally {
            ended.countDown();
          }
        });
  }

  private void announce() throws JobException, InterruptedException {
    announcement.announce(new Upload(key, ticket, bytes, next, Upload.CHUNK_BYTES));
    unknown = false;
  }

  @Override
  public void write(byte[] more, int length) throws JobException, InterruptedException {
    int from = 0;
    while (from < length) {
      if (filled == chunk.length) {
        put(false);
      }
      int n = Math.min(length - from, chunk.length - filled);
      System.arraycopy(more, from, chunk, filled, n);
      filled += n;
      from += n;
    }
  }

  private void put(boolean last) throws JobException, InterruptedException {
    Plain plain = new Plain(chunk, filled, last);
    byte[] sealedBefore = free.poll();
    chunk = sealedBefore == null ? new byte[Upload.CHUNK_BYTES] : sealedBefore;
    filled = 0;
    while (!queue.offer(plain, 1, TimeUnit.SECONDS)) {
      look();
    }
  }

  /** Whether all is well with the other thread, and with the server's memory of this. */
  private void look() throws JobException, InterruptedException {
    if (failure != null) {
      throw failure;
    }
    if (unknown) {
      announce();
    }
  }

  @Override
  public void finish() throws JobException, InterruptedException {
    put(true);
    while (!ended.await(1, TimeUnit.SECONDS)) {
      look();
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void close() {
    cancelled = true;
    boolean interrupted = false;
    boolean waiting = true;
    while (waiting) {
      try {
        ended.await();
        waiting = false;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    heardAt = nanoTime.getAsLong();
    while (goesOn()) {
      connected();
    }
  }

  private boolean goesOn() {
    return !done && !cancelled && failure == null;
  }

  private void connected() {
    long connectedAt = nanoTime.getAsLong();
    askedAt = connectedAt - AGAIN.toNanos();
    sentUpTo = next;
    wantedUpTo = 0;
    try (ContentConnection connection = driver.connectToContent(port.getAsInt())) {
      while (goesOn()) {
        send(connection);
        List<byte[]> received = connection.receive();
        if (received != null) {
          accept(received);
        } else if (connection.isEnded()) {
          return;
        }
        long now = nanoTime.getAsLong();
        if (Math.min(now - heardAt, now - connectedAt) > RECONNECT.toNanos()) {
          return;
        }
      }
    }
  }

  /** Sends what the server wants; asks if it has been silent, and sends again what was lost. */
  private void send(ContentConnection connection) {
    long now = nanoTime.getAsLong();
    if (now - askedAt >= AGAIN.toNanos()) {
      askedAt = now;
      sentUpTo = next;
      connection.send(frames(new ContentMessage.Offer(ticket, next, false, new byte[0])));
    }
    while (sentUpTo < wantedUpTo && seal()) {
      connection.send(frames(unconfirmed.get(sentUpTo)));
      sentUpTo++;
      askedAt = now;
    }
  }

  /** Makes sure that the chunk to be sent is sealed; false if its content is not there yet. */
  private boolean seal() {
    if (sentUpTo < sealed) {
      return true;
    }
    Plain plain = lastSealed ? null : queue.poll();
    if (plain == null) {
      return false;
    }
    long count = Upload.sealedCount(sealed, plain.last());
    byte[] bytesSealed = Sealing.seal(key, sealed, count, plain.bytes(), plain.length());
    free.add(plain.bytes());
    unconfirmed.put(sealed, new ContentMessage.Offer(ticket, sealed, plain.last(), bytesSealed));
    sealed++;
    lastSealed = plain.last();
    return true;
  }

  private static List<byte[]> frames(ContentMessage.Offer offer) {
    return ContentCodec.encode(offer).toContentBytes();
  }

  private void accept(List<byte[]> raw) {
    ContentMessage message;
    try {
      message = ContentCodec.decode(Frames.of(raw));
    } catch (BadMessageException e) {
      return;
    }
    if (!Arrays.equals(message.ticket(), ticket)) {
      return;
    }
    try {
      if (message instanceof ContentMessage.Denied denied) {
        denied(denied);
      } else if (message instanceof ContentMessage.Wanted wanted) {
        wanted(wanted);
      }
    } catch (GeneralSecurityException e) {
      // Not from the server: another message may follow.
    }
  }

  private void denied(ContentMessage.Denied denied) throws GeneralSecurityException {
    if (denied.sealed().length == 0) {
      // Not authenticated. A server that has started again does not know this until it is told.
      unknown = true;
      heardAt = nanoTime.getAsLong();
      return;
    }
    String reason = Sealing.openDenial(key, denied.chunk(), denied.sealed());
    if (!reason.startsWith(WINDOW)) {
      failure =
          new JobException(Outcome.Reason.REFUSED, "the server does not take the files: " + reason);
    }
  }

  private void wanted(ContentMessage.Wanted wanted) throws GeneralSecurityException {
    String text = Sealing.openDenial(key, wanted.chunk(), wanted.sealed());
    if (!text.startsWith(WINDOW)) {
      return;
    }
    heardAt = nanoTime.getAsLong();
    if (wanted.chunk() < next || wanted.chunk() > sealed) {
      return;
    }
    next = wanted.chunk();
    unconfirmed.headMap(next).clear();
    sentUpTo = Math.max(sentUpTo, next);
    wantedUpTo = next + Integer.parseInt(text.substring(WINDOW.length()));
    done = lastSealed && unconfirmed.isEmpty();
  }
}
