package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.common.api.Leadership;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import io.directord.common.config.DatastoreUrl;
import io.directord.nats.BrokerProcess;
import io.directord.server.store.postgresql.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two servers with one database, of which the leader ends in every way while a run goes on. The
 * first one has its database, and nodes have the first one, behind a network that can fail. One
 * node connects to the servers' ports, the other one meets them at a broker.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FailoverIT {
  private static final String AT_BROKER = "node-1";
  private static final String AT_PORTS = "node-2";
  private static final List<String> NODES = List.of(AT_BROKER, AT_PORTS);
  private static final String SECOND = "127.0.0.3";
  private static final int COUNT = 150;

  @TempDir static Path directory;
  @AutoClose private PostgresServer database;
  @AutoClose private BrokerProcess broker;
  @AutoClose private TestCluster first;
  @AutoClose private TestCluster second;

  /** Nodes and commands, which know both servers. */
  @AutoClose private TestCluster others;

  @AutoClose private TcpProxy toDatabase;
  @AutoClose private TcpProxy toFirst;
  private ServerConnection api;

  @BeforeAll
  void start() {
    database = PostgresServer.start();
    broker = BrokerProcess.start();
    String url = database.newDatabase();
    first = new TestCluster(directory.resolve("first"));
    second = new TestCluster(directory.resolve("second"));
    others = new TestCluster(directory.resolve("others"));
    for (TestCluster like : List.of(second, others)) {
      for (String same : List.of("SHARED_KEY", "JOB_PORT", "BACKEND_PORT")) {
        like.set("DIRECTORD_" + same, first.variable("DIRECTORD_" + same));
      }
    }
    toDatabase = new TcpProxy(port(url));
    toFirst = new TcpProxy(first.jobPort(), first.contentPort());
    first.set("DIRECTORD_DATASTORE", url.replace("@127.0.0.1:", "@" + TcpProxy.ADDRESS + ":"));
    second.set("DIRECTORD_DATASTORE", url).set("DIRECTORD_BIND_ADDRESS", SECOND);
    others.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS + "," + SECOND);
    others.set("DIRECTORD_SOCKET_PATH", first.socket() + "," + second.socket());
    for (TestCluster one : List.of(first, second)) {
      one.set("DIRECTORD_SHARED_FETCH_SIZE", "1");
    }
    for (TestCluster one : List.of(first, second, others)) {
      one.set("DIRECTORD_DRIVER", "zeromq,nats").set("DIRECTORD_NATS_SERVER", broker.url());
    }
    api = new ServerConnection(List.of(first.socket(), second.socket()));
    // At once, so that both find the database without tables.
    CompletableFuture.allOf(
            CompletableFuture.runAsync(first::startServer),
            CompletableFuture.runAsync(second::startServer))
        .join();
    awaiting("one of them leads").until(() -> leads(first) != leads(second));
    others.set("DIRECTORD_DRIVER", "nats").startClient(AT_BROKER);
    others.set("DIRECTORD_DRIVER", "zeromq").startClient(AT_PORTS);
  }

  private static int port(String url) {
    return Integer.parseInt(DatastoreUrl.parse(url).hosts().replaceFirst(".*:", ""));
  }

  @BeforeEach
  void bothAreThere() {
    for (TestCluster one : List.of(first, second)) {
      if (!one.server().isAlive()) {
        one.startServer();
      }
    }
    awaiting("one leads and the other stands by")
        .until(() -> (leads(first) || leads(second)) && !leadership().standbys().isEmpty());
    awaitNodes();
  }

  @Test
  void aLeaderThatIsKilledIsFollowedByTheOther() {
    TestCluster leader = leader();
    Ledger ledger = new Ledger(others, "killed");
    TestProcess waiting = run(ledger);
    leader.server().kill();
    awaiting("the other leads").until(() -> leads(other(leader)));
    expectEachOnce(ledger, waiting);
    Ran status = others.run("manage", "--status").expect(0);
    assertTrue(status.out().contains("Leader   this server, "), status::toString);
    leader.startServer();
    assertFalse(leads(leader));
    Ran health =
        others.run("--socket-path", leader.socket().toString(), "healthcheck", "server").expect(0);
    assertTrue(health.out().startsWith("server: well, stands by: "), health::toString);
    Ran refused =
        others
            .run("--socket-path", leader.socket().toString(), "exec", "--verb", "RUN", "true")
            .expect(3);
    assertTrue(refused.err().contains("ask the one that leads, "), refused::toString);
  }

  @Test
  void aCopyThatWaitsAScheduleAndWhatWasRecordedOutliveTheLeader() throws IOException {
    TestCluster leader = leader();
    Ledger ledger = new Ledger(others, "copied");
    Path source = others.write("copied/source", "content\n".repeat(100_000));
    Path gate = ledger.directory().resolve("gate");
    Path copied = ledger.directory().resolve("there");
    String copy =
        "- jobs:\n"
            + ("  - RUN: " + ledger.add("waits") + "; until test -e " + gate)
            + "; do sleep 0.1; done\n"
            + ("  - COPY: " + source + " " + copied + "\n");
    TestProcess waiting =
        others.background("orchestrate", ledger.file("copy.yaml", copy), "--wait");
    awaiting("both nodes wait")
        .until(() -> NODES.stream().noneMatch(node -> ledger.of(node).isEmpty()));
    String nightly = ledger.file("nightly.yaml", "- jobs:\n  - RUN: " + ledger.add("ran") + "\n");
    leader.run("schedule", "add", "nightly", nightly, "--cron", "0 0 1 1 *").expect(0);
    leader.server().kill();
    awaiting("the other leads").until(() -> leads(other(leader)));
    others.write("copied/gate", "");
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + logs());
    assertEquals(-1, Files.mismatch(source, copied));
    other(leader).run("schedule", "run", "nightly").expect(0);
    awaiting("it ran").until(() -> ledger.of("node-1").contains("ran"));
    assertEquals(List.of("waits", "ran"), ledger.of("node-1"), this::logs);
    other(leader).run("schedule", "remove", "nightly").expect(0);
    // Each server has what was asked of it.
    Ran audit = others.run("manage", "--audit").expect(0);
    assertTrue(audit.out().contains("/v1/schedules/nightly/run"), audit::toString);
    others.run("manage", "--verify-audit").expect(0);
    Path recorded = leader.state("server").resolve("audit");
    try (Stream<Path> files = Files.list(recorded)) {
      String lines = Files.readString(files.sorted().reduce((one, next) -> next).orElseThrow());
      assertTrue(lines.contains("PUT /v1/schedules/nightly"), lines);
    }
  }

  @Test
  void aLeaderThatSleptAndWakesCommitsNothingAndStandsBy() {
    TestCluster leader = leader();
    long epoch = leadership().epoch();
    Ledger ledger = new Ledger(others, "slept");
    TestProcess waiting = run(ledger);
    leader.server().freeze();
    awaiting("the other leads").until(() -> leads(other(leader)));
    awaiting("the node at the broker leaves it")
        .until(() -> others.client(AT_BROKER).log().contains("the server says nothing"));
    leader.server().thaw();
    awaiting("it stands by")
        .until(() -> !leads(leader) && other(leader).api().status().leadership().leads());
    assertTrue(leader.server().log().contains("does not lead any more: "), leader::logs);
    expectEachOnce(ledger, waiting);
    assertEquals(epoch + 1, leadership().epoch(), this::logs);
  }

  /** As docs/high-availability.md has it: the one that stands by first. */
  @Test
  void bothAreUpgradedInTurnsAndALeaderThatIsStoppedGivesUpItsLease() {
    TestCluster leader = leader();
    TestCluster standby = other(leader);
    Ledger ledger = new Ledger(others, "upgraded");
    TestProcess waiting = run(ledger);
    assertEquals(0, standby.server().stop(), standby::logs);
    standby.startServer();
    awaiting("it stands by again").until(() -> !leadership().standbys().isEmpty());
    assertEquals(0, leader.server().stop(), leader::logs);
    awaiting("the other leads").until(() -> leads(standby));
    leader.startServer();
    expectEachOnce(ledger, waiting);
  }

  @Test
  void aLeaderThatLosesTheDatabaseStandsBy() {
    if (!leads(first)) {
      second.server().stop();
      awaiting("the first leads").until(() -> leads(first));
      second.startServer();
      awaiting("it is known").until(() -> !leadership().standbys().isEmpty());
      awaitNodes();
    }
    Ledger ledger = new Ledger(others, "lost-database");
    TestProcess waiting = run(ledger);
    toDatabase.fallSilent();
    awaiting("the other leads").until(() -> leads(second));
    awaiting("the first stands by, while nothing comes through")
        .until(() -> answers(first) && !leads(first));
    toDatabase.speak();
    awaiting("it takes part again").until(() -> !leadership().standbys().isEmpty());
    assertTrue(first.server().isAlive(), this::logs);
    // What was cut off came through only now.
    expectEachOnce(ledger, waiting);
    assertTrue(leads(second), this::logs);
  }

  @Test
  void whatWasFetchedOutlivesTheLeader() throws IOException {
    TestCluster leader = leader();
    TestCluster standby = other(leader);
    Path file = others.write("shared/file", "content");
    String dest = directory.resolve("shared-{node}").toString();
    Ran exec = others.run("exec", "--wait", "--verb", "FETCH", file.toString()).expect(0);
    assertTrue(
        exec.err().contains("the server keeps 2 files of 2 nodes for a day: 'directord fetch --"),
        exec::toString);
    leader.server().kill();
    awaiting("the other leads").until(() -> leads(standby));
    Ran info = others.run("manage", "--job-info", "last").expect(0);
    assertFalse(info.out().contains("kept by"), info::toString);
    others.run("fetch", "--job", "last", dest).expect(0);
    for (String node : NODES) {
      assertEquals("content", Files.readString(Path.of(dest.replace("{node}", node) + file)));
    }
    leader.startServer();
    awaiting("it stands by").until(() -> !leadership().standbys().isEmpty());
    assertEquals(0, standby.server().stop(), standby::logs);
    awaiting("it leads").until(() -> leads(leader));
    Ran nothing = others.run("fetch", "--job", "last", dest).expect(1);
    assertTrue(nothing.err().contains("has nothing that job"), nothing::toString);
  }

  @Test
  void whatTheDatabaseDoesNotTakeStaysWithTheServerThatLedAndThatIsTold() throws IOException {
    TestCluster leader = leader();
    TestCluster standby = other(leader);
    String content = "content\n".repeat(200_000);
    Path file = others.write("fetched/file", content);
    String dest = directory.resolve("fetched-{node}").toString();
    Ran exec = others.run("exec", "--wait", "--verb", "FETCH", file.toString()).expect(0);
    assertTrue(
        exec.err().contains("the server keeps 2 files of 2 nodes for a day: 'directord fetch --"),
        exec::toString);
    leader.server().kill();
    awaiting("the other leads").until(() -> leads(standby));
    Ran info = others.run("manage", "--job-info", "last").expect(0);
    assertTrue(info.out().contains("; kept by "), info::toString);
    assertTrue(info.out().contains(leader.socket().toString()), info::toString);
    Ran rest = others.run("fetch", "--job", "last", dest).expect(1);
    for (String node : NODES) {
      assertTrue(rest.err().contains(node + " (1 file, kept by "), rest::toString);
    }
    assertTrue(rest.err().contains(leader.socket().toString()), rest::toString);
    leader.startServer();
    awaiting("it stands by").until(() -> !leadership().standbys().isEmpty());
    assertEquals(0, standby.server().stop(), standby::logs);
    awaiting("it leads").until(() -> leads(leader));
    others.run("fetch", "--job", "last", dest).expect(0);
    for (String node : NODES) {
      Path got = Path.of(dest.replace("{node}", node) + file);
      assertEquals(content, Files.readString(got));
    }
  }

  @Test
  void aRestartOfTheDatabaseLosesNothing() {
    Ledger ledger = new Ledger(others, "restarted");
    TestProcess waiting = run(ledger);
    database.kill();
    database.startAgain();
    expectEachOnce(ledger, waiting);
  }

  @Test
  void aRestartOfTheBrokerLosesNothing() {
    Ledger ledger = new Ledger(others, "broker");
    TestProcess waiting = run(ledger);
    broker.close();
    int before = ledger.of(AT_PORTS).size();
    awaiting("the other node goes on")
        .until(() -> ledger.of(AT_PORTS).size() >= Math.min(COUNT, before + 1));
    broker.startAgain();
    expectEachOnce(ledger, waiting);
  }

  @Test
  void nodesThatAreCutOffFromTheLeaderGoOnWhenTheyAreNot() {
    Ledger ledger = new Ledger(others, "cut-off");
    TestProcess waiting = run(ledger);
    toFirst.fallSilent();
    awaiting("it is away, or at the other")
        .until(
            () ->
                leads(second)
                    || api.nodes().stream()
                        .filter(node -> node.identity().equals(AT_PORTS))
                        .noneMatch(node -> node.state() == NodeView.State.ACTIVE));
    toFirst.speak();
    expectEachOnce(ledger, waiting);
  }

  /** A run that has begun. */
  private TestProcess run(Ledger ledger) {
    TestProcess waiting = others.background("orchestrate", ledger.orchestration(COUNT), "--wait");
    awaiting("some jobs ran")
        .until(() -> NODES.stream().allMatch(node -> ledger.of(node).size() >= 5));
    return waiting;
  }

  private void expectEachOnce(Ledger ledger, TestProcess waiting) {
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + logs());
    for (String node : NODES) {
      assertEquals(Ledger.numbers(COUNT), ledger.of(node), () -> node + "\n" + logs());
    }
    try {
      List<JobSummary> failed =
          api.jobs(null).stream().filter(job -> job.failed() > 0 || job.processing()).toList();
      assertTrue(failed.isEmpty(), () -> failed + logs());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitNodes() {
    awaiting("the nodes are there")
        .until(
            () ->
                api.nodes().stream().filter(node -> node.state() == NodeView.State.ACTIVE).count()
                    == NODES.size());
  }

  private TestCluster leader() {
    return leads(first) ? first : second;
  }

  private TestCluster other(TestCluster one) {
    return one == first ? second : first;
  }

  private static boolean answers(TestCluster one) {
    try {
      one.api().status();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean leads(TestCluster one) {
    try {
      return one.api().status().leadership().leads();
    } catch (IOException e) {
      return false;
    }
  }

  private Leadership leadership() {
    try {
      return leader().api().status().leadership();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String logs() {
    List<String> all = new ArrayList<>();
    all.add("== first\n" + first.logs());
    all.add("== second\n" + second.logs());
    all.add("== nodes\n" + others.logs());
    return String.join("\n", all);
  }
}
