package io.directord.client.lane;

import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.loop.LoopThread;
import io.directord.common.wire.ServerMessage;
import io.directord.verbs.builtin.QueueSentinelComponent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs jobs in order: those of plain parents in one lane for the node, those of an async parent in
 * a lane of their own; a job that bypasses the lanes runs at once in a lane of its own. So do the
 * jobs of a dry run, which neither wait for real work nor hold it up. A lane has a thread as long
 * as it has jobs. Thread-safe.
 */
public final class Lanes implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Lanes.class.getName());

  /** The key of the lane of plain parents. */
  private static final UUID PLAIN = new UUID(0, 0);

  private static final Outcome.Failed CANCELLED =
      new Outcome.Failed(Outcome.Reason.CANCELLED, "cancelled before it began");
  private static final Outcome.Failed CANCELLED_RUNNING =
      new Outcome.Failed(Outcome.Reason.CANCELLED, "cancelled: ended");
  private static final Outcome.Failed DROPPED =
      new Outcome.Failed(
          Outcome.Reason.NOT_STARTED, "dropped before it began: the server had given the job up");
  private final LaneSettings settings;
  private final Watchdog watchdog;
  private final LoopThread watchdogThread;
  private final LaneDesk desk;
  private final JobRunner runner;
  private final PreviewRunner previews;
  private final AtomicInteger count = new AtomicInteger();
  private final ThreadPoolExecutor threads;
  private final Map<UUID, Lane> lanes = new HashMap<>();
  private final Deque<Lane> waiting = new ArrayDeque<>();
  private int asyncRunning;

  /** Lanes with a thread that was not abandoned. */
  private int working;

  private boolean closed;

  /**
   * @param onIdle called when nothing has run for some seconds after work, on a thread that may
   *     take its time as long as no job begins
   */
  public Lanes(LaneSettings settings, LaneMessages answers, Runnable onIdle) {
    this.settings = settings;
    this.watchdog =
        new Watchdog(
            settings.nanoTime(), running -> answers.started(running.job), this::abandon, onIdle);
    this.desk = new LaneDesk(settings, answers);
    this.runner = new JobRunner(settings, desk, answers);
    this.previews = new PreviewRunner(settings, runner::end);
    this.threads =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), this::thread);
    this.watchdogThread = LoopThread.start("watchdog", watchdog, settings.onDeath());
  }

  /**
   * Jobs that wait for their lane.
   *
   * @param counted whether it counts against the limit of async lanes
   */
  private record Lane(UUID key, boolean counted, Deque<ServerMessage.Run> jobs) {}

  /** Appends jobs, which are in the journal. */
  public void add(List<ServerMessage.Run> runs) {
    Map<Job, UUID> dropped = new LinkedHashMap<>();
    synchronized (this) {
      for (ServerMessage.Run run : runs) {
        if (!run.job().isDryRun() && dropsQueued(run.job())) {
          for (Lane lane : lanes.values()) {
            lane.jobs.forEach(queued -> dropped.put(queued.job(), run.job().id()));
            lane.jobs.clear();
          }
        }
        Lane lane = lanes.get(laneOf(run.job()));
        if (lane == null) {
          lane = laneFor(run.job());
          lanes.put(lane.key, lane);
          begin(lane);
        }
        lane.jobs.add(run);
      }
    }
    dropped.forEach((job, by) -> runner.end(job, QueueSentinelComponent.dropped(by)));
  }

  private boolean dropsQueued(Job job) {
    try {
      Component<?> component = settings.verbs().find(job);
      return component != null && component.dropsQueued();
    } catch (JobException e) {
      // It fails for that when its turn comes.
      return false;
    } catch (RuntimeException | LinkageError e) {
      LOG.log(Level.ERROR, "job " + job.id() + ": " + job.verb() + " drops nothing", e);
      return false;
    }
  }

  /** Resumes a job that waits for the server. */
  public void resume(ServerMessage.Resume resume) {
    desk.resume(resume);
  }

  /**
   * Cancels jobs, queued or running; their results are sent like those of any job. Queued ones
   * leave their lanes before running ones are ended, so that none of them starts.
   *
   * @return those that were neither queued nor running here
   */
  public Set<UUID> cancel(Collection<UUID> jobs) {
    Set<UUID> unknown = new LinkedHashSet<>(jobs);
    List<Job> queued;
    synchronized (this) {
      queued = remove(unknown);
      unknown.removeIf(
          job -> {
            RunningJob running = watchdog.find(job);
            if (running != null) {
              running.end(CANCELLED_RUNNING);
            }
            return running != null;
          });
    }
    queued.forEach(job -> runner.end(job, CANCELLED));
    return unknown;
  }

  /** Drops jobs that have not begun; running ones continue. */
  public void drop(Collection<UUID> jobs) {
    Set<UUID> others = new LinkedHashSet<>(jobs);
    List<Job> queued;
    synchronized (this) {
      queued = remove(others);
      others.stream()
          .map(watchdog::find)
          .filter(Objects::nonNull)
          .forEach(running -> running.endUnbegun(DROPPED));
    }
    queued.forEach(job -> runner.end(job, DROPPED));
  }

  /** How a job stands here, in words that follow the node's name; null if it is not here. */
  public synchronized String explain(UUID job) {
    long now = settings.nanoTime().getAsLong();
    RunningJob running = watchdog.find(job);
    if (running != null) {
      return JobStanding.of(running, runner.waitOf(job), desk.isWaiting(job), now);
    }
    for (Lane lane : lanes.values()) {
      int before = 0;
      for (ServerMessage.Run queued : lane.jobs) {
        if (queued.job().id().equals(job)) {
          return queued(lane, before, now);
        }
        before++;
      }
    }
    return null;
  }

  private String queued(Lane lane, int before, long now) {
    long held = desk.heldNanos();
    if (held > 0) {
      return JobStanding.heldBack(held);
    }
    if (waiting.contains(lane)) {
      return JobStanding.laneWaits(settings.asyncLanes());
    }
    RunningJob current =
        watchdog.all().stream()
            .filter(running -> laneOf(running.job).equals(lane.key))
            .findFirst()
            .orElse(null);
    return JobStanding.queued(current, before, now);
  }

  /** Ends a job that never entered a lane. */
  public void refuse(Job job, Outcome.Failed why) {
    runner.end(job, why);
  }

  /** Ends running jobs as interrupted, and waits for that; queued ones stay in the journal. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    watchdog.endAll(RunningJob.STOPPED);
    threads.shutdown();
    awaitIdle();
    watchdogThread.close();
  }

  private synchronized void awaitIdle() {
    boolean interrupted = false;
    while (working > 0) {
      try {
        TimeUnit.MILLISECONDS.timedWait(this, 100);
        watchdog.endAll(RunningJob.STOPPED);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static UUID laneOf(Job job) {
    if (job.isDryRun()) {
      return job.options().dryRun().run();
    }
    if (job.bypassesLanes()) {
      return job.id();
    }
    return job.parent().async() ? job.parent().id() : PLAIN;
  }

  private static Lane laneFor(Job job) {
    boolean counted = job.isDryRun() || job.parent().async() && !job.bypassesLanes();
    return new Lane(laneOf(job), counted, new ArrayDeque<>());
  }

  private void begin(Lane lane) {
    if (closed) {
      return;
    }
    if (lane.counted) {
      if (asyncRunning == settings.asyncLanes()) {
        waiting.add(lane);
        return;
      }
      asyncRunning++;
    }
    working++;
    threads.execute(() -> work(lane));
  }

  /** Continues the lane of a hanging job with another thread. */
  private void abandon(RunningJob job) {
    if (!job.abandon()) {
      return;
    }
    watchdog.finish(job);
    synchronized (this) {
      if (closed) {
        threadEnds();
      } else {
        Lane lane = lanes.get(laneOf(job.job));
        threads.execute(() -> work(lane));
      }
    }
  }

  private synchronized void threadEnds() {
    working--;
    notifyAll();
  }

  /** Runs a lane's jobs until it is empty. */
  private void work(Lane lane) {
    boolean abandoned = false;
    try {
      abandoned = runAll(lane);
    } finally {
      if (!abandoned) {
        threadEnds();
      }
    }
  }

  /** Whether its last job was abandoned, so that another thread runs the lane. */
  private boolean runAll(Lane lane) {
    for (ServerMessage.Run run = next(lane); run != null; run = next(lane)) {
      RunningJob running = watchdog.find(run.job().id());
      try {
        if (run.job().isDryRun()) {
          previews.run(run, running);
        } else {
          runner.run(run, running);
        }
      } finally {
        watchdog.finish(running);
      }
      if (running.isAbandoned()) {
        return true;
      }
    }
    return false;
  }

  /**
   * The lane's next job, which counts as running from here on; null if the lane is empty and was
   * removed.
   */
  private synchronized ServerMessage.Run next(Lane lane) {
    awaitRelease(lane);
    ServerMessage.Run run = closed ? null : lane.jobs.poll();
    if (run != null) {
      watchdog.begin(new RunningJob(run.job()));
      return run;
    }
    lanes.remove(lane.key);
    if (lane.counted) {
      asyncRunning--;
      Lane other = waiting.poll();
      if (other != null) {
        begin(other);
      }
    }
    return null;
  }

  private void awaitRelease(Lane lane) {
    long held = desk.heldNanos();
    boolean interrupted = false;
    while (held > 0 && !closed && !lane.jobs.isEmpty()) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(held, TimeUnit.MILLISECONDS.toNanos(1)));
      } catch (InterruptedException e) {
        interrupted = true;
      }
      held = desk.heldNanos();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Removes those of these jobs that are queued, from their lanes and from the set. */
  private List<Job> remove(Set<UUID> jobs) {
    List<Job> removed = new ArrayList<>();
    for (Lane lane : lanes.values()) {
      lane.jobs.removeIf(
          run -> {
            boolean wanted = jobs.remove(run.job().id());
            if (wanted) {
              removed.add(run.job());
            }
            return wanted;
          });
    }
    return removed;
  }

  private Thread thread(Runnable work) {
    Thread thread = new Thread(work, "lane-" + count.incrementAndGet());
    // A hanging thread must not keep the process alive.
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler((t, e) -> settings.onDeath().accept(t.getName(), e));
    return thread;
  }
}
