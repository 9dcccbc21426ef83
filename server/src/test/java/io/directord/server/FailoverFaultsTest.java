package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.DatastoreUrl;
import io.directord.common.config.Setting;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.SharedKey;
import io.directord.common.wire.ServerMessage;
import io.directord.server.store.Election;
import io.directord.server.store.postgresql.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers with one database, and faults in an order that a seed decides: servers end and come
 * back, lose the database for shorter and longer than a lease, lose single connections; the
 * database dies; the node's connection breaks. All the while jobs are submitted.
 */
class FailoverFaultsTest {
  private static final int FAULTS = 200;
  private static final int MAX_PAUSE_MILLIS = 200;
  private static final int MIN_JOBS = 20;
  private static final int MIN_ELECTIONS = 10;
  private static final int MAX_WAITS = 6;
  private static final int WAIT_MILLIS = 50;

  /** To have the same order again: {@code -Ddirectord.seed=...}. */
  private static final long SEED = Long.getLong("directord.seed", System.nanoTime());

  private static final Election.LeaseTimes TIMES =
      new Election.LeaseTimes(Duration.ofSeconds(1), Duration.ofMillis(200));
  private static final Duration TIMEOUT = Duration.ofMinutes(4);

  @TempDir Path directory;

  private final Random random = new Random(SEED);
  private final Map<String, Integer> counts = new ConcurrentHashMap<>();
  private PostgresServer database;
  private List<Member> members;
  private volatile boolean over;
  private volatile boolean ended;

  /** What the node has run, by its journal. */
  private final Map<UUID, NodeResult> journal = new ConcurrentHashMap<>();

  /** Jobs of which the node was told that their results are durable. */
  private final Set<UUID> confirmed = ConcurrentHashMap.newKeySet();

  private final Queue<UUID> acknowledged = new ConcurrentLinkedQueue<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  /** A server, its ports, and its network to the database. */
  private final class Member {
    private final String name;
    private final FaultyNetwork network;
    private final Settings settings;
    private volatile Server server;
    private CompletableFuture<Void> restart = CompletableFuture.completedFuture(null);

    Member(String name, String url) throws Exception {
      this.name = name;
      int port = Integer.parseInt(DatastoreUrl.parse(url).hosts().replaceFirst(".*:", ""));
      this.network = new FaultyNetwork(port);
      Map<Setting<?>, String> options = ServerOptions.of(directory.resolve(name), socket());
      options.put(Settings.DATASTORE, url.replace(":" + port + "/", ":" + network.port() + "/"));
      this.settings = SettingsLoader.load(options, Map.of());
    }

    Path socket() {
      return directory.resolve(name + ".sock");
    }

    void start() {
      await(name + " starts")
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(CannotStartException.class)
          .until(
              () -> {
                server = Server.start(settings, TIMES);
                return true;
              });
      Server started = server;
      thread("watch of " + name, () -> watch(started));
    }

