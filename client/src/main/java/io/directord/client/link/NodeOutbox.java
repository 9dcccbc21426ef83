package io.directord.client.link;

import io.directord.client.journal.Journal;
import io.directord.client.lane.LaneMessages;
import io.directord.common.job.Job;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Messages of the node for the server. Filled by the threads of jobs, emptied by the link's thread.
 * A result after a quiet moment is sent at once; later ones are batched, since waking the threads
 * of both ends costs more than the message.
 */
final class NodeOutbox implements LaneMessages {
  /**
   * Maximum size of results kept in memory; larger ones are read from the journal when they are
   * sent.
   */
  private static final int MAX_FRAME_KEPT = 64 << 10;

  /** Retry interval when the network cannot take more. */
  private static final long BLOCKED_NANOS = 20_000_000;

  /** Time for which results are batched after some were sent. */
  private static final long GATHERING_NANOS = Duration.ofMillis(50).toNanos();

  private final Journal journal;
  private final Runnable wake;
  private final LongSupplier nanoTime;
  private final ResultQueue results;
  private final OutputBuffer output;
  private final Waits waits;
  private final Lease lease;
  private final Holdings holdings;
  private final Room room = new Room();
  private final Queue<NodeMessage.Started> started = new ConcurrentLinkedQueue<>();
  private final Queue<NodeMessage.Explained> explained = new ConcurrentLinkedQueue<>();
  private final Queue<Result> fresh = new ConcurrentLinkedQueue<>();

  /** Results of jobs whose output is not sent yet; used by the link's thread only. */
  private final List<Result> held = new ArrayList<>();

  private volatile long gatherUntil;
  private boolean gathering;
  private boolean blocked;

  private record Result(UUID job, List<byte[]> frames) {}

  NodeOutbox(
      Journal journal, Lease lease, Runnable wake, InstantSource clock, LongSupplier nanoTime) {
    this.journal = journal;
    this.wake = wake;
    this.nanoTime = nanoTime;
    this.gatherUntil = nanoTime.getAsLong();
    this.results = new ResultQueue(journal, room, clock, nanoTime);
    this.output = new OutputBuffer(nanoTime);
    this.waits = new Waits(nanoTime);
    this.lease = lease;
    this.holdings = new Holdings(journal, lease, nanoTime);
  }

  @Override
  public void awaitLease() throws InterruptedException {
    lease.await();
  }

  @Override
  public void started(Job job) {
    long steps = journal.state().journalSteps();
    started.add(new NodeMessage.Started(job.id(), job.verb(), steps));
    wake.run();
  }

  @Override
  public void waiting(Job job, String answer) {
    waits.add(new NodeMessage.Waiting(job.id(), job.verb(), answer));
    wake.run();
  }

  @Override
  public void resumed(UUID job) {
    waits.remove(job);
  }

  @Override
  public void output(Job job, Stream stream, byte[] bytes) {
    output.add(job, stream, bytes);
    wake.run();
  }

  @Override
  public void awaitRoom(BooleanSupplier over) throws InterruptedException {
    output.awaitRoom(over);
  }

  @Override
  public void ended(UUID job, List<byte[]> frames) {
    boolean small = frames.stream().allMatch(frame -> frame.length <= MAX_FRAME_KEPT);
    fresh.add(new Result(job, small ? frames : null));
    // Checked after adding: if the time is not over, the link checks again later.
    if (isGatheringOver(nanoTime.getAsLong())) {
      wake.run();
    }
  }

  /** Answers a question of the server; one at a time is kept for each that it asks. */
  void explained(UUID job, long number, String text) {
    explained.add(new NodeMessage.Explained(job, number, text));
  }

  /** Adds results from the journal. */
  void resend(List<UUID> jobs) {
    jobs.forEach(job -> results.add(job, null));
  }

  /** The server has welcomed this connection; messages on an earlier one may be lost. */
  void connected() {
    room.connected();
    results.again();
    waits.again();
    holdings.connected();
  }

  /** The server has confirmed that the job waits. */
  void noted(UUID job) {
    waits.noted(job);
  }

  /** The server has said which of this node's jobs it has given up. */
  void holdingAnswered(long number) {
    holdings.answered(number);
  }

  /** Jobs were received. */
  void taken() {
    lease.taken();
  }

  /** The server has granted memory for one large message. */
  void granted(long bytes) {
    room.granted(bytes);
  }

  void durable(List<UUID> jobs) {
    results.durable(jobs);
  }

  /** Output is sent before the result of the same job. */
  void send(Predicate<List<byte[]>> sender) {
    long now = nanoTime.getAsLong();
    if (isGatheringOver(now)) {
      takeFresh(now);
    }
    for (var message = started.poll(); message != null; message = started.poll()) {
      sender.test(NodeCodec.encode(message).toBytes());
    }
    for (var message = explained.poll(); message != null; message = explained.poll()) {
      sender.test(NodeCodec.encode(message).toBytes());
    }
    room.begin();
    Predicate<List<byte[]>> withRoom = frames -> room.send(frames, sender);
    boolean allSaid = holdings.send(withRoom) & waits.send(withRoom) & output.send(sender);
    letGo();
    blocked = !(allSaid & results.send(sender));
    room.end(sender);
  }

  /** Time at which the link must act without being woken. */
  long nanosUntilDue(long now) {
    long due =
        blocked
            ? BLOCKED_NANOS
            : Math.min(
                results.nanosUntilDue(now),
                Math.min(waits.nanosUntilDue(now), holdings.nanosUntilDue(now)));
    return gathering ? Math.min(due, Math.max(0, gatherUntil - now)) : due;
  }

  /** Whether the job's result waits for memory of the server. */
  boolean waitsForRoom(UUID job) {
    return results.waitsForRoom(job);
  }

  /** Whether results wait to be sent. */
  boolean hasResults() {
    return !fresh.isEmpty() || !held.isEmpty() || results.hasWaiting();
  }

  private boolean isGatheringOver(long now) {
    return now - gatherUntil >= 0;
  }

  private void takeFresh(long now) {
    gathering = !fresh.isEmpty();
    if (gathering) {
      gatherUntil = now + GATHERING_NANOS;
    }
    for (Result result = fresh.poll(); result != null; result = fresh.poll()) {
      held.add(result);
    }
  }

  /** Output after its job's result would be attributed to another job. */
  private void letGo() {
    if (!held.isEmpty()) {
      held.removeIf(
          result -> {
            boolean sent = !output.holds(result.job);
            if (sent) {
              output.forget(result.job);
              results.add(result.job, result.frames);
            }
            return sent;
          });
    }
  }
}
