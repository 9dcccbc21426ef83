package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.nats.BrokerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Server and nodes meet at a broker, which reads everything and may do what it wants. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NatsIT {
  private static final List<String> NODES = List.of("node-1", "node-2");
  private static final String SECRET = "only-for-the-nodes-eyes";

  @TempDir static Path directory;
  @AutoClose private BrokerProcess broker;
  @AutoClose private HostileBroker hostile;
  @AutoClose private TestCluster cluster;
  private Jobs jobs;

  @BeforeAll
  void start() {
    long seed = new Random().nextLong();
    System.out.println("what the broker does follows from the seed " + seed);
    broker = BrokerProcess.start();
    hostile = new HostileBroker(broker, seed);
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_DRIVER", "nats");
    // Jobs wait for a node for three times as long: a broker that does harm may keep one away for
    // more than the usual quarter of a minute.
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "30");
    cluster.set("DIRECTORD_NATS_SERVER", hostile.url());
    cluster.startServer();
    NODES.forEach(cluster::startClient);
    cluster.awaitActive(NODES.size());
    jobs = new Jobs(cluster);
  }

  @Test
  void commandsFilesAndResultsOfAnySizeGoOverTheBrokerAndItReadsNone() throws IOException {
    String said =
        cluster.run("exec", "--stream", "--verb", "RUN", "echo " + SECRET).expect(0).out();
    assertTrue(said.contains(SECRET), said);

    byte[] bytes = new byte[3 << 20];
    new Random(1).nextBytes(bytes);
    byte[] marked = (SECRET + "-in-a-file").getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(marked, 0, bytes, 1000, marked.length);
    Path source = Files.write(directory.resolve("source.bin"), bytes);
    Path destination = directory.resolve("destination.bin");
    cluster
        .run("exec", "--wait", "--target", "node-1", "--verb", "COPY", source + " " + destination)
        .expect(0);
    assertEquals(-1, Files.mismatch(source, destination));

    UUID large = jobs.submit("head -c 900000 /dev/zero | tr '\\0' x", "node-2");
    jobs.awaitEnd(large);
    assertEquals(900_000, jobs.on(large, "node-2").stdout().length());

    Path fetched = directory.resolve("fetched");
    cluster
        .run("fetch", "--target", "node-1", destination.toString(), fetched.toString())
        .expect(0);
    assertTrue(isThere(fetched, bytes), () -> "nothing like it in " + fetched);

    assertTrue(hostile.kept() > 50, () -> hostile.kept() + " messages");
    for (String text :
        List.of(
            SECRET,
            "node-1",
            "xxxxxxxxxxxxxxxx",
            "\"sha256\"",
            cluster.variable("DIRECTORD_SHARED_KEY"))) {
      assertFalse(hostile.hasRead(text), () -> "the broker has read " + text);
    }
  }

  @Test
  void whateverTheBrokerDoesEachJobRunsOnce() throws IOException {
    int count = 200;
    Ledger ledger = new Ledger(cluster, "hostile");
    hostile.harm(25);
    TestProcess waiting = cluster.background("orchestrate", ledger.orchestration(count), "--wait");
    awaiting("much was done")
        .until(() -> hostile.deeds().size() == HostileBroker.Deed.values().length);
    awaiting("jobs went on").until(() -> ledger.of("node-1").size() > count / 3);
    hostile.harm(0);
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + cluster.logs());
    jobs.awaitAllEnded();
    for (String node : NODES) {
      assertEquals(Ledger.numbers(count), ledger.of(node), () -> node + cluster.logs());
    }
    List<JobSummary> failed = jobs.all().stream().filter(job -> job.failed() > 0).toList();
    assertEquals(List.of(), failed, cluster::logs);
    assertTrue(cluster.server().log().contains("NATS: repeated messages: refused"), cluster::logs);
    System.out.println("the broker did " + hostile.deeds());
    cluster.awaitActive(NODES.size());
  }

  @Test
  void aNodeWithAnotherKeyGetsNothingAndTheOperatorIsTold() {
    String key = cluster.variable("DIRECTORD_SHARED_KEY");
    try {
      cluster.set("DIRECTORD_MACHINE_ID", "machine-new");
      Ran right = cluster.run("--identity", "new", "client", "--diagnose").expect(0);
      assertTrue(right.out().contains("a server answers over the broker"), right::toString);
      cluster.set("DIRECTORD_SHARED_KEY", "another-" + UUID.randomUUID());
      Ran wrong = cluster.run("--identity", "new", "client", "--diagnose");
      assertEquals(1, wrong.status(), wrong::toString);
      assertTrue(
          wrong.out().contains("its shared key is most likely another one"), wrong::toString);
    } finally {
      cluster.set("DIRECTORD_SHARED_KEY", key);
    }
    String refused = cluster.run("manage", "--list-refused", "--output", "json").expect(0).out();
    assertTrue(refused.contains("with another shared key"), refused);
  }

  @Test
  void theStatusSaysThatTheBrokerIsAway() {
    hostile.harm(0);
    broker.close();
    awaiting("it is told")
        .until(
            () ->
                cluster
                    .run("manage", "--status")
                    .expect(0)
                    .out()
                    .contains("is not connected: nodes that are reached over it get no jobs"));
    broker.startAgain();
    cluster.awaitActive(NODES.size());
    awaiting("it is not told any more")
        .until(() -> !cluster.run("manage", "--status").expect(0).out().contains("not connected"));
  }

  private static boolean isThere(Path below, byte[] bytes) throws IOException {
    try (var files = Files.walk(below)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Arrays.equals(Files.readAllBytes(file), bytes)) {
          return true;
        }
      }
    }
    return false;
  }
}
