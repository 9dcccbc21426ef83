package io.directord.server.dispatch;

import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleEntry.What;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming.Missed;
import io.directord.common.api.ScheduleTiming.Overlap;
import io.directord.common.api.ScheduleView;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Parent;
import io.directord.common.job.Span;
import io.directord.common.job.UrlPasswords;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.schedule.Occurrences;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.Change;
import io.directord.server.store.StoredSchedule;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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

  /** An occurrence that is noticed later than this after its time was missed. */
  private static final Duration IN_TIME = Duration.ofMinutes(1);

  /** After a clock that was set back by more, what was decided may be due again. */
  private static final Duration SET_BACK = Duration.ofHours(1);

  /** Before a run that the server could not take is tried again. */
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private static final int MAX_SCHEDULES = 10_000;

  private final ScheduleRoom room = new ScheduleRoom(Runtime.getRuntime().maxMemory() / 8);

  private final KeptJobs kept;
  private final Submission submission;
  private final Map<String, Live> all = new TreeMap<>();

  /** One of them. */
  private static final class Live {
    final StoredSchedule schedule;
    final Occurrences occurrences;

    /** Of its jobs, in memory. */
    final long bytes;

    ScheduleState state;

    /** When the next occurrence starts; null if that has to be found out. */
    Instant next;

    /** Whether the jobs of a run are being made ready. */
    boolean isPreparing;

    /**
     * Who asked for that run by hand, which counts also while the schedule is paused, and is told
     * what came of it; null if nobody did.
     */
    CompletableFuture<ScheduleView> byHand;

    /** Before that, a run that waits is not tried; null if it may be. */
    Moment notBefore;

    Live(StoredSchedule schedule, ScheduleState state) {
      this.schedule = schedule;
      this.state = state;
      this.occurrences = Occurrences.of(schedule.id(), schedule.timing());
      this.bytes = ScheduleRoom.bytes(schedule);
    }

    Instant next() {
      if (next == null) {
        next = occurrences.next(state.decided()).map(occurrences::start).orElse(Instant.MAX);
      }
      return next;
    }

    void decidedUntil(Instant due) {
      state = state.decided(due);
      next = null;
    }
  }

  Scheduling(KeptJobs kept, Submission submission) {
    this.kept = kept;
    this.submission = submission;
  }

  /** Restores a schedule after a restart. */
  void recover(StoredSchedule.Kept found, List<PreparedJob> jobs, Turn turn) {
    all.put(found.schedule().name(), new Live(found.schedule(), found.state()));
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
    all.values().forEach(one -> turn.change(new Change.PutSchedule(one.schedule, one.state)));
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
      Live live = new Live(schedule, ScheduleState.beginning(turn.now().instant()));
      room.require(live.bytes, all.values().stream().mapToLong(one -> one.bytes).sum());
      if (live.next().equals(Instant.MAX)) {
        throw new RefusedException(
            List.of(
                new Place.Key("cron")
                    .error("such a time never comes")
                    .withCode(ErrorCode.INVALID_REQUEST)));
      }
      all.put(schedule.name(), live);
      pin(schedule, add.order().jobs(), turn);
      turn.change(new Change.PutSchedule(schedule, live.state));
      LOG.log(Level.INFO, "{0} has added schedule {1}", schedule.createdBy(), schedule.name());
      reply(add.to(), live, turn);
    } catch (RefusedException e) {
      turn.refuse(add.to(), e);
    }
  }

  void change(Input.ChangeSchedule change, Caller caller, Turn turn) {
    try {
      requireUnbound(caller);
      Live live = find(change.name());
      LOG.log(
          Level.INFO,
          "{0}: {1} schedule {2}",
          caller.user(),
          change.action().name().toLowerCase(Locale.ROOT),
          change.name());
      switch (change.action()) {
        case PAUSE -> live.state = live.state.paused(true);
        case RESUME -> resume(live, turn.now().instant());
        case RUN -> {
          runNow(live, change.to(), turn);
          return;
        }
        case REMOVE -> {
          all.remove(change.name());
          if (live.byHand != null) {
            turn.refuse(live.byHand, removed(live.schedule));
          }
          turn.change(new Change.ForgetSchedule(change.name()));
          for (Job job : live.schedule.jobs()) {
            turn.whenDurable(new Step.Do(new Effect.Close(pin(live.schedule, job))));
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

  private Live find(String name) {
    Live live = all.get(name);
    if (live == null) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_SCHEDULE,
          "there is no schedule " + name + Nearest.hint(name, all.keySet()));
    }
    return live;
  }

  private void resume(Live live, Instant now) {
    if (live.state.paused()) {
      Occurrences.Passed passed = live.occurrences.passed(live.state.decided(), now);
      if (passed != null) {
        note(live, passed, What.SKIPPED, now, "paused");
        live.decidedUntil(passed.last());
      }
      live.state = live.state.paused(false);
    }
  }

  private static RefusedException removed(StoredSchedule schedule) {
    return new RefusedException(
        RefusedException.Kind.CONFLICT,
        ErrorCode.NOT_POSSIBLE_NOW,
        "schedule " + schedule.name() + " was removed before its run started");
  }

  /** Whatever its times are; answered when the run has started or cannot. */
  private void runNow(Live live, CompletableFuture<ScheduleView> to, Turn turn) {
    if (live.isPreparing || isRunning(live)) {
      throw new RefusedException(
          RefusedException.Kind.CONFLICT,
          ErrorCode.NOT_POSSIBLE_NOW,
          "the last run of schedule " + live.schedule.name() + " has not ended");
    }
    start(live, turn.now().instant(), "started by hand", turn);
    live.byHand = to;
  }

  /** Told once it is durable. */
  private void reply(CompletableFuture<ScheduleView> to, Live live, Turn turn) {
    turn.whenDurable(new Step.Do(new Effect.Reply<>(to, view(live))));
  }

  void list(CompletableFuture<List<ScheduleView>> to, Turn turn) {
    turn.reply(to, all.values().stream().map(this::view).toList());
  }

  void show(String name, CompletableFuture<ScheduleInfo> to, Turn turn) {
    try {
      Live live = find(name);
      turn.reply(
          to,
          new ScheduleInfo(
              view(live),
              live.schedule.jobs().stream().map(JobJson::write).map(UrlPasswords::hidden).toList(),
              live.schedule.limit(),
              live.state.history()));
    } catch (RefusedException e) {
      turn.refuse(to, e);
    }
  }

  private ScheduleView view(Live live) {
    List<ScheduleEntry> history = live.state.history();
    Instant next = live.state.paused() || live.next().equals(Instant.MAX) ? null : live.next();
    return new ScheduleView(
        live.schedule.name(),
        live.schedule.timing(),
        new ScheduleView.Status(
            live.state.paused(),
            live.isPreparing || isRunning(live),
            next,
            history.isEmpty() ? null : history.get(history.size() - 1)),
        live.schedule.createdBy(),
        live.schedule.createdAt(),
        live.schedule.jobs().size());
  }

  // What is due

  /** A second or so has passed, and the store works. */
  void tick(Turn turn) {
    for (Live live : all.values()) {
      if (!live.isPreparing) {
        look(live, turn);
      }
    }
  }

  private void look(Live live, Turn turn) {
    Instant now = turn.now().instant();
    if (live.state.decided().isAfter(now.plus(SET_BACK))) {
      warn(
          live,
          "the clock was set back by more than "
              + Span.text(SET_BACK)
              + ": what was decided for later may be due again");
      live.decidedUntil(now);
      put(live, turn);
    }
    if (live.state.paused()) {
      return;
    }
    if (!live.next().isAfter(now)) {
      decide(live, now, turn);
    } else if (live.state.waiting() != null && !isRunning(live) && isTime(live, turn.now())) {
      start(live, live.state.waiting(), "it waited", turn);
    }
  }

  private static boolean isTime(Live live, Moment now) {
    return live.notBefore == null || !now.isBefore(live.notBefore);
  }

  private void decide(Live live, Instant now, Turn turn) {
    Occurrences.Passed passed = live.occurrences.passed(live.state.decided(), now);
    Instant last = passed.last();
    boolean inTime = Duration.between(live.occurrences.start(last), now).compareTo(IN_TIME) <= 0;
    int missed = passed.count() - (inTime ? 1 : 0);
    boolean runs = inTime || live.schedule.timing().missed() == Missed.RUN_ONCE;
    if (missed > 0) {
      Instant lastMissed = inTime ? live.occurrences.before(last, live.state.decided()) : last;
      note(
          live,
          new Occurrences.Passed(missed, passed.isAll(), lastMissed),
          What.MISSED,
          now,
          "the server was not there, or its clock was set"
              + (inTime || !runs ? "" : "; one run takes their place"));
    }
    live.decidedUntil(last);
    if (!runs) {
      put(live, turn);
    } else if (!isRunning(live) && live.state.waiting() == null) {
      start(live, last, inTime ? "" : "for what was missed", turn);
    } else if (live.schedule.timing().overlap() == Overlap.SKIP || live.state.waiting() != null) {
      String why =
          live.state.waiting() == null
              ? "the run before has not ended"
              : isRunning(live)
                  ? "another occurrence waits for the end of the run before"
                  : "another occurrence waits until the server can take it";
      note(live, new Occurrences.Passed(1, true, last), What.SKIPPED, now, why);
      put(live, turn);
    } else {
      live.state =
          live.state
              .waiting(last)
              .with(entry(What.QUEUED, last, now, 1, "the run before has not ended"));
      put(live, turn);
    }
  }

  /** Tells what does not run, in the history and in the log. */
  private static void note(
      Live live, Occurrences.Passed passed, What what, Instant now, String why) {
    String info = (passed.isAll() ? "" : "at least so many: ") + why;
    live.state = live.state.with(entry(what, passed.last(), now, passed.count(), info));
    warn(
        live,
        Counted.of(passed.count(), "occurrence")
            + " "
            + what.name().toLowerCase(Locale.ROOT)
            + ", the last of "
            + passed.last()
            + ": "
            + info);
  }

  private static void warn(Live live, String text) {
    LOG.log(Level.WARNING, "schedule {0}: {1}", live.schedule.name(), text);
  }

  private static ScheduleEntry entry(What what, Instant due, Instant now, int count, String info) {
    return new ScheduleEntry(due, now, what, count, List.of(), info);
  }

  private boolean isRunning(Live live) {
    return live.state.runs().stream()
        .flatMap(parent -> kept.ofParent(parent).stream())
        .anyMatch(job -> !job.isEnded());
  }

  /** The disk is asked first; {@link #prepared} follows. */
  private static void start(Live live, Instant due, String why, Turn turn) {
    live.isPreparing = true;
    turn.effect(new Effect.Prepare(new ScheduledRun(live.schedule, due, turn.now(), why)));
  }

  /** The jobs of a run are ready, or cannot be. */
  void prepared(Input.Prepared prepared, Turn turn) {
    ScheduledRun run = prepared.run();
    Live live = all.get(run.schedule().name());
    if (live == null || !live.schedule.id().equals(run.schedule().id())) {
      return;
    }
    CompletableFuture<ScheduleView> byHand = live.byHand;
    live.isPreparing = false;
    live.byHand = null;
    if (live.state.paused() && byHand == null) {
      // One that has waited before waits until the schedule is resumed.
      if (!run.due().equals(live.state.waiting())) {
        note(
            live,
            new Occurrences.Passed(1, true, run.due()),
            What.SKIPPED,
            turn.now().instant(),
            "paused");
        put(live, turn);
      }
      return;
    }
    try {
      if (prepared.failure() != null) {
        throw prepared.failure();
      }
      submission.accept(prepared.order(), turn);
      List<UUID> parents =
          prepared.order().jobs().stream()
              .map(PreparedJob::job)
              .map(Job::parent)
              .map(Parent::id)
              .distinct()
              .toList();
      live.state =
          withoutWaiting(live, run)
              .started(parents)
              .with(
                  new ScheduleEntry(
                      run.due(), turn.now().instant(), What.STARTED, 1, parents, run.why()));
    } catch (RefusedException e) {
      refused(live, run, e, turn.now());
      if (byHand != null && e.kind() != RefusedException.Kind.FULL) {
        turn.refuse(byHand, e);
        byHand = null;
      }
    }
    put(live, turn);
    if (byHand != null) {
      reply(byHand, live, turn);
    }
  }

  private static void refused(Live live, ScheduledRun run, RefusedException why, Moment now) {
    if (why.kind() == RefusedException.Kind.FULL) {
      if (!run.due().equals(live.state.waiting())) {
        warn(live, "its run waits until the server can take it: " + why.getMessage());
        live.state =
            live.state
                .waiting(run.due())
                .with(entry(What.QUEUED, run.due(), now.instant(), 1, why.getMessage()));
      }
      live.notBefore = now.plus(AGAIN);
      return;
    }
    List<String> errors = new ArrayList<>(why.errors().stream().map(Object::toString).toList());
    String text = errors.isEmpty() ? why.getMessage() : String.join("; ", errors);
    warn(live, "its run of " + run.due() + " was refused: " + text);
    live.state =
        withoutWaiting(live, run).with(entry(What.REFUSED, run.due(), now.instant(), 1, text));
  }

  private static ScheduleState withoutWaiting(Live live, ScheduledRun run) {
    return run.due().equals(live.state.waiting()) ? live.state.waiting(null) : live.state;
  }

  private static void put(Live live, Turn turn) {
    turn.change(new Change.PutScheduleState(live.schedule.name(), live.state));
  }
}
