package io.directord.server.dispatch;

import io.directord.common.api.ScheduleEntry;
import io.directord.common.api.ScheduleEntry.What;
import io.directord.common.api.ScheduleTiming.Missed;
import io.directord.common.api.ScheduleTiming.Overlap;
import io.directord.common.api.ScheduleView;
import io.directord.common.job.Span;
import io.directord.common.validation.Counted;
import io.directord.server.schedule.Occurrences;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.StoredSchedule;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * A schedule, and what becomes of its occurrences: which are started, skipped, missed, or wait. A
 * state that starts a run is to be stored together with the run's jobs, any other by itself.
 * Belongs to the dispatcher's thread.
 */
final class LiveSchedule {
  private static final System.Logger LOG = System.getLogger(LiveSchedule.class.getName());

  /** An occurrence that is noticed later than this counts as missed. */
  private static final Duration IN_TIME = Duration.ofMinutes(1);

  /** If the clock is set back by more, occurrences that were decided on may become due again. */
  private static final Duration SET_BACK = Duration.ofHours(1);

  /** Pause before a run is tried again for which the server had no room. */
  private static final Duration AGAIN = Duration.ofSeconds(30);

  private final StoredSchedule schedule;
  private final Occurrences occurrences;
  private final long bytes;
  private ScheduleState state;

  /** When the next occurrence starts; null if that has to be found out. */
  private Instant next;

  private boolean preparing;

  /** Who asked by hand for the run that is being made ready; null if nobody did. */
  private CompletableFuture<ScheduleView> byHand;

  /** When a waiting run may be tried again; null for at once. */
  private Moment notBefore;

  LiveSchedule(StoredSchedule schedule, ScheduleState state) {
    this.schedule = schedule;
    this.state = state;
    this.occurrences = Occurrences.of(schedule.id(), schedule.timing());
    this.bytes = ScheduleRoom.bytes(schedule);
  }

  StoredSchedule schedule() {
    return schedule;
  }

  String name() {
    return schedule.name();
  }

  ScheduleState state() {
    return state;
  }

  /** Memory of its jobs. */
  long bytes() {
    return bytes;
  }

  /** Whether the jobs of a run are being made ready. */
  boolean isPreparing() {
    return preparing;
  }

  /** When the next occurrence starts; {@link Instant#MAX} if none does. */
  Instant next() {
    if (next == null) {
      next = occurrences.next(state.decided()).map(occurrences::start).orElse(Instant.MAX);
    }
    return next;
  }

  private void decidedUntil(Instant due) {
    state = state.decided(due);
    next = null;
  }

  void pause() {
    state = state.paused(true);
  }

  void resume(Instant now) {
    if (state.paused()) {
      Occurrences.Passed passed = occurrences.passed(state.decided(), now);
      if (passed != null) {
        note(passed, What.SKIPPED, now, "paused");
        decidedUntil(passed.last());
      }
      state = state.paused(false);
    }
  }

  /**
   * The run that is to be made ready now; null if there is none.
   *
   * @param isRunning whether a run of it has not ended
   */
  ScheduledRun due(Moment moment, BooleanSupplier isRunning) {
    Instant now = moment.instant();
    if (state.decided().isAfter(now.plus(SET_BACK))) {
      warn(
          "the clock was set back by more than "
              + Span.text(SET_BACK)
              + ": what was decided for later may be due again");
      decidedUntil(now);
    }
    if (state.paused()) {
      return null;
    }
    if (!next().isAfter(now)) {
      return decide(moment, isRunning.getAsBoolean());
    }
    if (state.waiting() != null
        && !isRunning.getAsBoolean()
        && (notBefore == null || !moment.isBefore(notBefore))) {
      return run(state.waiting(), moment, "it waited");
    }
    return null;
  }

