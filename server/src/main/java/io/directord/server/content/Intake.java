package io.directord.server.content;

import io.directord.common.fetch.ArchiveCheck;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.security.Sealing;
import io.directord.common.storage.EarlySync;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Upload;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What one node sends for one job: its chunks are opened and appended in order. A node can send no
 * more than it has announced. Thread-safe; blocks on the disk.
 */
final class Intake implements AutoCloseable {
  /** How many bytes may be on their way, and how many chunks at most. */
  private static final int WINDOW_BYTES = 1 << 20;

  private static final int WINDOW_CHUNKS = 8;

  private static final String WANTS = "window ";

  private final FetchedStore store;
  private final UUID job;
  private final String node;
  private final Upload upload;
  private final ArchiveCheck check = new ArchiveCheck();
  private final Map<Long, ContentMessage.Offer> early = new TreeMap<>();
  private FileChannel file;
  private EarlySync sync;

  /** Room for the chunk that is opened; there while it may send. */
  private ByteBuffer plain;

  private volatile boolean open;
  private volatile long next;
  private long bytes;
  private volatile boolean whole;

  /** What came, while it is not where it is to be kept. */
  private volatile FetchArrival toShare;

  private boolean isSharing;
  private volatile String refusal;

  Intake(FetchedStore store, UUID job, String node, Upload upload) {
    this.store = store;
    this.job = job;
    this.node = node;
    this.upload = upload;
    this.next = upload.next();
    this.bytes = upload.next() * upload.chunkBytes();
  }

  String node() {
    return node;
  }

  Upload upload() {
    return upload;
  }

  /** Begins to take chunks; the node waits until then. */
  synchronized void admit(String owner) {
    if (refusal != null) {
      return;
    }
    try {
      file = store.append(job, node, owner, bytes);
      sync = new EarlySync(file);
      plain = ByteBuffer.allocate(upload.chunkBytes());
      checkEarlier();
      open = true;
    } catch (IOException e) {
      refuse("the server cannot keep them: " + IoErrors.sayWhere(e));
    }
  }

  /** What came to the server before it was started again. */
  private void checkEarlier() throws IOException {
    while (check.taken() < bytes) {
      plain.clear().limit((int) Math.min(plain.capacity(), bytes - check.taken()));
      if (file.read(plain, check.taken()) < 0) {
        throw new EOFException();
      }
      check.take(plain.flip());
    }
  }

  /** Takes no chunks until it is admitted again, and goes on where it was then. */
  synchronized void pause() {
    open = false;
    early.clear();
    plain = null;
    try {
      if (file != null) {
        // The kernel tells once that it could not write, and the next one to ask may be another.
        sync.force();
        file.close();
        file = null;
      }
    } catch (IOException e) {
      refuse("the server cannot keep them: " + IoErrors.sayWhere(e));
    }
  }

  synchronized void refuse(String why) {
    refusal = why;
    open = false;
    early.clear();
  }

  /** How much there is of it; of its last chunk nothing before it is whole. */
  long received() {
    return Math.min(next * upload.chunkBytes(), upload.bytes());
  }

  /** Whether it takes room for what may still come. */
  boolean reserves() {
    return !whole && refusal == null;
  }

  /** Whether the content of a chunk may be queued, since it is expected. Never blocks. */
  boolean expects(long chunk) {
    long expected = next;
    return open && chunk >= expected && chunk < expected + window();
  }

  private int window() {
    return Math.min(WINDOW_CHUNKS, WINDOW_BYTES / upload.chunkBytes());
  }

  /** Takes a chunk, if there is one, and says what is wanted. */
  synchronized ContentMessage take(ContentMessage.Offer offer) {
    if (offer.sealed().length > 0 && expects(offer.chunk())) {
      early.put(offer.chunk(), offer);
      try {
        for (var found = early.remove(next); found != null; found = early.remove(next)) {
          if (!append(found)) {
            break;
          }
        }
      } catch (IOException e) {
        refuse("the server cannot keep them: " + IoErrors.sayWhere(e));
      }
    }
    return answer(offer);
  }

  /** Returns false if the chunk is not what the node has sealed. */
  private boolean append(ContentMessage.Offer offer) throws IOException {
    boolean isTooLong = offer.sealed().length > Sealing.sealedLength(upload.chunkBytes());
    try {
      long count = Upload.sealedCount(next, offer.last());
      if (isTooLong) {
        Sealing.open(upload.key(), next, count, offer.sealed());
      } else {
        Sealing.open(upload.key(), next, count, offer.sealed(), plain);
      }
    } catch (GeneralSecurityException e) {
      return false;
    }
    int length = plain.remaining();
    if (isTooLong
        || !offer.last() && length < upload.chunkBytes()
        || bytes + length > upload.bytes()) {
      refuse("more comes than was announced");
      return false;
    }
    check.take(plain.duplicate());
    while (plain.hasRemaining()) {
      file.write(plain);
    }
    bytes += length;
    sync.written(length);
    next++;
    if (offer.last()) {
      // What comes behind it was not sealed by the node.
      early.clear();
      sync.force();
      file.close();
      file = null;
      plain = null;
      open = false;
      FetchArrival arrival = check.arrival();
      store.finish(job, node, arrival);
      toShare = store.isShared() ? arrival : null;
      whole = true;
    }
    return true;
  }

  private ContentMessage answer(ContentMessage.Offer offer) {
    byte[] ticket = upload.ticket();
    if (refusal != null) {
      byte[] why = Sealing.sealDenial(upload.key(), offer.chunk(), refusal);
      return new ContentMessage.Denied(ticket, offer.chunk(), why);
    }
    String wants = WANTS + (open ? window() : 0);
    long wanted = toShare == null ? next : next - 1;
    return new ContentMessage.Wanted(
        ticket, wanted, Sealing.sealDenial(upload.key(), wanted, wants));
  }

  /** Whether all has come, and the node is not to be told before others have it. */
  boolean waitsForOthers() {
    return toShare != null;
  }

  /** Whether the caller has to {@link #share} it; true once. */
  synchronized boolean beginsToShare() {
    boolean begins = toShare != null && !isSharing;
    isSharing |= begins;
    return begins;
  }

  /** Has other servers have it too. */
  void share() {
    try {
      store.share(job, node, toShare);
    } catch (IOException e) {
      store.tellUnshared(e);
    } finally {
      toShare = null;
    }
  }

  /** Ends it; what is not whole is removed. */
  @Override
  public synchronized void close() {
    try {
      if (file != null) {
        file.close();
        file = null;
      }
      if (!whole) {
        refuse("the job has ended");
        store.discard(job, node);
      }
    } catch (IOException e) {
      store.tellUnremoved(e);
    }
  }
}
