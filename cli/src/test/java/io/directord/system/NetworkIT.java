package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
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

/** The network between a node and the server breaks, or falls silent. */
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
    // Expiry is three of them.
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "2");
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
    UUID job = jobs.submit(until(gate) + ledger.add(1) + "; echo result");
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    network.fallSilent();
    cluster.write("silence/gate", "");
    awaiting("it ran").until(() -> !ledger.of(NODE).isEmpty());
    network.speak();
    awaitSuccess(job);
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
  void theLateResultTakesThePlaceOfLost() {
    Ledger ledger = new Ledger(cluster, "late");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(until(gate) + ledger.add(1));
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    network.fallSilent();
    cluster.write("late/gate", "");
    NodeOutcome lost = jobs.awaitEnd(job).nodes().get(0);
    assertEquals(Reason.LOST, lost.reason(), lost::toString);
    assertTrue(lost.info().contains(NODE + " has not been heard of for"), lost::info);
    // What had looked alive turns out to be dead, and the node comes anew.
    network.cut();
    network.speak();
    awaitSuccess(job);
    assertEquals(1, jobs.view(job).summary().succeeded());
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void aLostJobThatStillRunsGoesOnWhenItsNodeComesBackAndWhatIsQueuedIsDropped() {
    Ledger ledger = new Ledger(cluster, "goes-on");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(until(gate) + ledger.add(1) + "; echo result");
    UUID queued = jobs.submit(ledger.add(2));
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    awaiting("it is queued").until(() -> jobs.on(queued, NODE).state() == State.SENT);
    network.fallSilent();
    assertEquals(Reason.LOST, jobs.awaitEnd(job).nodes().get(0).reason());
    network.speak();
    awaiting("it is said to run")
        .until(() -> jobs.on(job, NODE).info().contains("the job still runs there"));
    awaiting("what had not begun is dropped")
        .until(() -> jobs.on(queued, NODE).reason() == Reason.NOT_STARTED);
    cluster.write("goes-on/gate", "");
    awaitSuccess(job);
    assertEquals("result\n", jobs.on(job, NODE).stdout());
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void aNodeThatIsCutOffForSoLongThatItIsGivenUpBeginsNothing() {
    Ledger ledger = new Ledger(cluster, "cut-off");
    Path gate = ledger.directory().resolve("gate");
    UUID job = jobs.submit(until(gate) + ledger.add(1));
    UUID queued = jobs.submit(ledger.add(2));
    awaiting("it runs").until(() -> jobs.on(job, NODE).state() == State.RUNNING);
    awaiting("it is queued").until(() -> jobs.on(queued, NODE).state() == State.SENT);
    network.fallSilent();
    awaiting("both are lost").until(() -> jobs.on(queued, NODE).reason() == Reason.LOST);
    cluster.write("cut-off/gate", "");
    awaiting("it ran").until(() -> !ledger.of(NODE).isEmpty());
    awaiting("the node says that the next one waits")
        .until(() -> cluster.client(NODE).log().contains("no job begins"));
    network.speak();
    awaitSuccess(job);
    awaiting("what had not begun is dropped")
        .until(() -> jobs.on(queued, NODE).reason() == Reason.NOT_STARTED);
    assertEquals(List.of("1"), ledger.of(NODE));
  }

  @Test
  void aLostJobThatStillRunsCanBeCancelled() {
    Ledger ledger = new Ledger(cluster, "cancelled");
    Path pidFile = ledger.directory().resolve("pid");
    UUID job = jobs.submit("echo $$ > " + pidFile + "; sleep 9876");
    long pid = Processes.awaitPid(pidFile);
    network.fallSilent();
    assertEquals(Reason.LOST, jobs.awaitEnd(job).nodes().get(0).reason());
    network.speak();
    awaiting("it is said to run")
        .until(() -> jobs.on(job, NODE).info().contains("the job still runs there"));
    cluster.run("manage", "--cancel", job.toString()).expect(0);
    Processes.awaitGone(pid, cluster);
    awaiting("its end is told").until(() -> jobs.on(job, NODE).reason() == Reason.CANCELLED);
  }

  /** What was on its way when the node was given up may arrive all the same. */
  @Test
  void whatIsSaidOfJobsThatWereOnTheirWayIsTrue() {
    Ledger ledger = new Ledger(cluster, "on-their-way");
    network.fallSilent();
    List<UUID> submitted =
        Ledger.numbers(20).stream().map(number -> jobs.submit(ledger.add(number))).toList();
    submitted.forEach(job -> assertEquals(Reason.LOST, jobs.awaitEnd(job).nodes().get(0).reason()));
    network.speak();
    awaiting("each job's result fits what it did")
        .untilAsserted(
            () -> {
              List<String> ran = ledger.of(NODE);
              for (int i = 0; i < submitted.size(); i++) {
                NodeOutcome outcome = jobs.on(submitted.get(i), NODE);
                int times = Collections.frequency(ran, Integer.toString(i + 1));
                boolean fits = outcome.state() == State.SUCCEEDED ? times == 1 : times == 0;
                assertTrue(fits, i + 1 + " ran " + times + " times: " + outcome);
              }
            });
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

  private static String until(Path gate) {
    return "until test -e " + gate + "; do sleep 0.1; done; ";
  }

  private static void awaitSuccess(UUID job) {
    awaiting("job " + job + " has succeeded")
        .until(() -> jobs.on(job, NODE).state() == State.SUCCEEDED);
  }
}
