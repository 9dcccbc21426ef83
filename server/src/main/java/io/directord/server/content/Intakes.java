package io.directord.server.content;

import io.directord.common.api.FetchComing;
import io.directord.common.fetch.ByteSize;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Upload;
import io.directord.server.link.ContentIntake;
import io.directord.server.metrics.Figures;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What nodes send for jobs. A node is admitted when there is room for all that it has announced;
 * few send at the same time, the others wait in order. So a thousand nodes neither fill the disk
 * nor the memory. Thread-safe: the dispatcher opens and closes intakes, the content port hands over
 * chunks.
 */
public final class Intakes implements ContentIntake, AutoCloseable {
  /** How many nodes send at the same time. */
  static final int MAX_SENDING = 8;

  /** A node that sends nothing for so long gives its turn to those that wait. */
  static final Duration STALLED_AFTER = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger(Intakes.class.getName());
  private static final int THREADS = 2;
  private static final int IDLE_SECONDS = 10;
  private static final byte[] NOTHING = new byte[0];

  private final FetchedStore store;
  private final ThreadPoolExecutor disk;
  private final ThreadPoolExecutor sharing;
  private final LongSupplier nanoTime;
  private final LongAdder receivedBytes = new LongAdder();

  /** In the order of their announcement. Guarded by this, as are the next. */
  private final Map<ByteBuffer, Entry> byTicket = new LinkedHashMap<>();

  private final Map<Key, Entry> byKey = new LinkedHashMap<>();

  private record Key(UUID job, String node) {}

  private static final class Entry {
    final Intake intake;
    final String owner;
    boolean admitted;

    /** When it began to send, or has sent something last. */
    volatile long movedAt;

    /** Whether there is an answer for it: it may send, or is refused. */
    volatile boolean isDecided;

    /** What a node that waits has asked last. */
    private Asked asked;

    Entry(Intake intake, String owner) {
      this.intake = intake;
      this.owner = owner;
    }

    /** Keeps a question until it is the node's turn; answers the one before. */
    void keep(ContentMessage.Offer offer, Consumer<Answer> then) {
      answerKept(new Asked(offer, then));
      if (isDecided) {
        answerKept(null);
      }
    }

    /** Answers what was kept, so that the node's turn is not idle until it asks again. */
    void decided() {
      isDecided = true;
      answerKept(null);
    }

    private void answerKept(Asked instead) {
      Asked before;
      synchronized (this) {
        before = asked;
        asked = instead;
      }
      if (before != null) {
        before.then.accept(answer(intake.take(before.offer)));
      }
    }
  }

  private record Asked(ContentMessage.Offer offer, Consumer<Answer> then) {}

  /**
   * @param fatal called when a thread dies
   */
  public Intakes(FetchedStore store, Consumer<Throwable> fatal) {
    this(store, fatal, System::nanoTime);
  }

  Intakes(FetchedStore store, Consumer<Throwable> fatal, LongSupplier nanoTime) {
    this.store = store;
    this.nanoTime = nanoTime;
    this.disk = threads(THREADS, "content-intake", fatal);
    // One at a time: what the database takes in is not faster for more.
    this.sharing = threads(1, "content-sharing", fatal);
  }

