package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of a node's client before, while and after a job runs. */
class ClientKilledIT {
  private static final String VICTIM = "node-1";
  private static final String OTHER = "node-2";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    // A client that starts again on a busy machine is not to be given up meanwhile.
    cluster = new TestCluster(directory).set("DIRECTORD_HEARTBEAT_INTERVAL", "60").startAll(2);
    jobs = new Jobs(cluster);
  }

  @AfterEach
  void thawAll() {
    cluster.server().thaw();
    cluster.client(VICTIM).thaw();
  }

  @Test
  void aRunningJobFailsAndIsGoneLaterOnesOfItsParentAreLeftOutAndOtherWorkRuns() {
    Ledger ledger = new Ledger(cluster, "running");
    Path pidFile = ledger.directory().resolve("pid");
    Path gate = ledger.directory().resolve("gate");
    // The other node, of the same machine, runs the same job, and is not to be disturbed.
    String dies =
        "if test $TEST_NODE = node-1; then setsid sleep 9876 & echo $! > "
            + pidFile
            + "; sleep 9876; else until test -e "
            + gate
            + "; do sleep 0.1; done; fi";
    String file =
        ledger.file(
            "o.yaml",
            "- name: dies\n  jobs:\n"
                + step(ledger.add(1))
                + step(dies)
                + step(ledger.add(3))
                + "- name: other\n  jobs:\n"
                + step(ledger.add(4)));
    TestProcess waiting = cluster.background("orchestrate", file, "--poll");
    long pid = Processes.awaitPid(pidFile);
    cluster.client(VICTIM).kill();
    cluster.startClient(VICTIM);
    Processes.awaitGone(pid, cluster);
    cluster.write("running/gate", "");
    assertEquals(1, Processes.awaitEnd(waiting), waiting::log);
    assertEquals(List.of("1", "4"), ledger.of(VICTIM));
    assertEquals(List.of("1", "3", "4"), ledger.of(OTHER));
    List<NodeOutcome> ended =
        jobs.of("dies").stream().map(job -> jobs.on(job.id(), VICTIM)).toList();
    assertEquals(State.SUCCEEDED, ended.get(0).state());
    assertEquals(Reason.INTERRUPTED, ended.get(1).reason());
    assertEquals(Reason.OMITTED, ended.get(2).reason());
    assertTrue(waiting.log().contains("interrupted"), waiting::log);
  }

  @Test
  void outputOfAJobWhoseClientDiedIsSaidToBeMissing() {
    String ticks = "while :; do echo tick; sleep 0.1; done";
    TestProcess streaming =
        cluster.background(
            "exec", "--strict", "--stream", "--target", VICTIM, "--verb", "RUN", ticks);
    awaiting("it prints").until(() -> streaming.log().contains("\ntick\n"));
    cluster.client(VICTIM).kill();
    cluster.startClient(VICTIM);
    assertEquals(1, Processes.awaitEnd(streaming), streaming::log);
    String log = streaming.log();
    assertTrue(log.contains("output up to the crash may be missing on " + VICTIM), log);
    assertTrue(log.contains("output is missing above, or may be"), log);
    JobSummary job = jobs.all().get(jobs.all().size() - 1);
    NodeOutcome outcome = jobs.on(job.id(), VICTIM);
    assertEquals(Reason.INTERRUPTED, outcome.reason(), outcome::toString);
    assertEquals(1, job.counts().runs().cut(), job::toString);
    assertTrue(outcome.details().lostOutput(), outcome::toString);
  }

  @Test
  void aJobThatHadNotBegunRunsOnce() {
    Ledger ledger = new Ledger(cluster, "not-begun");
    cluster.client(VICTIM).freeze();
    UUID job = jobs.submit(ledger.add(1));
    awaiting("the other node ran it").until(() -> !ledger.of(OTHER).isEmpty());
    cluster.client(VICTIM).kill();
    cluster.startClient(VICTIM);
    assertEquals(2, jobs.awaitEnd(job).summary().succeeded(), cluster::logs);
    assertEquals(List.of("1"), ledger.of(VICTIM));
    assertEquals(List.of("1"), ledger.of(OTHER));
  }

  @Test
  void aJobDoesNotRunTwiceThoughTheJournalWasDeletedEmptiedCutOrDamagedMeanwhile()
      throws IOException {
    for (String damage : List.of("deleted", "emptied", "cut", "damaged")) {
      Ledger ledger = new Ledger(cluster, "journal-" + damage);
      UUID job = jobs.submit(ledger.add(1) + "; sleep 9876", VICTIM);
      awaiting("it has begun").until(() -> !ledger.of(VICTIM).isEmpty());
      cluster.client(VICTIM).kill();
      damage(cluster.state(VICTIM).resolve("client/journal"), damage);
      cluster.startClient(VICTIM);
      NodeOutcome outcome = jobs.awaitEnd(job).nodes().get(0);
      assertEquals(Reason.INTERRUPTED, outcome.reason(), damage + ": " + outcome);
      UUID next = jobs.submit(ledger.add(2), VICTIM);
      assertEquals(1, jobs.awaitEnd(next).summary().succeeded(), damage);
      assertEquals(List.of("1", "2"), ledger.of(VICTIM), damage);
    }
  }

  @Test
  void aJobDoesNotRunTwiceThoughAnOlderCopyOfTheJournalIsPutBack() throws IOException {
    Ledger ledger = new Ledger(cluster, "journal-older");
    Path journal = cluster.state(VICTIM).resolve("client/journal");
    Path copy = ledger.directory().resolve("copy");
    Files.copy(journal, copy);
    UUID job = jobs.submit(ledger.add(1) + "; sleep 9876", VICTIM);
    awaiting("the server knows that it runs")
        .until(() -> jobs.on(job, VICTIM).state() == State.RUNNING);
    cluster.client(VICTIM).kill();
    Files.copy(copy, journal, StandardCopyOption.REPLACE_EXISTING);
    cluster.startClient(VICTIM);
    NodeOutcome outcome = jobs.awaitEnd(job).nodes().get(0);
    assertEquals(Reason.INTERRUPTED, outcome.reason(), outcome::toString);
    UUID next = jobs.submit(ledger.add(2), VICTIM);
    assertEquals(1, jobs.awaitEnd(next).summary().succeeded(), cluster::logs);
    assertEquals(List.of("1", "2"), ledger.of(VICTIM));
  }

  private static void damage(Path journal, String damage) throws IOException {
    byte[] bytes = Files.readAllBytes(journal);
    switch (damage) {
      case "deleted" -> Files.delete(journal);
      case "emptied" -> Files.write(journal, new byte[0]);
      case "cut" -> Files.write(journal, Arrays.copyOf(bytes, bytes.length / 2));
      default -> {
        bytes[bytes.length - 100] ^= 1;
        Files.write(journal, bytes);
      }
    }
  }

  @Test
  void aResultThatTheServerHadNotHeardIsNotLost() {
    Ledger ledger = new Ledger(cluster, "unheard");
    Path gate = ledger.directory().resolve("gate");
    UUID first =
        jobs.submit(
            "until test -e " + gate + "; do sleep 0.1; done; echo heard; " + ledger.add(1), VICTIM);
    UUID second = jobs.submit(ledger.add(2) + "; sleep 9876", VICTIM);
    awaiting("the first is running").until(() -> jobs.on(first, VICTIM).state() == State.RUNNING);
    cluster.server().freeze();
    cluster.write("unheard/gate", "");
    awaiting("the second has begun").until(() -> ledger.of(VICTIM).size() == 2);
    cluster.client(VICTIM).kill();
    cluster.startClient(VICTIM);
    cluster.server().thaw();
    NodeOutcome heard = jobs.awaitEnd(first).nodes().get(0);
    assertEquals(State.SUCCEEDED, heard.state(), heard::toString);
    assertEquals("heard\n", heard.stdout());
    assertEquals(Reason.INTERRUPTED, jobs.awaitEnd(second).nodes().get(0).reason());
    assertEquals(List.of("1", "2"), ledger.of(VICTIM));
  }

  /** Every job is a parent of its own, so that only what was running fails. */
  @Test
  void killedAgainAndAgainItRunsNothingTwiceAndTellsTheTruthOfEach() {
    int count = 60;
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Ledger ledger = new Ledger(cluster, "again");
    Map<UUID, String> lines = new HashMap<>();
    for (String number : Ledger.numbers(count)) {
      lines.put(jobs.submit("sleep 0.03; " + ledger.add(number), VICTIM), number);
    }
    int killAt = 0;
    for (int deaths = 0; deaths < 3; deaths++) {
      killAt += 1 + random.nextInt(count / 3 - 5);
      int size = killAt;
      awaiting(size + " jobs ran, seed " + seed).until(() -> ledger.of(VICTIM).size() >= size);
      cluster.client(VICTIM).kill();
      cluster.startClient(VICTIM);
    }
    List<String> interrupted = new ArrayList<>();
    // On a machine so slow that the client was away for too long.
    List<String> givenUp = new ArrayList<>();
    lines.forEach(
        (job, line) -> {
          NodeOutcome outcome = awaitTruth(job);
          if (outcome.reason() == Reason.INTERRUPTED) {
            interrupted.add(line);
          } else if (outcome.reason() == Reason.NOT_STARTED) {
            givenUp.add(line);
          } else {
            assertEquals(State.SUCCEEDED, outcome.state(), outcome::toString);
          }
        });
    List<String> ran = ledger.of(VICTIM);
    assertTrue(Collections.disjoint(givenUp, ran), () -> givenUp + " ran, seed " + seed);
    assertTrue(interrupted.size() <= 3, () -> interrupted + " were interrupted, seed " + seed);
    assertEquals(ran.size(), new HashSet<>(ran).size(), () -> ran + ", seed " + seed);
    List<String> missing = new ArrayList<>(Ledger.numbers(count));
    missing.removeAll(ran);
    missing.removeAll(givenUp);
    assertTrue(interrupted.containsAll(missing), () -> missing + " did not run, seed " + seed);
  }

  /** A client that comes back late, on a busy machine, replaces what was lost meanwhile. */
  private NodeOutcome awaitTruth(UUID job) {
    awaiting("the node's own result of job " + job)
        .until(() -> jobs.awaitEnd(job).nodes().get(0).reason() != Reason.LOST);
    return jobs.view(job).nodes().get(0);
  }

  private static String step(String command) {
    return "  - RUN: |\n      --skip-cache " + command + "\n";
  }
}
