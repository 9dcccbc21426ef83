package io.directord.bench;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import tools.jackson.databind.node.ObjectNode;

/**
 * Submits jobs at a steady rate, each by itself for all nodes, and measures the time to the event
 * of its end. What the server does not take in time is not offered later.
 */
final class SteadyLoad implements AutoCloseable {
  private static final long TICK_NANOS = Duration.ofMillis(50).toNanos();

  /** Seconds of work that may be in progress before less is offered. */
  private static final int MAX_SECONDS = 2;

  private final ServerConnection server;
  private final double jobsPerSecond;
  private final Map<UUID, Long> submitted = new ConcurrentHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicReference<IOException> failure = new AtomicReference<>();
  private List<Long> millis = new ArrayList<>();
  private volatile boolean closed;

  SteadyLoad(Cluster cluster, double jobsPerSecond) {
    this.server = new ServerConnection(cluster.socket());
    this.jobsPerSecond = jobsPerSecond;
  }

  void start() {
    run(
        "follower",
        () -> server.follow(new EventFilter(Set.of(), Detail.JOBS), event -> note(event)));
    run("submitter", this::submit);
  }

  /**
   * Of the jobs that have ended since the last call.
   *
   * @throws IOException if submitting or following has failed
   */
  synchronized List<Long> latencies() throws IOException {
    IOException failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    List<Long> all = millis;
    millis = new ArrayList<>();
    return all;
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void run(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | UncheckedIOException e) {
                failure.compareAndSet(null, new IOException(name, e));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void submit() throws IOException, InterruptedException {
    double due = 0;
    long next = System.nanoTime();
    while (!closed) {
      due += jobsPerSecond * TICK_NANOS / 1e9;
      List<Job> jobs = new ArrayList<>();
      for (; due >= 1; due--) {
        jobs.add(job());
      }
      if (!jobs.isEmpty() && submitted.size() < MAX_SECONDS * jobsPerSecond) {
        long now = System.nanoTime();
        jobs.forEach(job -> submitted.put(job.id(), now));
        server.submit(jobs, Map.of());
      }
      next += TICK_NANOS;
      Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())).toMillis());
    }
  }

  private static Job job() {
    ObjectNode json = Json.object().put("verb", "RUN").put("skip_cache", true);
    return JobJson.read(json.put("parent_id", UUID.randomUUID().toString()).put("command", "true"));
  }

  private synchronized boolean note(Event event) {
    if (event instanceof Event.JobEnded ended) {
      Long at = submitted.remove(ended.job().id());
      if (at != null) {
        millis.add(Duration.ofNanos(System.nanoTime() - at).toMillis());
      }
    } else if (event instanceof Event.Missed missed && missed.mayHideEnds()) {
      failure.compareAndSet(null, new IOException("the follower has missed " + missed));
    }
    return !closed;
  }
}
