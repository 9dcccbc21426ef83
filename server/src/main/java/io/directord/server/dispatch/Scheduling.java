package io.directord.server.dispatch;

import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleView;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Parent;
import io.directord.common.job.UrlPasswords;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.Change;
import io.directord.server.store.StoredSchedule;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Starts what schedules say. What it decides is in the store before anybody is told, the jobs of a
 * run together with the note that it was started: so each occurrence starts once, whatever ends the
 * server. It goes by the wall clock, which may be set: what was decided stays so, and occurrences
 * that a clock has jumped over count as missed.
 */
final class Scheduling {
  private static final System.Logger LOG = System.getLogger(Scheduling.class.getName());

  private static final int MAX_SCHEDULES = 10_000;

  private final ScheduleRoom room = new ScheduleRoom(Runtime.getRuntime().maxMemory() / 8);

  private final KeptJobs kept;
  private final Submission submission;
  private final Map<String, LiveSchedule> all = new TreeMap<>();

  Scheduling(KeptJobs kept, Submission submission) {
    this.kept = kept;
    this.submission = submission;
  }

  /** Restores a schedule after a restart. */
  void recover(StoredSchedule.Kept found, List<PreparedJob> jobs, Turn turn) {
    all.put(found.schedule().name(), new LiveSchedule(found.schedule(), found.state()));
    pin(found.schedule(), jobs, turn);
  }

  /** What its jobs deliver stays as long as the schedule. */
  private static void pin(StoredSchedule schedule, List<PreparedJob> jobs, Turn turn) {
    jobs.forEach(job -> turn.effect(new Effect.Open(pin(schedule, job.job()), job.deliveries())));
  }

