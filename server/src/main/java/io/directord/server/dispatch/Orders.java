package io.directord.server.dispatch;

import io.directord.common.api.Bodies;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Owners;
import io.directord.server.access.Tokens;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredSchedule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Makes what callers and schedules submit ready for the core: reads from disk and store what it
 * needs. Thread-safe; methods may block on the disk.
 */
final class Orders {
  private final DiskRoom room;
  private final Contents contents;
  private final BroughtVerbs verbs;
  private final Owners owners;
  private final Tokens tokens;

  /**
   * @param owners of schedules, as whom their runs are submitted
   */
  Orders(DiskRoom room, Contents contents, BroughtVerbs verbs, Owners owners, Tokens tokens) {
    this.owners = owners;
    this.tokens = tokens;
    this.room = room;
    this.contents = contents;
    this.verbs = verbs;
  }

  /**
   * A submission of a caller.
   *
   * @param repeats of reruns, the job that was submitted first
   * @throws RefusedException if the disk has no room
   */
  Order submission(
      JobStore store,
      Caller caller,
      List<Job> jobs,
      List<String> limit,
      Map<UUID, UUID> repeats,
      CompletableFuture<Receipt> to) {
    requireRoom(room.obstacle());
    var prepared = jobs.stream().map(job -> prepared(caller, job, repeats.get(job.id()))).toList();
    EarlierResults earlier = new EarlierReader(store).read(jobs, limit);
    return new Order(prepared, caller, limit, earlier, Map.of(), foreign(caller, jobs), to);
  }

  /** A rerun delivers what the job has delivered, whoever has sent that. */
  private PreparedJob prepared(Caller caller, Job job, UUID repeats) {
    return PreparedJob.of(job, contents, repeats == null ? caller.sender() : null)
        .repeating(repeats);
  }

  /** Whether jobs could be submitted. */
  Input.Check check(
      JobStore store,
      Caller caller,
      List<Job> jobs,
      List<String> limit,
      CompletableFuture<Bodies.Checked> to) {
    EarlierResults earlier = new EarlierReader(store).read(jobs, limit);
    return new Input.Check(
        new Input.Check.Question(List.copyOf(jobs), limit, earlier, foreign(caller, jobs)),
        room.obstacle(),
        to);
  }

  private Set<UUID> foreign(Caller caller, List<Job> jobs) {
    return caller.rights().everything() ? Set.of() : verbs.foreign(jobs);
  }

  /** The jobs of a new schedule. */
  Order schedule(JobStore store, StoredSchedule schedule, Caller caller) {
    requireRoom(room.obstacle());
    return order(store, schedule.jobs(), schedule.limit(), caller);
  }

  /** The jobs of a schedule's run. */
  Order run(JobStore store, ScheduledRun run) {
    requireRoom(room.obstacle());
    StoredSchedule schedule = run.schedule();
    Caller owner = owners.find(schedule.createdBy(), tokens, run.begun().instant());
    try {
      Scheduling.requireUnbound(owner);
    } catch (RefusedException e) {
      owners.refused(owner, "run of schedule " + schedule.name(), e.getMessage());
      throw e;
    }
    return order(store, run.jobs(), schedule.limit(), owner);
  }

  private Order order(JobStore store, List<Job> jobs, List<String> limit, Caller caller) {
    // Who may have schedules is bound to no verbs and nodes.
    var prepared = jobs.stream().map(job -> PreparedJob.of(job, contents, null)).toList();
    EarlierResults earlier = new EarlierReader(store).read(jobs, limit);
    return new Order(prepared, caller, limit, earlier, new CompletableFuture<>());
  }

  /** Jobs are to be deleted. */
  void requireRoomToPurge() {
    requireRoom(room.purgeObstacle());
  }

  private static void requireRoom(String obstacle) {
    if (obstacle != null) {
      throw new RefusedException(RefusedException.Kind.FULL, ErrorCode.DISK_FULL, obstacle);
    }
  }
}
