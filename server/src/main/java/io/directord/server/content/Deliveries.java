package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.security.Sealing;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.server.dispatch.Contents;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What live jobs deliver, and the answers to nodes that fetch it. A node gets a content only with
 * the ticket that travelled with a live job that names it.
 *
 * <p>Key and ticket come from the job's secret, so a server that was started again gives the same
 * ones. One key and chunk number always seal the same bytes, as {@link Sealing} demands: the key is
 * bound to the content's fingerprint and the chunks' size, and a content of that fingerprint cannot
 * change.
 *
 * <p>Thread-safe. The dispatcher opens and closes; the content port's thread answers, which reads
 * the disk.
 */
public final class Deliveries implements Contents, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());
  private static final long MAX_CACHE_BYTES = 16L << 20;

  /** Deliveries of ended jobs that are remembered, to tell nodes that still ask. */
  private static final int MAX_ENDED = 1000;

  private final ContentStore store;

  /** By job, then by fingerprint. */
  private final Map<UUID, Map<String, Delivery>> live = new ConcurrentHashMap<>();

  private final Map<ByteBuffer, Delivery> byTicket = new ConcurrentHashMap<>();
  private final Map<ByteBuffer, Delivery> ended =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Delivery> eldest) {
              return size() > MAX_ENDED;
            }
          });
  private final SealedChunks sealed;
  private final Object reading = new Object();
  private final OpenContents contents;
  private final byte[] plain = new byte[Delivery.CHUNK_BYTES];

  /**
   * @param memory for chunks, in bytes; half of it is for chunks that are on their way
   */
  public Deliveries(ContentStore store, long memory) {
    this.store = store;
    this.sealed = new SealedChunks(Math.min(memory / 2, MAX_CACHE_BYTES));
    this.contents = new OpenContents(store);
  }

  /**
   * From now on until {@link #close(UUID)} nodes may fetch what the job names. May be repeated.
   *
   * @param secret the job's, {@link Sealing#SECRET_BYTES} random bytes
   * @return one for each distinct content, to travel with the job; empty for most jobs
   */
  @Override
  public List<Delivery> open(Job job, byte[] secret) {
    Map<String, Delivery> deliveries = new LinkedHashMap<>();
    for (SourceFile file : SourceFile.in(job)) {
      deliveries.computeIfAbsent(file.sha256(), sha256 -> delivery(job, file, secret));
    }
    if (!deliveries.isEmpty()) {
      live.put(job.id(), deliveries);
      deliveries.values().forEach(delivery -> byTicket.put(ticket(delivery), delivery));
    }
    return List.copyOf(deliveries.values());
  }

  /** The contents that a job names and the store lacks. */
  @Override
  public Set<String> missing(Job job) throws IOException {
    return store.missing(job);
  }

  /** The job has ended everywhere: its contents are fetched no more. */
  @Override
  public void close(UUID jobId) {
    Map<String, Delivery> closed = live.remove(jobId);
    if (closed != null) {
      for (Delivery delivery : closed.values()) {
        ended.put(ticket(delivery), delivery);
        byTicket.remove(ticket(delivery));
      }
      sealed.forget(jobId);
    }
  }

  /** The chunk, or why not. */
  public ContentMessage answer(ContentMessage.Request request) {
    ByteBuffer ticket = ByteBuffer.wrap(request.ticket());
    Delivery delivery = byTicket.get(ticket);
    if (delivery == null) {
      Delivery closed = ended.get(ticket);
      return closed == null
          ? new ContentMessage.Denied(request.ticket(), request.chunk(), new byte[0])
          : denied(closed, request, "the job has ended");
    }
    if (request.chunk() >= delivery.chunks()) {
      return denied(
          delivery,
          request,
          "there is no chunk " + request.chunk() + " of " + delivery.chunks() + " chunks");
    }
    try {
      return new ContentMessage.Chunk(
          request.ticket(), request.chunk(), chunk(delivery, request.chunk()));
    } catch (NoSuchFileException e) {
      return denied(
          delivery, request, "the server does not have this content any more; run the job again");
    } catch (IOException e) {
      LOG.log(Level.WARNING, "job {0}: content {1}: {2}", delivery.jobId(), delivery.sha256(), e);
      return denied(delivery, request, "the server cannot read this content: " + e.getMessage());
    }
  }

  /**
   * A piece of a content in the clear, for nodes that cannot open sealed ones.
   *
   * @return the bytes from that position, at most {@code max}; none at the end
   * @throws NoSuchFileException if no live job of that id delivers it
   */
  public byte[] plain(UUID jobId, String sha256, long position, int max) throws IOException {
    Delivery delivery = live.getOrDefault(jobId, Map.of()).get(sha256);
    if (delivery == null) {
      throw new NoSuchFileException(sha256, null, "no live job delivers this content");
    }
    byte[] bytes = new byte[(int) Math.max(0, Math.min(max, delivery.size() - position))];
    synchronized (reading) {
      contents.read(sha256, position, bytes, bytes.length);
    }
    return bytes;
  }

  /**
   * Removes contents that no live job names and nobody asked for lately. To be called now and then,
   * but not before all live jobs were opened after a start.
   */
  public void collect() throws IOException {
    Set<String> named =
        live.values().stream()
            .flatMap(deliveries -> deliveries.keySet().stream())
            .collect(Collectors.toSet());
    int removed = store.collect(named);
    synchronized (reading) {
      contents.retain(named);
    }
    if (removed > 0) {
      LOG.log(Level.INFO, "removed {0} contents that no job needs any more", removed);
    }
  }

  /** Closes the files; nothing may be asked for any more. */
  @Override
  public void close() throws IOException {
    live.clear();
    byTicket.clear();
    synchronized (reading) {
      contents.close();
    }
  }

  private Delivery delivery(Job job, SourceFile file, byte[] secret) {
    return new Delivery(
        job.id(),
        file.sha256(),
        size(file),
        Delivery.CHUNK_BYTES,
        Sealing.deliveryKey(secret, file.sha256(), Delivery.CHUNK_BYTES),
        Sealing.ticket(secret, job.id(), file.sha256()));
  }

  /** The stored content's own size, since a job written by hand may be wrong about it. */
  private long size(SourceFile file) {
    try {
      long stored = store.size(file.sha256());
      return stored < 0 ? file.size() : stored;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "content {0}: {1}", file.sha256(), e);
      return file.size();
    }
  }

  private byte[] chunk(Delivery delivery, long chunk) throws IOException {
    var key = new SealedChunks.Key(delivery.jobId(), delivery.sha256(), chunk);
    byte[] bytes = sealed.get(key);
    if (bytes == null) {
      bytes = seal(delivery, chunk);
      sealed.put(key, bytes);
    }
    return bytes;
  }

  private byte[] seal(Delivery delivery, long chunk) throws IOException {
    long position = chunk * delivery.chunkBytes();
    int length = (int) Math.min(delivery.chunkBytes(), delivery.size() - position);
    synchronized (reading) {
      contents.read(delivery.sha256(), position, plain, length);
      return Sealing.seal(delivery.key(), chunk, delivery.chunks(), plain, length);
    }
  }

  private static ContentMessage denied(
      Delivery delivery, ContentMessage.Request request, String reason) {
    return new ContentMessage.Denied(
        request.ticket(),
        request.chunk(),
        Sealing.sealDenial(delivery.key(), request.chunk(), reason));
  }

  private static ByteBuffer ticket(Delivery delivery) {
    return ByteBuffer.wrap(delivery.ticket());
  }
}
