package io.directord.bench;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.ObjectNode;

/**
 * The load on a cluster during a soak: jobs of all kinds, followers that come and go, connections
 * that send nothing or garbage. What fails because a server is away is retried.
 */
final class SoakLoad implements AutoCloseable {
  private static final int FOLLOWERS = 3;
  private static final int BATCH = 24;

  /** Maximum number of jobs in progress. */
  private static final int MAX_LIVE = 120;

  private static final int FLOOD = 20;

  private final ServerConnection server;
  private final int jobPort;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile boolean held = true;
  private volatile boolean closed;

  /** An action that is repeated. */
  private interface Round {
    void run(Random random) throws IOException, InterruptedException;
  }

  SoakLoad(Cluster cluster) {
    this.server = new ServerConnection(cluster.socket());
    this.jobPort = Integer.parseInt(cluster.environment().get("DIRECTORD_MSG_PORT"));
  }

  void start() {
    start("submitter", this::submit);
    start("flood", this::flood);
    start("counter", random -> server.follow(all(Detail.FAILURES), this::count));
    for (int i = 0; i < FOLLOWERS; i++) {
      start("follower-" + i, this::followForAWhile);
    }
    held = false;
  }

  /** Stops new jobs and connections; returns when all jobs have ended. */
  void hold() throws InterruptedException {
    held = true;
    while (live() != 0) {
      Thread.sleep(200);
    }
  }

  void goOn() {
    held = false;
  }

  int submitted() {
    return submitted.get();
  }

  /** Results that were given up with nodes whose client was never killed. */
  int lost() {
    return lost.get();
  }

  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
  }

  private void start(String name, Round round) {
    Random random = new Random(name.hashCode());
    Thread thread =
        new Thread(
            () -> {
              while (!closed) {
                goRound(round, random);
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    threads.add(thread);
  }

  private void goRound(Round round, Random random) {
    try {
      Thread.sleep(200);
      round.run(random);
    } catch (IOException e) {
      // The server is away, and will be back.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void submit(Random random) throws IOException {
    if (held || live() > MAX_LIVE) {
      return;
    }
    List<Job> jobs = new ArrayList<>();
    UUID parent = UUID.randomUUID();
    for (int i = 0; i < BATCH; i++) {
      jobs.add(job(parent, random));
    }
    server.submit(jobs, Map.of());
    submitted.addAndGet(jobs.size());
  }

  private static Job job(UUID parent, Random random) {
    ObjectNode json = Json.object().put("verb", "RUN").put("skip_cache", true);
    json.put("parent_id", parent.toString()).put("parent_async", random.nextBoolean());
    json.put("stream", random.nextInt(4) == 0);
    json.put(
        "command",
        switch (random.nextInt(6)) {
          case 0 -> "seq " + 1000 * random.nextInt(20);
          case 1 -> "sleep 0." + random.nextInt(10);
          case 2 -> "head -c 200000 /dev/zero | tr '\\0' x";
          default -> "echo " + "x".repeat(500 * random.nextInt(8));
        });
    return JobJson.read(json);
  }

  private void followForAWhile(Random random) throws IOException {
    int[] left = {1 + random.nextInt(200)};
    server.follow(all(Detail.OUTPUT), event -> --left[0] > 0);
  }

  private void flood(Random random) throws IOException, InterruptedException {
    if (held) {
      return;
    }
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < FLOOD; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), jobPort);
        open.add(socket);
        byte[] nonsense = new byte[random.nextInt(300)];
        random.nextBytes(nonsense);
        socket.getOutputStream().write(nonsense);
      }
      Thread.sleep(500);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    server.jobs(null);
  }

  private boolean count(Event event) {
    if (event instanceof Event.NodeAnswered answered
        && answered.outcome().state() == NodeOutcome.State.FAILED
        && answered.outcome().reason() == Outcome.Reason.LOST
        && !answered.outcome().node().equals(Cluster.KILLED)) {
      lost.incrementAndGet();
    }
    return !closed;
  }

  /** Number of jobs in progress; -1 if the server cannot be reached. */
  private long live() {
    try {
      return server.jobs(null).stream().filter(JobSummary::processing).count();
    } catch (IOException e) {
      return -1;
    }
  }

  private static EventFilter all(Detail detail) {
    return new EventFilter(Set.of(), detail);
  }
}
