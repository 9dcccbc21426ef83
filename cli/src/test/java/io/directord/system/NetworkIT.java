package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.NodeOutcome.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The network between a node and the server breaks, or falls silent for a moment. */
class NetworkIT {
  private static final String NODE = "node-1";

  @TempDir static Path directory;
  private static TestCluster cluster;
  private static TcpProxy network;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    cluster = new TestCluster(directory);
    jobs = new Jobs(cluster);
    network = new TcpProxy(cluster.jobPort(), cluster.contentPort());
    // No node expires, however long it takes to connect again.
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "20");
    cluster.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS);
    cluster.startServer();
    cluster.startClient(NODE);
    cluster.awaitActive(1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    network.close();
  }

  @AfterEach
  void mend() {
    network.speak();
    cluster.awaitActive(1);
  }

  @Test
  void aResultOutlastsSilence() {
    Ledger ledger = new Ledger(cluster, "silence");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(Jobs.until(gate) + ledger.add(1) + "; echo result");
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    network.fallSilent();
    cluster.write("silence/gate", "");
    awaiting("it ran").until(() -> !ledger.of(NODE).isEmpty());
    network.speak();
    jobs.awaitSuccess(job, NODE);
    assertEquals("result\n", jobs.on(job, NODE).stdout());
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void outputThatIsLostWithAConnectionIsToldWhereItIsMissingAndNoneIsShownTwice()
      throws IOException {
    Path gate = directory.resolve("streamed");
    Path said = directory.resolve("said");
    TestProcess streaming =
        cluster.background(
            "exec",
            "--stream",
            "--strict",
            "--verb",
            "RUN",
            "--skip-cache i=0; until [ -e "
                + gate
                + " ]; do i=$((i+1)); echo L$i; echo x >> "
                + said
                + "; sleep .1; done");
    awaiting("it is shown").until(() -> streaming.log().contains("L5\n"));
    network.fallSilent();
    int silentFrom = Files.readAllLines(said).size();
    awaiting("more is on its way").until(() -> Files.readAllLines(said).size() > silentFrom + 15);
    network.cut();
    network.speak();
    int before = last(streaming.log());
    awaiting("it goes on").until(() -> last(streaming.log()) > before + 3);
    cluster.write("streamed", "");
    int status = Processes.awaitEnd(streaming);

    List<Integer> numbers = numbers(streaming.log());
    assertEquals(numbers.stream().distinct().sorted().toList(), numbers, streaming::log);
    boolean isWhole = numbers.size() == last(streaming.log());
    assertEquals(isWhole ? 0 : 1, status, streaming::log);
    assertEquals(!isWhole, streaming.log().contains("missing here"), streaming::log);
  }

  private static List<Integer> numbers(String log) {
    return log.lines()
        .filter(line -> line.matches("L[0-9]+"))
        .map(line -> Integer.valueOf(line.substring(1)))
        .toList();
  }

  private static int last(String log) {
    return numbers(log).stream().max(Comparator.naturalOrder()).orElse(0);
  }

  @Test
  void connectionsThatBreakAgainAndAgainLoseAndRepeatNothing() {
    int count = 80;
    Ledger ledger = new Ledger(cluster, "breaks");
    Set<UUID> own =
        cluster
            .run("orchestrate", ledger.orchestration(count))
            .expect(0)
            .out()
            .lines()
            .map(line -> UUID.fromString(line.substring(line.lastIndexOf(' ') + 1)))
            .collect(Collectors.toSet());
    for (int breaks = 1; breaks <= 4; breaks++) {
      int lines = breaks * count / 5;
      awaiting(lines + " jobs ran").until(() -> ledger.of(NODE).size() >= lines);
      network.cut();
    }
    awaiting("all jobs ran").until(() -> ledger.of(NODE).size() >= count);
    jobs.awaitAllEnded();
    assertEquals(Ledger.numbers(count), ledger.of(NODE));
    assertEquals(count, own.size());
    jobs.all().stream()
        .filter(job -> own.contains(job.id()))
        .forEach(job -> assertEquals(0, job.failed(), job::toString));
  }

  @Test
  void aFileArrivesThoughItsConnectionBreaks() throws IOException {
    byte[] bytes = new byte[24 << 20];
    new Random(1).nextBytes(bytes);
    Path source = Files.write(directory.resolve("source.bin"), bytes);
    Path destination = directory.resolve("destination.bin");
    long before = network.forwarded();
    var copy = cluster.background("exec", "--poll", "--verb", "COPY", source + " " + destination);
    for (int breaks = 1; breaks <= 3; breaks++) {
      long enough = before + breaks * (5L << 20);
      awaiting(enough + " bytes went through")
          .pollInterval(Duration.ofMillis(2))
          .until(() -> network.forwarded() > enough);
      network.cut();
    }
    assertEquals(0, Processes.awaitEnd(copy), copy::log);
    assertEquals(-1, Files.mismatch(source, destination));
  }
}
