package io.directord.client.lane;

import io.directord.client.execution.LaneControl;
import io.directord.client.journal.Journal;
import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The interface of running jobs to the lanes. Thread-safe. */
final class LaneDesk implements LaneControl {
  private static final Logger LOG = System.getLogger(LaneDesk.class.getName());

  /** How much of a wait counts at once. */
  private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Journal journal;
  private final LaneMessages answers;
  private final LongSupplier nanoTime;
  private boolean held;
  private long heldUntil;
  private final Map<UUID, BlockingQueue<ServerMessage.Resume>> waiting = new ConcurrentHashMap<>();

  LaneDesk(LaneSettings settings, LaneMessages answers) {
    this.journal = settings.journal();
    this.nanoTime = settings.nanoTime();
    this.answers = answers;
  }

  @Override
  public int forgetFailedParents() throws IOException {
    return journal.forgetFailedParents();
  }

  @Override
  public synchronized void holdBack(Duration time) {
    heldUntil = nanoTime.getAsLong() + time.toNanos();
    held = true;
    LOG.log(Level.INFO, "no job begins for {0}: the machine is about to go down", time);
  }

  /** Time for which no job may begin; 0 if jobs may begin. */
  synchronized long heldNanos() {
    long left = held ? heldUntil - nanoTime.getAsLong() : 0;
    if (held && left <= 0) {
      held = false;
      LOG.log(Level.WARNING, "jobs begin again: the machine has not gone down");
    }
    return Math.max(0, left);
  }

  @Override
  public String coordinate(Job job, String answer, Duration limit)
      throws JobException, InterruptedException {
    BlockingQueue<ServerMessage.Resume> word = new ArrayBlockingQueue<>(1);
    waiting.put(job.id(), word);
    try {
      answers.waiting(job, answer);
      ServerMessage.Resume resume = await(word, limit);
      if (resume == null) {
        throw new JobException(
            Outcome.Reason.TIMEOUT,
            "what "
                + job.verb()
                + " waits for did not come within "
                + limit.toMillis() / 1000.0
                + " s");
      }
      if (!resume.success()) {
        throw new JobException(resume.info());
      }
      return resume.info();
    } finally {
      waiting.remove(job.id());
      answers.resumed(job.id());
    }
  }

  /**
   * Time in which the client was stopped does not count, since the message may have arrived
   * meanwhile.
   */
  private static ServerMessage.Resume await(
      BlockingQueue<ServerMessage.Resume> word, Duration limit) throws InterruptedException {
    ServerMessage.Resume resume = null;
    for (long left = limit.toNanos(); left > 0 && resume == null; left -= SLICE_NANOS) {
      resume = word.poll(Math.min(left, SLICE_NANOS), TimeUnit.NANOSECONDS);
    }
    return resume;
  }

  /** Whether the job waits for the server's word. */
  boolean isWaiting(UUID job) {
    return waiting.containsKey(job);
  }

  /** The server's message for a job; may come more than once. */
  void resume(ServerMessage.Resume resume) {
    BlockingQueue<ServerMessage.Resume> word = waiting.get(resume.jobId());
    if (word != null) {
      word.offer(resume);
    }
  }
}