  private static ThreadPoolExecutor threads(int count, String name, Consumer<Throwable> fatal) {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              thread.setUncaughtExceptionHandler((t, error) -> fatal.accept(error));
              return thread;
            },
            // The server ends; nodes send again to the next one.
            new ThreadPoolExecutor.DiscardPolicy());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** A node announces what it will send; again after a restart of the server. Never blocks. */
  void open(UUID job, String node, String owner, Upload upload) {
    ByteBuffer ticket = ByteBuffer.wrap(upload.ticket());
    synchronized (this) {
      if (byTicket.containsKey(ticket)) {
        return;
      }
      Entry entry = new Entry(new Intake(store, job, node, upload), owner);
      Entry before = byKey.put(new Key(job, node), entry);
      if (before != null) {
        byTicket.remove(ByteBuffer.wrap(before.intake.upload().ticket()));
        disk.execute(() -> close(before));
      }
      byTicket.put(ticket, entry);
    }
    disk.execute(this::admit);
  }

  /**
   * A job has ended on a node. Never blocks.
   *
   * @param settled whether nobody asks for the {@link #arrival} any more
   */
  void close(UUID job, String node, boolean settled) {
    Entry entry;
    synchronized (this) {
      entry = byKey.remove(new Key(job, node));
      if (entry != null) {
        byTicket.remove(ByteBuffer.wrap(entry.intake.upload().ticket()));
      }
    }
    disk.execute(
        () -> {
          if (entry != null) {
            close(entry);
          }
          discard(job, node, settled);
          admit();
        });
  }

  private static void close(Entry entry) {
    entry.intake.close();
    entry.decided();
  }

  private void discard(UUID job, String node, boolean settled) {
    try {
      store.discard(job, node);
      if (settled) {
        store.settle(job, node);
      }
    } catch (IOException e) {
      store.tellUnremoved(e);
    }
  }

  /** Jobs are not kept any more. Never blocks. */
  void forget(Collection<UUID> jobs) {
    disk.execute(
        () -> {
          try {
            store.forget(jobs);
          } catch (IOException e) {
            store.tellUnremoved(e);
          }
          admit();
        });
  }

  /** What a node has sent to its end for a job; null if nothing. May block on the disk. */
  FetchArrival arrival(UUID job, String node) {
    return store.arrival(job, node);
  }

  /** Room may have been made. */
  public void roomWasMade() {
    disk.execute(this::admit);
  }

  /** Those that send nothing, for whatever reason, wait again behind the others. */
  private void endStalledTurns() {
    List<Entry> stalled = new ArrayList<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      if (byTicket.values().stream().anyMatch(entry -> !entry.admitted)) {
        byTicket.values().stream()
            .filter(entry -> isSending(entry) && entry.isDecided)
            .filter(entry -> now - entry.movedAt > STALLED_AFTER.toNanos())
            .forEach(stalled::add);
      }
      stalled.forEach(entry -> entry.isDecided = false);
    }
    // Waits for a chunk that is being written, as the content port must not.
    stalled.forEach(entry -> entry.intake.pause());
    for (Entry entry : stalled) {
      if (waitsAgain(entry)) {
        LOG.log(
            Level.INFO,
            "{0} sends nothing of the files that it has announced; others send, and it waits",
            entry.intake.node());
      } else {
        entry.decided();
      }
    }
  }

  /** Puts a node behind all others; false if it has sent all meanwhile, or its job has ended. */
  private synchronized boolean waitsAgain(Entry entry) {
    ByteBuffer ticket = ByteBuffer.wrap(entry.intake.upload().ticket());
    if (!entry.intake.reserves() || !byTicket.remove(ticket, entry)) {
      return false;
    }
    entry.admitted = false;
    byTicket.put(ticket, entry);
    return true;
  }

  /** Admits nodes in order, as long as there is room. */
  private void admit() {
    endStalledTurns();
    List<Entry> admitted = new ArrayList<>();
    List<Entry> refused = new ArrayList<>();
    synchronized (this) {
      long quota;
      long kept = store.bytes();
      try {
        quota = kept + store.usable() / 2;
      } catch (IOException e) {
        store.tellUnremoved(e);
        return;
      }
      List<Entry> sending = byTicket.values().stream().filter(Intakes::isSending).toList();
      long reserved = sending.stream().mapToLong(one -> one.intake.upload().bytes()).sum();
      int count = sending.size();
      for (Entry entry : byTicket.values()) {
        long bytes = entry.intake.upload().bytes();
        if (entry.admitted) {
          continue;
        }
        if (bytes > quota - kept && count == 0 && kept == 0) {
          entry.admitted = true;
          entry.intake.refuse(
              ByteSize.text(bytes)
                  + " do not fit on the disk of the server, of which half of what is free may be"
                  + " used for this: "
                  + ByteSize.text(quota));
          refused.add(entry);
          continue;
        }
        if (count == MAX_SENDING || bytes > quota - kept - reserved) {
          break;
        }
        entry.admitted = true;
        count++;
        reserved += bytes;
        admitted.add(entry);
      }
    }
    refused.forEach(Entry::decided);
    for (Entry entry : admitted) {
      entry.movedAt = nanoTime.getAsLong();
      entry.intake.admit(entry.owner);
      entry.decided();
    }
  }

  /**
   * What is on its way.
   *
   * @param deliveries in the other direction
   * @param sentBytes likewise
   */
  synchronized Figures.Transfers transfers(int deliveries, long sentBytes) {
    int sending = (int) byTicket.values().stream().filter(Intakes::isSending).count();
    int waiting = (int) byTicket.values().stream().filter(entry -> !entry.admitted).count();
    return new Figures.Transfers(
        deliveries,
        sending,
        waiting,
        sentBytes,
        receivedBytes.sum(),
        store.bytes(),
        store.sharedBytes());
  }

  /** What nodes have announced for a job, and have not sent whole. */
  public synchronized List<FetchComing> coming(UUID job) {
    FetchComing.Wait why =
        byTicket.values().stream().filter(Intakes::isSending).count() < MAX_SENDING
            ? FetchComing.Wait.ROOM
            : FetchComing.Wait.TURN;
    return byKey.entrySet().stream()
        .filter(one -> one.getKey().job().equals(job) && one.getValue().intake.reserves())
        .map(one -> coming(one.getKey().node(), one.getValue(), why))
        .toList();
  }

  private static FetchComing coming(String node, Entry entry, FetchComing.Wait why) {
    Intake intake = entry.intake;
    return new FetchComing(
        node, intake.received(), intake.upload().bytes(), entry.admitted ? null : why);
  }

  private static boolean isSending(Entry entry) {
    return entry.admitted && entry.intake.reserves();
  }

  /** The user for whose job nodes have announced something; null if none has. */
  public synchronized String owner(UUID job) {
    return byKey.entrySet().stream()
        .filter(one -> one.getKey().job().equals(job))
        .map(one -> one.getValue().owner)
        .findFirst()
        .orElse(null);
  }

  @Override
  public ContentMessage.Offer bounded(ContentMessage.Offer offer) {
    Entry entry = find(offer);
    return entry != null && entry.intake.expects(offer.chunk())
        ? offer
        : new ContentMessage.Offer(offer.ticket(), offer.chunk(), false, NOTHING);
  }

  private synchronized Entry find(ContentMessage.Offer offer) {
    return byTicket.get(ByteBuffer.wrap(offer.ticket()));
  }

  @Override
  public void ask(ContentMessage.Offer offer, Consumer<Answer> then) {
    Entry entry = find(offer);
    if (entry == null) {
      then.accept(answer(new ContentMessage.Denied(offer.ticket(), offer.chunk(), NOTHING)));
      return;
    }
    disk.execute(
        () -> {
          if (!entry.isDecided) {
            entry.keep(offer, then);
            admit();
            return;
          }
          boolean before = entry.intake.reserves();
          long received = entry.intake.received();
          ContentMessage said = entry.intake.take(offer);
          receivedBytes.add(Math.max(0, entry.intake.received() - received));
          if (entry.intake.received() > received) {
            entry.movedAt = nanoTime.getAsLong();
          }
          if (before && !entry.intake.reserves()) {
            admit();
          }
          if (entry.intake.waitsForOthers()) {
            share(entry);
            entry.keep(offer, then);
          } else {
            then.accept(answer(said));
          }
        });
  }

  /** The node is answered when that is done. */
  private void share(Entry entry) {
    if (entry.intake.beginsToShare()) {
      entry.isDecided = false;
      sharing.execute(
          () -> {
            entry.intake.share();
            entry.decided();
            admit();
          });
    }
  }

  private static Answer answer(ContentMessage message) {
    return new Answer(ContentCodec.encode(message).toBytes(), () -> {});
  }

  @Override
  public boolean isOutOfMemory() {
    return false;
  }

  /** Removes what was not downloaded for a day; must be called periodically. */
  void collect() throws IOException {
    Set<UUID> receiving = new HashSet<>();
    synchronized (this) {
      byKey.keySet().forEach(key -> receiving.add(key.job()));
    }
    store.collect(receiving);
    roomWasMade();
  }

  @Override
  public void close() {
    disk.shutdown();
    sharing.getQueue().clear();
    sharing.shutdown();
  }
}
