package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.JobText;
import io.directord.common.pieces.PieceList;
import io.directord.common.security.Sealing;
import io.directord.common.storage.IoErrors;
import io.directord.common.tree.InvalidTreeException;
import io.directord.common.tree.SourceTree;
import io.directord.common.validation.Counted;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Upload;
import io.directord.server.dispatch.Contents;
import io.directord.server.link.ContentSource;
import io.directord.server.link.ContentTaker;
import io.directord.server.link.PlainContents;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.metrics.Figures;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
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
import java.util.concurrent.atomic.LongAdder;
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

  /** Maximum number of missing contents of a tree that are named. */
  private static final int MAX_MISSING = 20;

  private final ContentStore store;
  private final Trees trees;
  private final Intakes intakes;

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
  private final PieceLists pieces;

  private final LongAdder sentBytes = new LongAdder();

  /** Each for one reader. */
  private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();

  /**
   * @param intakes of what nodes send
   * @param memory for chunks, from when they are read until they are sent
   * @param fatal called when a reader dies
   */
  public Deliveries(
      ContentStore store, Intakes intakes, MemoryBudget.Share memory, Consumer<Throwable> fatal) {
    this.store = store;
    this.intakes = intakes;
    this.trees = new Trees(store);
    this.contents = new OpenContents(store);
    this.pieces = new PieceLists(store, contents);
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

  /** The trees whose manifests are stored. */
  public Trees trees() {
    return trees;
  }

  @Override
  public List<Delivery> deliveries(Job job, byte[] secret) {
    Map<String, Delivery> deliveries = new LinkedHashMap<>();
    for (SourceFile file : SourceFile.in(job)) {
      deliveries.computeIfAbsent(
          file.sha256(), sha256 -> delivery(job, sha256, size(sha256, file.size()), secret));
    }
    SourceTree tree = SourceTree.in(job);
    if (tree != null) {
      String files = Delivery.filesOf(tree.sha256());
      deliveries.put(files, delivery(job, files, bytes(tree), secret));
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

  /** The contents that a job names and that the store lacks, or has damaged, or of others only. */
  @Override
  public Set<String> missing(Job job, String sender) throws IOException {
    Set<String> missing = store.missing(job, sender);
    if (!JobText.bringsSecret(job)) {
      requireNoSecret(job);
    }
    SourceTree tree = SourceTree.in(job);
    if (tree != null) {
      try {
        missing.addAll(trees.missing(tree.sha256(), MAX_MISSING, sender));
      } catch (InvalidTreeException e) {
        throw new IllegalArgumentException(IoErrors.say(e), e);
      }
    }
    return missing;
  }

  /** What was sent as a secret would become a file of any node. */
  private void requireNoSecret(Job job) {
    for (SourceFile file : SourceFile.in(job)) {
      if (store.isSecret(file.sha256())) {
        throw new IllegalArgumentException(
            "its content "
                + file.sha256()
                + " was sent as a secret, which only ARG with --secret brings to nodes");
      }
    }
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
      Set<String> secrets =
          closed.keySet().stream().filter(store::isSecret).collect(Collectors.toSet());
      if (!secrets.isEmpty()) {
        readers.execute(() -> removeSecrets(secrets));
      }
    }
  }

  /** Secrets that only a job named which has ended are removed at once. */
  private void removeSecrets(Set<String> contents) {
    Set<String> unneeded =
        contents.stream()
            .filter(sha256 -> live.values().stream().noneMatch(job -> job.containsKey(sha256)))
            .collect(Collectors.toSet());
    try {
      store.removeSecrets(unneeded);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "secrets cannot be removed: {0}", IoErrors.sayWhere(e));
    }
  }

  @Override
  public void takeFiles(UUID jobId, String node, String owner, Upload upload) {
    intakes.open(jobId, node, owner, upload);
  }

  @Override
  public void endFiles(UUID jobId, String node, boolean settled) {
    intakes.close(jobId, node, settled);
  }

  @Override
  public void forget(Collection<UUID> jobs) {
    intakes.forget(jobs);
  }

  @Override
  public FetchArrival arrival(UUID jobId, String node) {
    return intakes.arrival(jobId, node);
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
    } else if (delivery.hasPieceList(request.chunk())) {
      take(
          delivery,
          request,
          Sealing.sealedLength(PieceList.MAX_BYTES),
          () -> sealPieces(delivery, request.chunk()),
          then);
    } else if (request.chunk() == Delivery.WRONG_CONTENT) {
      take(delivery, request, 0, () -> doubt(delivery), then);
    } else if (request.chunk() >= delivery.chunks()) {
      then.accept(
          denied(
              delivery,
              request,
              "there is no chunk " + request.chunk() + " of " + delivery.chunks() + " chunks"));
    } else {
      long position = request.chunk() * delivery.chunkBytes();
      int length = (int) Math.min(delivery.chunkBytes(), delivery.size() - position);
      take(
          delivery,
          request,
          Sealing.sealedLength(length),
          () -> seal(delivery, request.chunk(), position, length),
          then);
    }
  }

  @Override
  public Figures.Transfers transfers() {
    return intakes.transfers(byTicket.size(), sentBytes.sum());
  }

  private void take(
      Delivery delivery,
      ContentMessage.Request request,
      int maxBytes,
      Chunks.Read read,
      Consumer<Answer> then) {
    chunks.take(
        new Chunks.Key(delivery.jobId(), delivery.sha256(), request.chunk(), 0),
        maxBytes,
        read,
        new ContentTaker() {
          @Override
          public void taken(byte[] bytes, Runnable release) {
            sentBytes.add(bytes.length);
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
      if (delivery.manifest() == null) {
        contents.read(delivery.sha256(), position, plain, length);
      } else {
        readFiles(trees.files(delivery.manifest()), position, ByteBuffer.wrap(plain, 0, length));
      }
      return Sealing.seal(delivery.key(), chunk, delivery.chunks(), plain, length);
    } finally {
      buffers.add(plain);
    }
  }

  private byte[] sealPieces(Delivery delivery, long number) throws IOException {
    long range = PieceList.range(number);
    byte[] list =
        delivery.manifest() == null
            ? pieces.list(delivery.sha256(), delivery.size(), range)
            : pieces.list(trees.files(delivery.manifest()), range);
    return Sealing.seal(delivery.key(), number, delivery.chunks(), list, list.length);
  }

  /** A node got something else than the content: only what it may fetch is verified again. */
  private byte[] doubt(Delivery delivery) throws IOException {
    if (delivery.manifest() == null) {
      store.doubt(delivery.sha256());
    } else {
      TreeFiles files = trees.files(delivery.manifest());
      for (int i = 0; i < files.count(); i++) {
        store.doubt(files.sha256(i));
      }
    }
    throw new IOException("a node got something else; it is verified when it is next requested");
  }

  /** Fills the buffer from that position of all files of a tree. */
  private void readFiles(TreeFiles files, long position, ByteBuffer into) throws IOException {
    long at = position;
    for (int file = files.at(position); into.hasRemaining(); file++) {
      int length = (int) Math.min(files.end(file) - at, into.remaining());
      if (length > 0) {
        ByteBuffer part = into.slice(into.position(), length);
        contents.read(files.sha256(file), at - files.start(file), part);
        into.position(into.position() + length);
        at += length;
      }
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
    Set<String> named = new HashSet<>();
    for (Map<String, Delivery> deliveries : live.values()) {
      for (Delivery delivery : deliveries.values()) {
        if (delivery.manifest() == null) {
          named.add(delivery.sha256());
        } else {
          addFiles(delivery.manifest(), named);
        }
      }
    }
    int removed = store.collect(named);
    intakes.collect();
    contents.retain(named);
    if (removed > 0) {
      LOG.log(Level.INFO, "removed {0} that no job needs any more", Counted.of(removed, "content"));
    }
  }

  private void addFiles(String manifest, Set<String> named) throws IOException {
    try {
      TreeFiles files = trees.files(manifest);
      for (int i = 0; i < files.count(); i++) {
        named.add(files.sha256(i));
      }
    } catch (NoSuchFileException e) {
      // Its nodes are told when they ask.
    }
  }

  /** Closes the files; no requests may follow. */
  @Override
  public void close() throws IOException {
    live.clear();
    byTicket.clear();
    readers.shutdown();
    intakes.close();
    contents.close();
  }

  private static Delivery delivery(Job job, String sha256, long size, byte[] secret) {
    return new Delivery(
        job.id(),
        sha256,
        size,
        Delivery.CHUNK_BYTES,
        Sealing.deliveryKey(secret, sha256, Delivery.CHUNK_BYTES),
        Sealing.ticket(secret, job.id(), sha256));
  }

  /** The size of the stored content, since that in a job of a program may be wrong. */
  private long size(String sha256, long said) {
    try {
      long stored = store.size(sha256);
      return stored < 0 ? said : stored;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "content {0}: {1}", sha256, IoErrors.sayWhere(e));
      return said;
    }
  }

  /** Likewise of all files of a tree. */
  private long bytes(SourceTree tree) {
    try {
      return trees.files(tree.sha256()).bytes();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "content {0}: {1}", tree.sha256(), IoErrors.sayWhere(e));
      return tree.bytes();
    }
  }

  private static Answer answer(ContentMessage message, Runnable whenGone) {
    return new Answer(ContentCodec.encode(message).toBytes(), whenGone);
  }

  private static Answer denied(Delivery delivery, ContentMessage.Request request, String reason) {
    byte[] sealed = Sealing.sealDenial(delivery.key(), request.chunk(), reason);
    return answer(new ContentMessage.Denied(request.ticket(), request.chunk(), sealed), () -> {});
  }

  private static ByteBuffer ticket(Delivery delivery) {
    return ByteBuffer.wrap(delivery.ticket());
  }
}