  private ScheduledRun decide(Moment moment, boolean isRunning) {
    Instant now = moment.instant();
    Occurrences.Passed passed = occurrences.passed(state.decided(), now);
    Instant last = passed.last();
    boolean inTime = Duration.between(occurrences.start(last), now).compareTo(IN_TIME) <= 0;
    int missed = passed.count() - (inTime ? 1 : 0);
    boolean runs = inTime || schedule.timing().missed() == Missed.RUN_ONCE;
    if (missed > 0) {
      Instant lastMissed = inTime ? occurrences.before(last, state.decided()) : last;
      note(
          new Occurrences.Passed(missed, passed.isAll(), lastMissed),
          What.MISSED,
          now,
          "the server was not there, or its clock was set"
              + (inTime || !runs ? "" : "; one run takes their place"));
    }
    decidedUntil(last);
    if (!runs) {
      return null;
    }
    if (!isRunning && state.waiting() == null) {
      return run(last, moment, inTime ? "" : "for what was missed");
    }
    if (schedule.timing().overlap() == Overlap.SKIP || state.waiting() != null) {
      String why =
          state.waiting() == null
              ? "the run before has not ended"
              : isRunning
                  ? "another occurrence waits for the end of the run before"
                  : "another occurrence waits until the server can take it";
      note(new Occurrences.Passed(1, true, last), What.SKIPPED, now, why);
    } else {
      state =
          state
              .waiting(last)
              .with(entry(What.QUEUED, last, now, List.of(), "the run before has not ended"));
    }
    return null;
  }

  /** A run whatever its times are; counts also while the schedule is paused. */
  ScheduledRun runNow(Moment now, CompletableFuture<ScheduleView> to) {
    byHand = to;
    return run(now.instant(), now, "started by hand");
  }

  private ScheduledRun run(Instant due, Moment begun, String why) {
    preparing = true;
    return new ScheduledRun(schedule, due, begun, why);
  }

  /** The run is ready, or cannot be. Returns who asked for it by hand, or null. */
  CompletableFuture<ScheduleView> prepared() {
    CompletableFuture<ScheduleView> asked = byHand;
    preparing = false;
    byHand = null;
    return asked;
  }

  void started(ScheduledRun run, Instant now, List<UUID> parents) {
    state =
        withoutWaiting(run)
            .started(parents)
            .with(entry(What.STARTED, run.due(), now, parents, run.why()));
  }

  /** It was paused before the run was ready. One that has waited before waits on. */
  void pausedBefore(ScheduledRun run, Instant now) {
    if (!run.due().equals(state.waiting())) {
      note(new Occurrences.Passed(1, true, run.due()), What.SKIPPED, now, "paused");
    }
  }

  /** The server has no room for the run, which waits. */
  void full(ScheduledRun run, RefusedException why, Moment now) {
    if (!run.due().equals(state.waiting())) {
      warn("its run waits until the server can take it: " + why.getMessage());
      state =
          state
              .waiting(run.due())
              .with(entry(What.QUEUED, run.due(), now.instant(), List.of(), why.getMessage()));
    }
    notBefore = now.plus(AGAIN);
  }

  void refused(ScheduledRun run, RefusedException why, Instant now) {
    List<String> errors = new ArrayList<>(why.errors().stream().map(Object::toString).toList());
    String text = errors.isEmpty() ? why.getMessage() : String.join("; ", errors);
    warn("its run of " + run.due() + " was refused: " + text);
    state = withoutWaiting(run).with(entry(What.REFUSED, run.due(), now, List.of(), text));
  }

  private ScheduleState withoutWaiting(ScheduledRun run) {
    return run.due().equals(state.waiting()) ? state.waiting(null) : state;
  }

  /** Tells what does not run, in the history and in the log. */
  private void note(Occurrences.Passed passed, What what, Instant now, String why) {
    String info = (passed.isAll() ? "" : "at least so many: ") + why;
    state =
        state.with(new ScheduleEntry(passed.last(), now, what, passed.count(), List.of(), info));
    warn(
        Counted.of(passed.count(), "occurrence")
            + " "
            + what.name().toLowerCase(Locale.ROOT)
            + ", the last of "
            + passed.last()
            + ": "
            + info);
  }

  private static ScheduleEntry entry(
      What what, Instant due, Instant now, List<UUID> parents, String info) {
    return new ScheduleEntry(due, now, what, 1, parents, info);
  }

  private void warn(String text) {
    LOG.log(Level.WARNING, "schedule {0}: {1}", name(), text);
  }
}
