package io.directord.client.lane;

import io.directord.client.execution.LaneControl;
import io.directord.client.journal.Journal;
import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Where running jobs ask something of the lanes. Thread-safe. */
final class LaneDesk implements LaneControl {
  private final Journal journal;
  private final Answers answers;
  private final Map<UUID, BlockingQueue<ServerMessage.Resume>> waiting = new ConcurrentHashMap<>();

  LaneDesk(Journal journal, Answers answers) {
    this.journal = journal;
    this.answers = answers;
  }

  @Override
  public int forgetFailedParents() throws IOException {
    return journal.forgetFailedParents();
  }

  @Override
  public String coordinate(Job job, String answer, Duration limit)
      throws JobException, InterruptedException {
    BlockingQueue<ServerMessage.Resume> word = new ArrayBlockingQueue<>(1);
    waiting.put(job.id(), word);
    try {
      answers.waiting(job, answer);
      ServerMessage.Resume resume = word.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
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

  /** The server's word for a job; it may be said more than once. */
  void resume(ServerMessage.Resume resume) {
    BlockingQueue<ServerMessage.Resume> word = waiting.get(resume.jobId());
    if (word != null) {
      word.offer(resume);
    }
  }
}