    /** A server that cannot step down cleanly ends, and is started again, as systemd does it. */
    private void watch(Server started) {
      try {
        started.awaitEnd();
      } catch (ServerDiedException e) {
        count("end by itself");
        if (server == started) {
          restart();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    boolean leads() {
      Server now = server;
      return now != null && now.leads();
    }

    boolean restarts() {
      return !restart.isDone();
    }

    /** It ends as if it were killed: nothing of what it does then comes to the database. */
    void die() {
      network.refuse();
      restart();
    }

    synchronized void restart() {
      Server old = server;
      if (old == null) {
        return;
      }
      server = null;
      restart =
          CompletableFuture.runAsync(
              () -> {
                old.close();
                network.heal();
                start();
              },
              work -> new Thread(work, "restart of " + name).start());
    }
  }

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void noFaultLosesWhatWasAcknowledgedOrRunsItTwice() throws Exception {
    System.out.println("faults with -Ddirectord.seed=" + SEED);
    try (PostgresServer started = PostgresServer.start()) {
      database = started;
      String url = started.newDatabase();
      members = List.of(new Member("a", url), new Member("b", url));
      members.forEach(Member::start);
      Thread node = thread("node", this::runNode);
      await("the node has joined").atMost(TIMEOUT).until(this::hasNode);
      Thread submitter = thread("submitter", this::submitJobs);
      for (int i = 0; i < FAULTS || !isEnough(url); i++) {
        Thread.sleep(random.nextInt(MAX_PAUSE_MILLIS));
        awaitProgress();
        fault();
      }
      members.forEach(member -> member.network.heal());
      members.forEach(member -> member.restart.join());
      over = true;
      submitter.join();
      String seen = "seed " + SEED + ", faults " + counts;
      await("every job that was acknowledged has ended; " + seen)
          .atMost(TIMEOUT)
          .ignoreExceptionsInstanceOf(IOException.class)
          .until(() -> api().jobs(null).stream().noneMatch(JobSummary::processing));
      List<JobSummary> all = api().jobs(null);
      ended = true;
      node.join();
      Map<UUID, JobSummary> byId = new HashMap<>();
      all.forEach(job -> byId.put(job.id(), job));
      for (UUID id : acknowledged) {
        JobSummary job = byId.get(id);
        assertTrue(job != null, () -> "lost: " + id + "; " + seen);
        assertEquals(1, job.succeeded(), () -> job + "; " + seen);
        assertTrue(journal.containsKey(id), () -> "did not run: " + id + "; " + seen);
      }
      assertEquals(List.of(), List.copyOf(wrong), seen);
      assertTrue(counts.values().stream().mapToInt(n -> n).sum() >= FAULTS, seen);
      System.out.println(seen + ", jobs " + acknowledged.size() + ", elections " + elections(url));
    } finally {
      over = true;
      ended = true;
      for (Member member : members == null ? List.<Member>of() : members) {
        if (member.server != null) {
          member.server.close();
        }
        member.network.close();
      }
    }
  }

  /** Whether enough has gone on between the faults, however slow the machine is. */
  private boolean isEnough(String url) {
    return acknowledged.size() >= MIN_JOBS && elections(url) >= MIN_ELECTIONS;
  }

  private long elections(String url) {
    return Long.parseLong(database.sql(url, "SELECT epoch FROM directord.leader"));
  }

  /** Not for long, since nothing may go on before the next fault. */
  private void awaitProgress() throws InterruptedException {
    int before = acknowledged.size();
    for (int i = 0; i < MAX_WAITS && acknowledged.size() == before; i++) {
      Thread.sleep(WAIT_MILLIS);
    }
  }

  private void fault() {
    Member member = members.get(random.nextInt(members.size()));
    Member wanted = random.nextInt(3) > 0 ? leader(member) : member;
    Member target =
        members.stream()
            .filter(one -> one != wanted && wanted.restarts())
            .findFirst()
            .orElse(wanted);
    int kind = random.nextInt(100);
    if (target.restarts()) {
      cutNode();
    } else if (kind < 8 && members.stream().noneMatch(Member::restarts)) {
      count("death of a server");
      target.die();
    } else if (kind < 14 && members.stream().noneMatch(Member::restarts)) {
      count("orderly restart");
      target.restart();
    } else if (kind < 34) {
      count("silent network");
      target.network.fallSilent();
    } else if (kind < 44) {
      count("refusing network");
      target.network.refuse();
    } else if (kind < 60) {
      count("network back");
      members.stream().filter(one -> !one.restarts()).forEach(one -> one.network.heal());
    } else if (kind < 75) {
      count("cut connections");
      target.network.cut();
    } else if (kind < 87) {
      count("one connection ended");
      endOneConnection();
    } else if (kind < 90) {
      count("death of the database");
      database.kill();
      database.startAgain();
    } else {
      cutNode();
    }
  }

  private Member leader(Member otherwise) {
    return members.stream().filter(Member::leads).findFirst().orElse(otherwise);
  }

  private void count(String fault) {
    counts.merge(fault, 1, Integer::sum);
  }

  private void endOneConnection() {
    database.sql(
        members.get(0).settings.get(Settings.DATASTORE),
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name LIKE 'directord %' ORDER BY random() LIMIT 1");
  }

  private volatile boolean nodeIsCut;

  private void cutNode() {
    count("cut node");
    nodeIsCut = true;
  }

  /** Connects to whoever leads, as a client of ours does that knows both servers. */
  private void runNode() {
    CurveKeyPair key = CurveKeyPair.generate();
    byte[] serverKey = SharedKey.serverKeys(ServerOptions.SHARED_KEY).publicKey();
    FakeNode node = null;
    Server at = null;
    while (!ended) {
      Server leads =
          members.stream().filter(Member::leads).map(m -> m.server).findFirst().orElse(null);
      if (node != null && (leads != at || nodeIsCut)) {
        node.close();
        confirmed.addAll(node.durable());
        node = null;
        nodeIsCut = false;
      }
      try {
        if (node == null && leads != null) {
          FakeNode fresh = new FakeNode("n", leads.jobPort(), serverKey, key);
          fresh.answering(run -> answer(run, fresh));
          node = fresh;
          at = leads;
        }
        if (node != null) {
          node.heartbeat();
        }
      } catch (NullPointerException e) {
        // It has just stepped down.
        node = null;
      }
      pause(300);
    }
    if (node != null) {
      node.close();
    }
  }

  /** From its journal if it has run the job. */
  private NodeResult answer(ServerMessage.Run run, FakeNode node) {
    UUID id = run.job().id();
    if (confirmed.contains(id) || node.durable().contains(id)) {
      wrong.add("sent again though its result was confirmed: " + id);
    }
    return journal.computeIfAbsent(id, fresh -> FakeNode.success(fresh, "done"));
  }

  private boolean hasNode() {
    try {
      return !api().nodes().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  /** Each until it is acknowledged, as the same job. */
  private void submitJobs() {
    while (!over) {
      Job job = TestServer.job("n");
      while (true) {
        try {
          api().submit(List.of(job), Map.of());
          acknowledged.add(job.id());
          break;
        } catch (IOException e) {
          pause(100);
        }
      }
      pause(50);
    }
  }

  private ServerConnection api() {
    return new ServerConnection(members.stream().map(Member::socket).toList());
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
