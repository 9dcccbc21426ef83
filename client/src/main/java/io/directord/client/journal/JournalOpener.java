package io.directord.client.journal;

import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.storage.LogPeek;
import io.directord.common.storage.LogRecord;
import io.directord.common.storage.RecordLog;
import io.directord.common.validation.Counted;
import io.directord.common.validation.LaterVersionException;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Opens a journal after the last client: running jobs are interrupted, received ones still have to
 * run, unless the machine itself went down.
 */
public final class JournalOpener {
  private static final Logger LOG = System.getLogger(JournalOpener.class.getName());
  private static final String FILE = "journal";

  private final InstantSource clock;
  private final Map<UUID, Entry> entries = new LinkedHashMap<>();
  private final Memory memory;
  private UUID id;
  private long steps;
  private String lastBoot;
  private boolean stopped = true;

  private JournalOpener(InstantSource clock) {
    this.clock = clock;
    this.memory = new Memory(clock);
  }

  /**
   * An opened journal, and the remaining work.
   *
   * @param toRun jobs that never began, in the order of receipt
   * @param interrupted ids of the jobs that ended as interrupted; processes of theirs may be left
   * @param isNew whether the journal was created
   */
  public record Opened(
      Journal journal, List<ServerMessage.Run> toRun, List<UUID> interrupted, boolean isNew) {}

  /**
   * @param bootId the machine's, new at each of its starts
   * @throws IOException if the journal cannot be read or written
   */
  public static Opened open(Path directory, String bootId, InstantSource clock) throws IOException {
    JournalOpener opener = new JournalOpener(clock);
    RecordLog.Opened opened =
        RecordLog.open(
            directory.resolve(FILE),
            bootId,
            record -> opener.replay(directory.resolve(FILE), record));
    boolean loss = opened.damage() != null && opened.damage().isLoss();
    if (opened.damage() != null) {
      LOG.log(
          Level.ERROR,
          "the journal {0}. {1}",
          opened.damage(),
          loss
              ? "Jobs that had been sent to this node and had not ended are reported as interrupted"
              : "Nothing is lost");
    }
    try {
      return opener.settle(opened, bootId, loss);
    } catch (IOException | RuntimeException e) {
      opened.log().close();
      throw e;
    }
  }

  /** What is damaged in the journal of a directory, for people; empty if there is none. */
  public static Optional<String> damage(Path directory) throws IOException {
    Path file = directory.resolve(FILE);
    return Files.exists(file) ? LogPeek.damage(file) : Optional.empty();
  }

  private void replay(Path file, LogRecord record) throws IOException {
    byte[] payload = record.payload();
    stopped = record.type() == Records.STOPPED;
    switch (record.type()) {
      case Records.IDENTITY -> {
        id = Records.ids(payload).get(0);
        steps = Records.steps(payload);
      }
      case Records.BOOT -> lastBoot = Records.boot(payload);
      case Records.TAKEN -> {
        entry(payload).takenAt = record.position();
        steps++;
      }
      case Records.STARTED -> {
        Entry entry = entries.get(Records.ids(payload).get(0));
        if (entry != null) {
          entry.started = true;
        }
        steps++;
      }
      case Records.ENDED -> {
        Entry entry = entry(payload);
        memory.ended(entry, Records.isFailure(payload), entries.values());
        entry.endedAt = record.position();
      }
      case Records.DURABLE -> {
        for (UUID job : Records.ids(payload)) {
          entries.remove(job);
          memory.durable(job);
        }
      }
      case Records.PARENT_FAILED ->
          memory.parentFailed(
              Records.ids(payload).get(0), Records.failedAt(payload), Records.spared(payload));
      case Records.PARENTS_FORGOTTEN -> memory.forgetFailedParents();
      case Records.STOPPED -> {}
      default ->
          throw new LaterVersionException(
              "the journal " + file, "a record of type " + record.type());
    }
  }

  private Entry entry(byte[] payload) {
    List<UUID> ids = Records.firstIds(payload);
    Entry entry = entries.computeIfAbsent(ids.get(0), id -> new Entry(id, ids.get(1)));
    entry.size += payload.length + RecordLog.HEADER_BYTES;
    return entry;
  }

  private Opened settle(RecordLog.Opened opened, String bootId, boolean loss) throws IOException {
    RecordLog log = opened.log();
    boolean machineDied = lastBoot != null && !lastBoot.equals(bootId) && !stopped;
    if (id == null || loss) {
      id = UUID.randomUUID();
      log.append(Records.IDENTITY, Records.identity(id, steps));
    }
    log.append(Records.BOOT, Records.boot(bootId));
    log.force();
    List<ServerMessage.Run> toRun = new ArrayList<>();
    List<UUID> interrupted = new ArrayList<>();
    JournalState state = new JournalState(id, steps);
    Journal journal = new Journal(log, state, bootId, entries, memory);
    for (Entry entry : List.copyOf(entries.values())) {
      if (entry.hasEnded()) {
        continue;
      }
      ServerMessage.Run run = Records.run(log.read(entry.takenAt));
      if (entry.started || machineDied || loss) {
        interrupted.add(entry.id);
        end(journal, run.job(), entry.started && !machineDied, loss);
      } else {
        toRun.add(run);
      }
    }
    if (!toRun.isEmpty() || !interrupted.isEmpty()) {
      LOG.log(
          Level.INFO,
          "the last run of this client left {0} interrupted and {1} still to run",
          Counted.of(interrupted.size(), "job"),
          toRun.size());
    }
    if (opened.unsynced()) {
      journal.compact();
    }
    return new Opened(journal, toRun, interrupted, opened.created());
  }

  private void end(Journal journal, Job job, boolean clientDied, boolean loss) {
    String info =
        "interrupted: the node's client died while the job was running; it is not run again,"
            + " and output up to the crash may be missing";
    if (loss) {
      info =
          "interrupted: the node's journal was damaged, so the job may have run; it is not run again,"
              + " and output of it may be missing";
    } else if (!clientDied) {
      info =
          "interrupted: the node went down before the job had ended; it may have run in part, is not"
              + " run again, and output up to the crash may be missing";
    }
    Outcome outcome = new Outcome.Failed(Outcome.Reason.INTERRUPTED, info);
    NodeResult result = NodeResult.withoutOutput(job.id(), outcome, clock.instant());
    journal.ended(
        job.id(),
        job.parent().id(),
        true,
        NodeCodec.encode(new NodeMessage.Ended(job.verb(), result)).toBytes());
  }
}
