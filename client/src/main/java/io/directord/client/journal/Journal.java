package io.directord.client.journal;

import static java.util.stream.Collectors.toList;

import io.directord.common.job.Job;
import io.directord.common.storage.IoErrors;
import io.directord.common.storage.RecordLog;
import io.directord.common.validation.Counted;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The jobs that this node received, began and finished, in a file that survives a crash: so a job
 * runs once even if it is delivered twice, and no result is lost before it is durable at the
 * server.
 *
 * <p>Thread-safe. {@link #take} and {@link #durable} belong to the link's thread; the rest to any.
 * Open it with {@link JournalOpener}.
 */
public final class Journal implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Journal.class.getName());

  /** Minimum size of a file to compact. */
  static final long COMPACT_ABOVE_BYTES = 4 << 20;

  private final RecordLog log;
  private volatile JournalState state;
  private final String bootId;
  private final Map<UUID, Entry> entries;
  private final Memory memory;
  private long liveBytes;

  Journal(
      RecordLog log, JournalState state, String bootId, Map<UUID, Entry> entries, Memory memory) {
    this.log = log;
    this.state = state;
    this.bootId = bootId;
    this.entries = entries;
    this.memory = memory;
    this.liveBytes = entries.values().stream().mapToLong(e -> e.size).sum();
  }

  /**
   * What the server is told of it. The id changes if entries may be missing, because the file was
   * deleted or damaged; the steps tell an older copy of the file.
   */
  public JournalState state() {
    return state;
  }

  private void stepped(int jobs) {
    state = state.withSteps(state.journalSteps() + jobs);
  }

  /**
   * A received job.
   *
   * @param data the message's data frame, stored unchanged
   */
  public record Received(ServerMessage.Run run, byte[] data) {
    public Job job() {
      return run.job();
    }
  }

  /**
   * The decision on received jobs.
   *
   * @param run new ones, which are durable in the journal
   * @param answer ids of those that have ended; their results are sent again
   * @param forgotten ids of those whose results the server had confirmed
   */
  public record Taking(List<ServerMessage.Run> run, List<UUID> answer, List<UUID> forgotten) {}

  /**
   * Notes a group of jobs durably.
   *
   * @throws IOException if they could not be noted; none of them may run then
   */
  public Taking take(List<Received> group) throws IOException {
    Taking taking = new Taking(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    synchronized (this) {
      Map<UUID, Received> fresh = new LinkedHashMap<>();
      for (Received received : group) {
        UUID id = received.job().id();
        Entry known = entries.get(id);
        if (known != null && known.hasEnded()) {
          taking.answer().add(id);
        } else if (known == null && memory.isDurable(id)) {
          taking.forgotten().add(id);
        } else if (known == null) {
          fresh.putIfAbsent(id, received);
        }
      }
      append(List.copyOf(fresh.values()));
      fresh.values().forEach(received -> taking.run().add(received.run()));
    }
    if (!taking.run().isEmpty()) {
      sync(taking.run());
    }
    return taking;
  }

  /**
   * Notes a job of a dry run, in memory only: if this client ends before the server has its result,
   * the server sends it again, and asking again does no harm.
   *
   * @return whether it is new
   */
  public synchronized boolean preview(Job job) {
    boolean fresh = !entries.containsKey(job.id());
    if (fresh) {
      entries.put(job.id(), new Entry(job.id(), job.parent().id(), true));
    }
    return fresh;
  }

  /**
   * Notes the result of a job of a dry run, in memory only.
   *
   * @param frames of the message that tells the server
   */
  public synchronized void previewed(UUID job, List<byte[]> frames) {
    entries.computeIfAbsent(job, id -> new Entry(id, id, true)).unwritten = frames;
  }

  /** Outside the lock, so that jobs continue while the disk is busy. */
  private void sync(List<ServerMessage.Run> fresh) throws IOException {
    try {
      log.force();
    } catch (IOException e) {
      forget(fresh);
      throw e;
    }
  }

  /** Removed, since these jobs do not run and are refused. */
  private synchronized void forget(List<ServerMessage.Run> fresh) {
    for (ServerMessage.Run run : fresh) {
      liveBytes -= entries.remove(run.job().id()).size;
    }
  }

  /**
   * Looks whether the file is still as it was left. One that was removed, replaced or cut short, or
   * of which it is not known what is on the disk, is made anew. Also done before anything is noted.
   *
   * @throws IOException if it cannot be rewritten
   */
  public synchronized void upkeep() throws IOException {
    if (log.isSuspect()) {
      LOG.log(
          Level.ERROR,
          "the journal {0} could not be synced, so that it is not known what of it is on the disk:"
              + " all that it has is written to a new file",
          log);
      compact();
    } else if (!log.isInPlace()) {
      forgetWhatIsGone();
      log.tellNotInPlace("the journal", "All that it still has is written to a new file");
      compact();
    }
  }

  /**
   * Tries whether a job could be noted now.
   *
   * @throws IOException if it could not
   */
  public synchronized void probe() throws IOException {
    upkeep();
    log.probe();
  }

  /**
   * What was in a part that was cut off runs on, if it runs, and its result is noted. But the
   * journal is another one then: the server is not to count on what it does not know any more.
   */
  private void forgetWhatIsGone() {
    int gone = 0;
    for (Entry entry : List.copyOf(entries.values())) {
      boolean hasJob = isThere(entry.takenAt);
      boolean hasResult = isThere(entry.endedAt);
      if (!hasJob || !hasResult) {
        gone++;
        entry.takenAt = hasJob ? entry.takenAt : Entry.NOWHERE;
      }
      if (!hasResult) {
        liveBytes -= entries.remove(entry.id).size;
      }
    }
    if (gone > 0) {
      state = new JournalState(UUID.randomUUID(), state.journalSteps());
      LOG.log(
          Level.ERROR,
          "the journal {0} was cut short while it was in use: what it had of {1} is gone."
              + " The server is told that they are interrupted; those that still run give their"
              + " results",
          log,
          Counted.of(gone, "job"));
    }
  }

  private boolean isThere(long position) {
    if (position == Entry.NOWHERE) {
      return true;
    }
    try {
      log.read(position);
      return true;
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "cut off: {0}", IoErrors.sayWhere(e));
      return false;
    }
  }

  private void append(List<Received> fresh) throws IOException {
    if (fresh.isEmpty()) {
      return;
    }
    upkeep();
    List<byte[]> records = fresh.stream().map(r -> Records.taken(r.job(), r.data())).toList();
    long[] positions = log.appendAll(Records.TAKEN, records);
    stepped(positions.length);
    for (int i = 0; i < positions.length; i++) {
      Job job = fresh.get(i).job();
      Entry entry = new Entry(job.id(), job.parent().id());
      entry.takenAt = positions[i];
      grow(entry, records.get(i).length);
      entries.put(entry.id, entry);
    }
  }

  /**
   * Notes that a job begins.
   *
   * @throws IOException if it could not be noted; it must not run then
   */
  public synchronized void started(UUID job) throws IOException {
    Entry entry = entries.get(job);
    if (entry != null && !entry.started) {
      upkeep();
      log.append(Records.STARTED, Records.ids(List.of(job)));
      entry.started = true;
      stepped(1);
    }
  }

  /**
   * Notes a result. If the file cannot be written, the result is kept in memory and that is logged:
   * the server gets it unless this client dies before.
   *
   * @param parent the job's
   * @param failed is remembered for the parent: its later jobs do not run
   * @param frames of the message that tells the server
   */
  public synchronized void ended(UUID job, UUID parent, boolean failed, List<byte[]> frames) {
    Entry entry = entries.computeIfAbsent(job, id -> new Entry(id, parent));
    byte[] record = Records.ended(job, parent, failed, frames);
    memory.ended(entry, failed, entries.values());
    try {
      upkeep();
      entry.endedAt = log.append(Records.ENDED, record);
      grow(entry, record.length);
    } catch (IOException e) {
      entry.unwritten = frames;
      LOG.log(
          Level.ERROR,
          "job {0}: its result cannot be written to {1}: {2}",
          job,
          log,
          IoErrors.sayWhere(e));
    }
  }

  /**
   * The frames of a job's result; null if there is none, or if it is durable at the server.
   *
   * @throws IOException if it cannot be read
   */
  public synchronized List<byte[]> result(UUID job) throws IOException {
    Entry entry = entries.get(job);
    if (entry == null || !entry.hasEnded()) {
      return null;
    }
    return entry.unwritten != null ? entry.unwritten : Records.frames(log.read(entry.endedAt));
  }

  /** Jobs that ended and whose results the server does not have yet, oldest first. */
  public synchronized List<UUID> unconfirmed() {
    return entries.values().stream().filter(Entry::hasEnded).map(e -> e.id).toList();
  }

  /**
   * Jobs that were taken and have not ended, oldest first.
   *
   * @param number of the message
   */
  public synchronized NodeMessage.Holding holding(long number) {
    Map<Boolean, List<UUID>> byStart =
        entries.values().stream()
            .filter(entry -> !entry.hasEnded())
            .collect(
                Collectors.partitioningBy(
                    entry -> entry.started, Collectors.mapping(entry -> entry.id, toList())));
    return new NodeMessage.Holding(byStart.get(true), byStart.get(false), number);
  }

  /** Whether the job is known: received, ended, or done earlier. */
  public synchronized boolean knows(UUID job) {
    return entries.containsKey(job) || memory.isDurable(job);
  }

  /** Whether an earlier job of its parent failed on this node, so that this one does not run. */
  public synchronized boolean omits(UUID job, UUID parent) {
    return memory.omits(job, parent);
  }

  /**
   * Clears failed parents, so that their later jobs may run.
   *
   * @return number of cleared parents
   * @throws IOException if that could not be noted
   */
  public synchronized int forgetFailedParents() throws IOException {
    upkeep();
    log.append(Records.PARENTS_FORGOTTEN, new byte[0]);
    return memory.forgetFailedParents();
  }

  /** The server has confirmed these results, possibly more than once: they are removed. */
  public synchronized void durable(List<UUID> jobs) {
    jobs.stream().filter(this::isPreviewed).forEach(entries::remove);
    List<UUID> done = jobs.stream().distinct().filter(this::isAnswered).toList();
    if (done.isEmpty()) {
      return;
    }
    for (UUID job : done) {
      liveBytes -= entries.remove(job).size;
      memory.durable(job);
    }
    try {
      upkeep();
      log.append(Records.DURABLE, Records.ids(done));
      if (log.size() > COMPACT_ABOVE_BYTES + 2 * liveBytes) {
        compact();
      }
    } catch (IOException e) {
      // Harmless: the results would be sent once more after a restart.
      LOG.log(Level.WARNING, "{0} cannot be written: {1}", log, IoErrors.sayWhere(e));
    }
  }

  /** Notes that the client stops in an orderly way, so that a reboot after it harms nothing. */
  @Override
  public synchronized void close() throws IOException {
    try {
      if (log.isSuspect()) {
        upkeep();
      }
      log.append(Records.STOPPED, new byte[0]);
      log.force();
    } finally {
      log.close();
    }
  }

  /** Writes a new file with the current entries. */
  synchronized void compact() throws IOException {
    List<Entry> kept = List.copyOf(entries.values());
    long[] takenAt = new long[kept.size()];
    long[] endedAt = new long[kept.size()];
    long before = state.journalSteps() - kept.stream().mapToInt(Entry::steps).sum();
    log.rewrite(
        fresh -> {
          fresh.append(Records.IDENTITY, Records.identity(state.journal(), before));
          fresh.append(Records.BOOT, Records.boot(bootId));
          memory.writeDurable(fresh);
          for (int i = 0; i < takenAt.length; i++) {
            Entry entry = kept.get(i);
            takenAt[i] = copy(entry.takenAt, Records.TAKEN, fresh);
            if (entry.started) {
              fresh.append(Records.STARTED, Records.ids(List.of(entry.id)));
            }
            endedAt[i] = copy(entry.endedAt, Records.ENDED, fresh);
          }
          memory.writeFailedParents(fresh);
        });
    for (int i = 0; i < takenAt.length; i++) {
      kept.get(i).takenAt = takenAt[i];
      kept.get(i).endedAt = endedAt[i];
    }
  }

  private long copy(long position, byte type, RecordLog fresh) throws IOException {
    return position == Entry.NOWHERE ? position : fresh.append(type, log.read(position));
  }

  private boolean isPreviewed(UUID job) {
    return isAnswered(job) && entries.get(job).inMemory;
  }

  private boolean isAnswered(UUID job) {
    Entry entry = entries.get(job);
    return entry != null && entry.hasEnded();
  }

  private void grow(Entry entry, long bytes) {
    entry.size += bytes + RecordLog.HEADER_BYTES;
    liveBytes += bytes + RecordLog.HEADER_BYTES;
  }
}