  /** No job's id: the same jobs may also be submitted, or be those of another schedule. */
  private static UUID pin(StoredSchedule schedule, Job job) {
    String all = schedule.id() + " " + job.id();
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.US_ASCII));
  }

  /** The store has lost something. */
  void storeLost(Turn turn) {
    all.values().forEach(one -> turn.change(new Change.PutSchedule(one.schedule(), one.state())));
  }

  // What callers ask for

  void add(Input.AddSchedule add, Caller caller, Turn turn) {
    StoredSchedule schedule = add.schedule().createdAt(turn.now().instant());
    try {
      requireUnbound(caller);
      if (all.containsKey(schedule.name())) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            ErrorCode.DUPLICATE_ID,
            "there is a schedule "
                + schedule.name()
                + " already: remove it first, or give this one another name");
      }
      if (all.size() >= MAX_SCHEDULES) {
        throw new RefusedException(
            RefusedException.Kind.FULL,
            ErrorCode.SERVER_FULL,
            "there are " + MAX_SCHEDULES + " schedules, the maximum: remove some");
      }
      submission.check(add.order());
      LiveSchedule live = new LiveSchedule(schedule, ScheduleState.beginning(turn.now().instant()));
      room.require(live.bytes(), all.values().stream().mapToLong(LiveSchedule::bytes).sum());
      if (live.next().equals(Instant.MAX)) {
        throw new RefusedException(
            List.of(
                new Place.Key("cron")
                    .error("such a time never comes")
                    .withCode(ErrorCode.INVALID_REQUEST)));
      }
      all.put(schedule.name(), live);
      pin(schedule, add.order().jobs(), turn);
      turn.change(new Change.PutSchedule(schedule, live.state()));
      LOG.log(Level.INFO, "{0} has added schedule {1}", schedule.createdBy(), schedule.name());
      reply(add.to(), live, turn);
    } catch (RefusedException e) {
      turn.refuse(add.to(), e);
    }
  }

  void change(Input.ChangeSchedule change, Caller caller, Turn turn) {
    try {
      requireUnbound(caller);
      LiveSchedule live = find(change.name());
      LOG.log(
          Level.INFO,
          "{0}: {1} schedule {2}",
          caller.user(),
          change.action().name().toLowerCase(Locale.ROOT),
          change.name());
      switch (change.action()) {
        case PAUSE -> live.pause();
        case RESUME -> live.resume(turn.now().instant());
        case RUN -> {
          runNow(live, change.to(), turn);
          return;
        }
        case REMOVE -> {
          all.remove(change.name());
          CompletableFuture<ScheduleView> byHand = live.prepared();
          if (byHand != null) {
            turn.refuse(byHand, removed(live.name()));
          }
          turn.change(new Change.ForgetSchedule(change.name()));
          for (Job job : live.schedule().jobs()) {
            turn.whenDurable(new Step.Do(new Effect.Close(pin(live.schedule(), job))));
          }
          reply(change.to(), live, turn);
          return;
        }
      }
      put(live, turn);
      reply(change.to(), live, turn);
    } catch (RefusedException e) {
      turn.refuse(change.to(), e);
    }
  }

  /**
   * Of who changes schedules, and of who has added one when a run of it is due.
   *
   * @throws RefusedException if it may not run all verbs on all nodes
   */
  static void requireUnbound(Caller caller) {
    boolean isUnbound =
        caller.rights().everything()
            || caller.rights().grants().stream()
                .filter(grant -> grant.verbs() == null && grant.targets() == null)
                .anyMatch(grant -> grant.has(Permission.SCHEDULE) && grant.has(Permission.SUBMIT));
    if (!isUnbound) {
      throw new RefusedException(
          RefusedException.Kind.FORBIDDEN,
          ErrorCode.NO_PERMISSION,
          caller.title()
              + " may not have schedules: their runs are bound to no verbs and nodes, and it has "
              + caller.rights().roles()
              + (caller.token() == null || !caller.rights().grants().isEmpty()
                  ? ""
                  : " any more: the token was revoked or has expired, or its role is gone"));
    }
  }

  private LiveSchedule find(String name) {
    LiveSchedule live = all.get(name);
    if (live == null) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_SCHEDULE,
          "there is no schedule " + name + Nearest.hint(name, all.keySet()));
    }
    return live;
  }

  private static RefusedException removed(String name) {
    return new RefusedException(
        RefusedException.Kind.CONFLICT,
        ErrorCode.NOT_POSSIBLE_NOW,
        "schedule " + name + " was removed before its run started");
  }

  /** Whatever its times are; answered when the run has started or cannot. */
  private void runNow(LiveSchedule live, CompletableFuture<ScheduleView> to, Turn turn) {
    if (live.isPreparing() || isRunning(live)) {
      throw new RefusedException(
          RefusedException.Kind.CONFLICT,
          ErrorCode.NOT_POSSIBLE_NOW,
          "the last run of schedule " + live.name() + " has not ended");
    }
    turn.effect(new Effect.Prepare(live.runNow(turn.now(), to)));
  }

  /** Told once it is durable. */
  private void reply(CompletableFuture<ScheduleView> to, LiveSchedule live, Turn turn) {
    turn.whenDurable(new Step.Do(new Effect.Reply<>(to, view(live))));
  }

  void list(CompletableFuture<List<ScheduleView>> to, Turn turn) {
    turn.reply(to, all.values().stream().map(this::view).toList());
  }

  void show(String name, CompletableFuture<ScheduleInfo> to, Turn turn) {
    try {
      LiveSchedule live = find(name);
      turn.reply(
          to,
          new ScheduleInfo(
              view(live),
              live.schedule().jobs().stream()
                  .map(JobJson::write)
                  .map(UrlPasswords::hidden)
                  .toList(),
              live.schedule().limit(),
              live.state().history()));
    } catch (RefusedException e) {
      turn.refuse(to, e);
    }
  }

  private ScheduleView view(LiveSchedule live) {
    List<ScheduleEntry> history = live.state().history();
    Instant next = live.state().paused() || live.next().equals(Instant.MAX) ? null : live.next();
    return new ScheduleView(
        live.name(),
        live.schedule().timing(),
        new ScheduleView.Status(
            live.state().paused(),
            live.isPreparing() || isRunning(live),
            next,
            history.isEmpty() ? null : history.get(history.size() - 1)),
        live.schedule().createdBy(),
        live.schedule().createdAt(),
        live.schedule().jobs().size());
  }

  // What is due

  /** A second or so has passed, and the store works. */
  void tick(Turn turn) {
    for (LiveSchedule live : all.values()) {
      if (!live.isPreparing()) {
        look(live, turn);
      }
    }
  }

  /** The disk is asked before a run starts; {@link #prepared} follows. */
  private void look(LiveSchedule live, Turn turn) {
    ScheduleState before = live.state();
    ScheduledRun run = live.due(turn.now(), () -> isRunning(live));
    if (run != null) {
      turn.effect(new Effect.Prepare(run));
    } else if (live.state() != before) {
      put(live, turn);
    }
  }

  private boolean isRunning(LiveSchedule live) {
    return live.state().runs().stream()
        .flatMap(parent -> kept.ofParent(parent).stream())
        .anyMatch(job -> !job.isEnded());
  }

  /** The jobs of a run are ready, or cannot be. */
  void prepared(Input.Prepared prepared, Turn turn) {
    ScheduledRun run = prepared.run();
    LiveSchedule live = all.get(run.schedule().name());
    if (live == null || !live.schedule().id().equals(run.schedule().id())) {
      return;
    }
    CompletableFuture<ScheduleView> byHand = live.prepared();
    ScheduleState before = live.state();
    RefusedException failure = null;
    if (live.state().paused() && byHand == null) {
      live.pausedBefore(run, turn.now().instant());
    } else {
      failure = submit(live, prepared, turn);
    }
    if (live.state() != before) {
      put(live, turn);
    }
    if (byHand != null) {
      if (failure == null) {
        reply(byHand, live, turn);
      } else {
        turn.refuse(byHand, failure);
      }
    }
  }

  /** Returns why it cannot; null if the run has started, or waits. */
  private RefusedException submit(LiveSchedule live, Input.Prepared prepared, Turn turn) {
    ScheduledRun run = prepared.run();
    try {
      if (prepared.failure() != null) {
        throw prepared.failure();
      }
      submission.accept(prepared.order(), turn);
    } catch (RefusedException e) {
      if (e.kind() == RefusedException.Kind.FULL) {
        live.full(run, e, turn.now());
        return null;
      }
      live.refused(run, e, turn.now().instant());
      return e;
    }
    List<UUID> parents =
        prepared.order().jobs().stream()
            .map(PreparedJob::job)
            .map(Job::parent)
            .map(Parent::id)
            .distinct()
            .toList();
    live.started(run, turn.now().instant(), parents);
    return null;
  }

  private static void put(LiveSchedule live, Turn turn) {
    turn.change(new Change.PutScheduleState(live.name(), live.state()));
  }
}
