package io.directord.original;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/**
 * What holds for clients of the original at our server: one that stays, {@code old}, beside a node
 * of our own, {@code new}, and others that tests start. A suite for the real ones and for the
 * stand-in.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LegacyNodesContract {
  private static final Duration MAX_WAIT = Duration.ofSeconds(240);
  private static final String KEY = "the key of old";

  /** Two starts within half a second are taken for one: heartbeats of the original tell no more. */
  private static final Duration BETWEEN_STARTS = Duration.ofSeconds(1);

  Path directory;
  TestCluster cluster;
  private int jobPort;
  private int backendPort;

  /** A command that starts a client; skips the tests if there is none. */
  abstract ProcessBuilder command(
      String identity, String machineId, String key, int jobPort, int backendPort) throws Exception;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    directory = temporary;
    cluster = new TestCluster(directory);
    jobPort = FreePorts.next();
    backendPort = FreePorts.next();
    cluster.set("DIRECTORD_LEGACY_JOB_PORT", Integer.toString(jobPort));
    cluster.set("DIRECTORD_LEGACY_BACKEND_PORT", Integer.toString(backendPort));
    cluster.set("DIRECTORD_LEGACY_SHARED_KEY", KEY);
    LegacyClient old = client("old", KEY);
    cluster.startServer();
    cluster.startClient("new");
    await("old has joined")
        .atMost(MAX_WAIT)
        .untilAsserted(
            () -> assertEquals(NodeView.State.ACTIVE, state("old"), cluster.logs() + old.log()));
    cluster.awaitActive(2);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  private LegacyClient client(String identity, String key) throws Exception {
    return client(identity, "machine-" + identity, key);
  }

  private LegacyClient client(String identity, String machineId, String key) throws Exception {
    ProcessBuilder command = command(identity, machineId, key, jobPort, backendPort);
    return LegacyClient.start(cluster, identity, command);
  }

  private LegacyClient joined(String identity) throws Exception {
    LegacyClient client = client(identity, KEY);
    await(identity + " has joined")
        .atMost(MAX_WAIT)
        .untilAsserted(() -> assertEquals(NodeView.State.ACTIVE, state(identity), cluster.logs()));
    return client;
  }

  private NodeView.State state(String identity) throws IOException {
    return cluster.api().nodes().stream()
        .filter(node -> node.identity().equals(identity))
        .map(NodeView::state)
        .findFirst()
        .orElse(null);
  }

  private Ran exec(String target, String... words) {
    String[] command = new String[words.length + 6];
    String[] first = {"exec", "--wait", "--target", target, "--verb", "RUN"};
    System.arraycopy(first, 0, command, 0, first.length);
    System.arraycopy(words, 0, command, first.length, words.length);
    return cluster.run(command);
  }

  private UUID begin(String target, String command) {
    Ran ran = cluster.run("exec", "--target", target, "--verb", "RUN", command).expect(0);
    return UUID.fromString(ran.after("Task ID: "));
  }

  private NodeOutcome outcome(UUID id) throws IOException {
    JobView job = cluster.api().job(id);
    return job.nodes().get(0);
  }

  private NodeOutcome ended(UUID id) {
    await("the job has ended")
        .atMost(MAX_WAIT)
        .untilAsserted(() -> assertTrue(outcome(id).state().ended(), cluster.logs()));
    try {
      return outcome(id);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private NodeOutcome last() throws IOException {
    return outcome(null);
  }

  private byte[] binary(String name, int length) throws IOException {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    Files.createDirectories(directory.resolve(name).getParent());
    Files.write(directory.resolve(name), bytes);
    return bytes;
  }

  @Test
  void theyAreListedBesideOurs() {
    Ran ran = cluster.run("manage", "--list-nodes").expect(0);
    assertTrue(ran.out().matches("(?s).*\nold +\\d.*0\\.12\\.0.*machine-old.*"), ran::toString);
  }

  @Test
  void anOrchestrationRunsOnThemAsOnOurs() throws Exception {
    byte[] large = binary("src/large", 5_000_001);
    byte[] even = binary("src/even", 262_144);
    byte[] nearly = binary("src/nearly", 131_072 + 98_303);
    Files.write(directory.resolve("src/empty"), new byte[0]);
    cluster.write("template", "{{ who }} is {{ key }}, äöü\n");
    cluster.write(
        "o.yaml",
        """
        - name: everything
          targets: [old, new]
          jobs:
          - RUN: --stdout-arg who echo somebody
          - ARG: key value
          - ENV: TALE told
          - WORKDIR: --chmod 0750 %1$s/dst-$NODE/deep
          - COPY: --chmod=0640 %1$s/src/large %1$s/dst-$NODE/
          - COPY: %1$s/src/* %1$s/dst-$NODE/deep/
          - ADD: --blueprint %1$s/template "%1$s/dst-$NODE/{{ key }}"
          - RUN: echo $TALE {{ who }} > %1$s/dst-$NODE/told
        """
            .formatted(directory)
            .replace("$NODE/", "{{ place }}/")
            .replace("  jobs:\n", "  jobs:\n  - RUN: --stdout-arg place echo $TEST_NODE\n"));
    cluster.run("orchestrate", "--wait", quoted("o.yaml")).expect(0);
    for (String node : new String[] {"old", "new"}) {
      Path there = directory.resolve("dst-" + node);
      assertArrayEquals(large, Files.readAllBytes(there.resolve("large")));
      assertEquals(
          "rw-r-----",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(there.resolve("large"))));
      assertArrayEquals(large, Files.readAllBytes(there.resolve("deep/large")));
      assertArrayEquals(even, Files.readAllBytes(there.resolve("deep/even")));
      assertArrayEquals(nearly, Files.readAllBytes(there.resolve("deep/nearly")));
      assertEquals(0, Files.size(there.resolve("deep/empty")));
      assertEquals("somebody is value, äöü\n", Files.readString(there.resolve("value")));
      assertEquals("told somebody\n", Files.readString(there.resolve("told")));
    }
  }

  /** Destinations with a template must be one word, and the file is read as it is. */
  private String quoted(String file) throws IOException {
    Path path = directory.resolve(file);
    String text =
        Files.readString(path).replaceAll(" (/\\S*\\{\\{ place \\}\\}\\S*)\n", " \"$1\"\n");
    Files.writeString(path, text.replaceAll("(?m)^(  - (?:WORKDIR|COPY|ADD): )(.*)$", "$1'$2'"));
    return path.toString();
  }

  @Test
  void aJobOfAProgramThatSaysNoMoreThanItMustRunsOnThem() throws Exception {
    ObjectNode words = Json.object().put("verb", "RUN").put("command", "echo least");
    words.set("targets", Json.tree(List.of("old")));
    UUID id = cluster.api().submit(List.of(JobJson.read(words)), Map.of()).get(0);
    NodeOutcome outcome = ended(id);
    assertEquals(NodeOutcome.State.SUCCEEDED, outcome.state(), outcome::toString);
    assertEquals("least", outcome.stdout());
  }

  @Test
  void aFailureLeavesOutWhatIsLeftOfItsParent() throws Exception {
    cluster.write(
        "f.yaml",
        "- targets: [old]\n  jobs:\n  - RUN: echo bad >&2; exit 3\n  - RUN: touch %s/reached\n"
            .formatted(directory));
    Ran ran = cluster.run("orchestrate", "--wait", "f.yaml").expect(1);
    assertTrue(ran.err().contains("bad"), ran::toString);
    assertEquals(Outcome.Reason.OMITTED, last().reason());
    assertFalse(Files.exists(directory.resolve("reached")));
  }

  @Test
  void whatHasSucceededIsSkippedTheNextTime() throws Exception {
    exec("old", "echo once").expect(0);
    assertEquals(NodeOutcome.State.SUCCEEDED, last().state());
    assertEquals("once", last().stdout());
    exec("old", "echo once").expect(0);
    assertEquals(NodeOutcome.State.SKIPPED, last().state());
  }

  @Test
  void outputThatIsNotTextHarmsNobody() throws Exception {
    exec("old", "printf 'a\\377b'; printf 'c\\376d' >&2; exit 1").expect(1);
    assertEquals("a\ufffdb", last().stdout());
    assertEquals("c\ufffdd", last().stderr());
    exec("old", "echo still there").expect(0);
  }

  @Test
  void longOutputIsCutInTheMiddle() throws Exception {
    exec("old", "head -c 3000000 /dev/zero | tr '\\0' x").expect(0);
    assertTrue(last().stdout().contains(" bytes cut out by directord "), "not cut");
    assertTrue(last().stdout().length() < 1_100_000, "too long");
  }

  @Test
  void aTimeoutIsSeenAsOne() throws Exception {
    exec("old", "--", "--timeout 1 sleep 3").expect(1);
    assertEquals(Outcome.Reason.TIMEOUT, last().reason());
  }

  @Test
  void whatTheyDoNotKnowFailsAndSaysWhy() throws Exception {
    cluster.run("exec", "--wait", "--target", "old", "--verb", "ECHO", "hello").expect(1);
    assertEquals("the node's client is the original's, which has no verb ECHO", last().info());
  }

  @Test
  void aFailedJobWhoseOutputIsKeptDoesNotHangTheNode() throws Exception {
    exec("old", "--", "--stdout-arg kept echo half; exit 1").expect(1);
    exec("old", "echo {{ kept }} next").expect(0);
    assertEquals("half next", last().stdout());
  }

  @Test
  void jobsOfAsyncParentsRunBesideEachOther() throws Exception {
    cluster.write(
        "a.yaml",
        """
        - targets: [old]
          async: true
          jobs:
          - RUN: "while [ ! -e %1$s/opened ]; do sleep 0.1; done"
        - targets: [old]
          async: true
          jobs:
          - RUN: touch %1$s/opened
        """
            .formatted(directory));
    cluster.run("orchestrate", "--wait", "a.yaml").expect(0);
  }

  @Test
  void aQueryGathersFromThemAndOursAndAllHaveTheAnswers() throws Exception {
    cluster.write(
        "q.yaml",
        """
        - targets: [old, new]
          jobs:
          - RUN: --stdout-arg mine echo of-$TEST_NODE
          - QUERY: mine
          - RUN: echo {{ query['old'].mine }} {{ query['new'].mine }} > %1$s/asked-$TEST_NODE
        - targets: [new]
          jobs:
          - RUN: --skip-cache true
          - QUERY: --no-wait mine
        """
            .formatted(directory));
    cluster.run("orchestrate", "--wait", "q.yaml").expect(0);
    for (String node : new String[] {"old", "new"}) {
      assertEquals("of-old of-new\n", Files.readString(directory.resolve("asked-" + node)));
    }
    exec("old", "echo still there").expect(0);
  }

  @Test
  void whatIsQueuedIsDroppedByASentinel() throws Exception {
    joined("old-q");
    cluster.write(
        "w.yaml",
        """
        - targets: [old-q]
          jobs:
          - RUN: "while [ ! -e %1$s/free ]; do sleep 0.1; done"
          - RUN: touch %1$s/dropped
        """
            .formatted(directory));
    cluster.run("orchestrate", "w.yaml").expect(0);
    UUID second = cluster.api().job(null).summary().id();
    cluster.run("exec", "--target", "old-q", "--verb", "QUEUESENTINEL", "enough").expect(0);
    assertEquals(Outcome.Reason.DROPPED, ended(second).reason());
    Files.writeString(directory.resolve("free"), "");
    exec("old-q", "echo next").expect(0);
    assertFalse(Files.exists(directory.resolve("dropped")));
  }

  @Test
  void aCancelledJobIsGivenUpAtOnce() throws Exception {
    joined("old-c");
    UUID id =
        begin("old-c", "while [ ! -e %s/cancelled ]; do sleep 0.1; done".formatted(directory));
    await().atMost(MAX_WAIT).until(() -> outcome(id).state() == NodeOutcome.State.RUNNING);
    cluster.run("manage", "--cancel", id.toString()).expect(0);
    NodeOutcome outcome = ended(id);
    assertEquals(Outcome.Reason.CANCELLED, outcome.reason());
    assertTrue(outcome.info().contains("cannot end a job"), outcome.info());
    Files.writeString(directory.resolve("cancelled"), "");
    exec("old-c", "echo after it").expect(0);
  }

  @Test
  void aWrongSharedKeyIsRefused() throws Exception {
    client("stranger", "another key");
    await("the refusal is logged")
        .atMost(MAX_WAIT)
        .until(() -> cluster.server().log().contains("refused a client of the original"));
    assertEquals(null, state("stranger"));
  }

  @Test
  void noneCanPoseAsANodeOfOurs() throws Exception {
    client("new", KEY);
    await("the refusal is logged")
        .atMost(MAX_WAIT)
        .until(() -> cluster.server().log().contains("node new at 127.0.0.1 refused"));
    exec("new", "echo $TEST_NODE").expect(0);
    assertEquals(NodeOutcome.State.SUCCEEDED, last().state());
  }

  @Test
  void oneThatIsKilledInAJobIsNotGivenItAgain() throws Exception {
    LegacyClient client = joined("old-k");
    long start = System.nanoTime();
    await().until(() -> System.nanoTime() - start > BETWEEN_STARTS.toNanos());
    UUID first = begin("old-k", "echo x >> %s/runs; sleep 600".formatted(directory));
    UUID second = begin("old-k", "echo y >> %s/runs".formatted(directory));
    await().atMost(MAX_WAIT).until(() -> Files.exists(directory.resolve("runs")));
    await().atMost(MAX_WAIT).until(() -> outcome(second).state() == NodeOutcome.State.RUNNING);
    client.kill();
    joined("old-k");
    assertEquals(Outcome.Reason.LOST, ended(first).reason());
    assertEquals(Outcome.Reason.LOST, ended(second).reason());
    assertTrue(ended(first).info().contains("may have run"), ended(first).info());
    exec("old-k", "echo more").expect(0);
    // The second may have begun in the moment before the client was killed.
    String runs = Files.readString(directory.resolve("runs"));
    assertTrue(List.of("x\n", "x\ny\n").contains(runs), runs);
  }

  @Test
  void whatRanWhileTheServerWasAwayIsKnownAfterwardsAndRunsOnce() throws Exception {
    joined("old-s");
    String here = directory.toString();
    cluster.write(
        "s.yaml",
        """
        - targets: [old-s]
          jobs:
          - RUN: "echo x >> %1$s/server-runs; while [ ! -e %1$s/go ]; do sleep 0.1; done"
          - RUN: echo y >> %1$s/server-runs
        """
            .formatted(here));
    cluster.run("orchestrate", "s.yaml").expect(0);
    await().atMost(MAX_WAIT).until(() -> Files.exists(directory.resolve("server-runs")));
    UUID second = cluster.api().job(null).summary().id();
    cluster.server().kill();
    Files.writeString(directory.resolve("go"), "");
    cluster.startServer();
    assertEquals(NodeOutcome.State.SUCCEEDED, ended(second).state());
    assertEquals("x\ny\n", Files.readString(directory.resolve("server-runs")));
  }

  @Test
  void oneGivesWayToAClientOfOursOnTheSameMachine() throws Exception {
    LegacyClient client = joined("old-m");
    cluster.startClient("old-m");
    await("ours is refused while theirs is connected")
        .atMost(MAX_WAIT)
        .until(
            () -> cluster.client("old-m").log().contains("stop it, and this one takes its place"));
    client.kill();
    await("ours has taken its place")
        .atMost(MAX_WAIT)
        .until(() -> !version("old-m").equals("0.12.0") && state("old-m") == NodeView.State.ACTIVE);
    exec("old-m", "echo new").expect(0);
    client("old-m", KEY);
    await("theirs is refused now")
        .atMost(MAX_WAIT)
        .until(() -> cluster.server().log().contains("node old-m at 127.0.0.1 refused"));
    exec("old-m", "echo still new").expect(0);
  }

  private String version(String identity) throws IOException {
    return cluster.api().nodes().stream()
        .filter(node -> node.identity().equals(identity))
        .map(NodeView::version)
        .findFirst()
        .orElse("");
  }
}
