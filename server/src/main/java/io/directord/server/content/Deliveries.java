package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.security.Sealing;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.WireCodec;
import io.directord.server.dispatch.Contents;
import io.directord.server.link.ContentSource;
import io.directord.server.link.ContentTaker;
import io.directord.server.link.PlainContents;
import io.directord.server.memory.MemoryBudget;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The deliveries of live jobs, and the replies to nodes that fetch them. A node gets a content only
 * with the ticket that came with a live job.
 *
 * <p>Key and ticket are derived from the job's secret, so they stay the same after a restart of the
 * server. One key and chunk number always seal the same bytes, as {@link Sealing} demands: the key
 * is bound to the content's fingerprint and the chunks' size, and a content of that fingerprint
 * cannot change.
 *
 * <p>Thread-safe. The dispatcher opens and closes deliveries; content ports request chunks, which a
 * few readers read and seal.
 */
public final class Deliveries
    implements Contents, ContentSource<ContentMessage.Request>, PlainContents, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Deliveries.class.getName());
  private static final int IDLE_SECONDS = 10;

  /** Maximum number of remembered deliveries of ended jobs, for replies to late requests. */
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
  private final ThreadPoolExecutor readers;
  private final Chunks chunks;
  private final OpenContents contents;

  /** Each for one reader. */
  private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();

  /**
   * @param memory for chunks, from when they are read until they are sent
   * @param fatal called when a reader dies
   */
  public Deliveries(ContentStore store, MemoryBudget.Share memory, Consumer<Throwable> fatal) {
    this.store = store;
    this.contents = new OpenContents(store);
    this.readers =
        new ThreadPoolExecutor(
            Chunks.READERS,
            Chunks.READERS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "content-reader");
              thread.setDaemon(true);
              thread.setUncaughtExceptionHandler((t, error) -> fatal.accept(error));
              return thread;
            },
            // Stops sending, since the server ends.
            new ThreadPoolExecutor.DiscardPolicy());
    readers.allowCoreThreadTimeOut(true);
    this.chunks = new Chunks(memory, readers);
  }

  @Override
  public List<Delivery> deliveries(Job job, byte[] secret) {
    Map<String, Delivery> deliveries = new LinkedHashMap<>();
    for (SourceFile file : SourceFile.in(job)) {
      deliveries.computeIfAbsent(file.sha256(), sha256 -> delivery(job, file, secret));
    }
    return List.copyOf(deliveries.values());
  }

  @Override
  public void open(UUID jobId, List<Delivery> deliveries) {
    if (!deliveries.isEmpty()) {
      live.put(
          jobId,
          deliveries.stream().collect(Collectors.toMap(Delivery::sha256, Function.identity())));
      deliveries.forEach(delivery -> byTicket.put(ticket(delivery), delivery));
    }
  }

  /** The contents that a job names and the store lacks. */
  @Override
  public Set<String> missing(Job job) throws IOException {
    return store.missing(job);
  }

  /** Closes the deliveries of a job that has ended everywhere. */
  @Override
  public void close(UUID jobId) {
    Map<String, Delivery> closed = live.remove(jobId);
    if (closed != null) {
      for (Delivery delivery : closed.values()) {
        ended.put(ticket(delivery), delivery);
        byTicket.remove(ticket(delivery));
      }
      chunks.forget(jobId);
    }
  }

  /** Replies with the chunk, or with the reason of a denial. */
  @Override
  public void ask(ContentMessage.Request request, Consumer<Answer> then) {
    ByteBuffer ticket = ByteBuffer.wrap(request.ticket());
    Delivery delivery = byTicket.get(ticket);
    if (delivery == null) {
      Delivery closed = ended.get(ticket);
      then.accept(
          closed == null
              ? answer(
                  new ContentMessage.Denied(request.ticket(), request.chunk(), new byte[0]),
                  () -> {})
              : denied(closed, request, "the job has ended"));
    } else if (request.chunk() >= delivery.chunks()) {
      then.accept(
          denied(
              delivery,
              request,
              "there is no chunk " + request.chunk() + " of " + delivery.chunks() + " chunks"));
    } else {
      take(delivery, request, then);
    }
  }

  private void take(Delivery delivery, ContentMessage.Request request, Consumer<Answer> then) {
    long position = request.chunk() * delivery.chunkBytes();
    int length = (int) Math.min(delivery.chunkBytes(), delivery.size() - position);
    chunks.take(
        new Chunks.Key(delivery.jobId(), delivery.sha256(), request.chunk(), 0),
        Sealing.sealedLength(length),
        () -> seal(delivery, request.chunk(), position, length),
        new ContentTaker() {
          @Override
          public void taken(byte[] bytes, Runnable release) {
            then.accept(
                answer(
                    new ContentMessage.Chunk(request.ticket(), request.chunk(), bytes), release));
          }

          @Override
          public void failed(IOException why) {
            then.accept(denied(delivery, request, reason(delivery, why)));
          }
        });
  }

  private byte[] seal(Delivery delivery, long chunk, long position, int length) throws IOException {
    byte[] free = buffers.poll();
    byte[] plain = free == null ? new byte[Delivery.CHUNK_BYTES] : free;
    try {
      contents.read(delivery.sha256(), position, plain, length);
      return Sealing.seal(delivery.key(), chunk, delivery.chunks(), plain, length);
    } finally {
      buffers.add(plain);
    }
  }

  private static String reason(Delivery delivery, IOException why) {
    if (why instanceof NoSuchFileException) {
      return "the server no longer has this content; run the job again";
    }
    LOG.log(Level.WARNING, "job {0}: content {1}: {2}", delivery.jobId(), delivery.sha256(), why);
    return "the server cannot read this content: " + IoErrors.sayWhere(why);
  }

  @Override
  public boolean isOutOfMemory() {
    return chunks.isOutOfMemory();
  }

  @Override
  public byte[] read(UUID jobId, String sha256, long position, int max) throws IOException {
    Delivery delivery = live.getOrDefault(jobId, Map.of()).get(sha256);
    if (delivery == null) {
      throw new NoSuchFileException(sha256, null, "no live job delivers this content");
    }
    byte[] bytes = new byte[(int) Math.max(0, Math.min(max, delivery.size() - position))];
    contents.read(sha256, position, bytes, bytes.length);
    return bytes;
  }

  @Override
  public void take(
      UUID jobId,
      String sha256,
      long position,
      int max,
      UnaryOperator<byte[]> form,
      ContentTaker taker) {
    chunks.take(
        new Chunks.Key(jobId, sha256, position, max),
        2 * max,
        () -> form.apply(read(jobId, sha256, position, max)),
        taker);
  }

  /**
   * Removes contents that no live job names and that were not requested lately. Must be called
   * periodically, but not before all live jobs were opened after a start.
   */
  public void collect() throws IOException {
    Set<String> named =
        live.values().stream()
            .flatMap(deliveries -> deliveries.keySet().stream())
            .collect(Collectors.toSet());
    int removed = store.collect(named);
    contents.retain(named);
    if (removed > 0) {
      LOG.log(Level.INFO, "removed {0} contents that no job needs any more", removed);
    }
  }

  /** Closes the files; no requests may follow. */
  @Override
  public void close() throws IOException {
    live.clear();
    byTicket.clear();
    readers.shutdown();
    contents.close();
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

  /** The size of the stored content, since that in a job of a program may be wrong. */
  private long size(SourceFile file) {
    try {
      long stored = store.size(file.sha256());
      return stored < 0 ? file.size() : stored;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "content {0}: {1}", file.sha256(), IoErrors.sayWhere(e));
      return file.size();
    }
  }

  private static Answer answer(ContentMessage message, Runnable whenGone) {
    return new Answer(WireCodec.encode(message).toBytes(), whenGone);
  }

  private static Answer denied(Delivery delivery, ContentMessage.Request request, String reason) {
    byte[] sealed = Sealing.sealDenial(delivery.key(), request.chunk(), reason);
    return answer(new ContentMessage.Denied(request.ticket(), request.chunk(), sealed), () -> {});
  }

  private static ByteBuffer ticket(Delivery delivery) {
    return ByteBuffer.wrap(delivery.ticket());
  }
}
