package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.api.NodeView;
import io.directord.common.component.SourceFile;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.security.SharedKey;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that are not who they say, or not entitled to what they want. */
class IntrudersIT {
  private static final String AT_SERVER = "tried to join with another shared key";
  private static final String AT_CLIENT = "its shared key is most likely another one";
  private static final String AT_KNOWN = "the server has been given another shared key since then";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Jobs jobs;
  private static String key;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 1);
    jobs = new Jobs(cluster);
    key = cluster.variable("DIRECTORD_SHARED_KEY");
  }

  @Test
  void aWrongKeyGetsNothingAndLeavesOneLineAtEitherSide() throws IOException {
    try (TcpProxy network = new TcpProxy(cluster.jobPort(), cluster.contentPort())) {
      long before = count(cluster.server(), AT_SERVER);
      cluster.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS);
      cluster.set("DIRECTORD_SHARED_KEY", "a guess that is long enough for no warning");
      TestProcess intruder = cluster.startClient("intruder");
      cluster.set("DIRECTORD_SERVER_ADDRESS", null).set("DIRECTORD_SHARED_KEY", key);
      awaiting("it has tried again and again").until(() -> network.accepted() >= 4);
      awaiting("both sides say so")
          .until(
              () -> count(intruder, AT_CLIENT) > 0 && count(cluster.server(), AT_SERVER) > before);
      UUID job = jobs.submit("true");
      assertEquals(1, jobs.awaitEnd(job).summary().targets());
      intruder.stop();
      assertEquals(1, count(intruder, AT_CLIENT), intruder::log);
      assertEquals(1, count(intruder, " WARN "), intruder::log);
      assertEquals(before + 1, count(cluster.server(), AT_SERVER), cluster::logs);
    }
    assertTrue(names().noneMatch("intruder"::equals));
  }

  @Test
  void aServerThatComesBackWithAnotherKeyIsNotObeyed() throws IOException {
    Ledger ledger = new Ledger(cluster, "another-key");
    cluster.server().stop();
    cluster.set("DIRECTORD_SHARED_KEY", "another key");
    cluster.startServer();
    UUID job = jobs.submit(ledger.add(1), "node-1");
    awaiting("the node says so").until(() -> count(cluster.client("node-1"), AT_KNOWN) == 1);
    assertEquals(List.of(), ledger.of("node-1"));
    cluster.server().stop();
    cluster.set("DIRECTORD_SHARED_KEY", key);
    cluster.startServer();
    assertTrue(jobs.awaitEnd(job).nodes().get(0).state().ended());
    cluster.awaitActive(1);
    assertTrue(cluster.client("node-1").log().contains("connected to the server"));
  }

  @Test
  void anIdentityBelongsToItsKeyUntilItIsForgotten() throws IOException {
    cluster.startClient("pinned");
    cluster.awaitActive(2);
    cluster.client("pinned").stop();
    deleteState("pinned");
    TestProcess other = cluster.startClient("pinned");
    awaiting("it is refused")
        .until(() -> other.log().contains("identity pinned is enrolled with another key"));
    assertTrue(other.log().contains("directord manage --forget-node pinned"), other::log);
    assertEquals(1, count(cluster.server(), "node pinned at .* refused"), cluster::logs);
    cluster.run("manage", "--forget-node", "pinned").expect(0);
    other.stop();
    TestProcess again = cluster.startClient("pinned");
    cluster.awaitActive(2);
    again.stop();
    cluster.run("manage", "--forget-node", "pinned").expect(0);
  }

  @Test
  void aMachineHasOneIdentity() {
    TestProcess twin = cluster.startClient("twin", "--machine-id", "machine-node-1");
    awaiting("it is refused")
        .until(() -> twin.log().contains("the machine id machine-node-1 is enrolled as node-1"));
    twin.stop();
    assertTrue(names().noneMatch("twin"::equals));
  }

  @Test
  void contentIsForThoseWhoWereGivenTheJob() throws IOException {
    Path gate = directory.resolve("gate");
    Path source = Files.writeString(directory.resolve("secret.txt"), "secret ".repeat(1000));
    Path other = Files.writeString(directory.resolve("other.txt"), "other ".repeat(1000));
    UUID blocking = jobs.submit("until test -e " + gate + "; do sleep 0.1; done", "node-1");
    try (RawNode spy = spy()) {
      UUID theirs = copy(source, "node-1");
      UUID ours = copy(other, "spy");
      Delivery own = spy.awaitRun(ours).deliveries().get(0);
      assertInstanceOf(ContentMessage.Chunk.class, ask(spy, own.ticket()), "its own");
      byte[] guess = own.ticket().clone();
      guess[0] ^= 1;
      byte[] sha256 = HexFormat.of().parseHex(sha256Of(theirs));
      for (byte[] ticket : List.of(guess, sha256, new byte[32])) {
        assertDenied(ask(spy, ticket));
      }
      cluster.write("gate", "");
      assertEquals(1, jobs.awaitEnd(theirs).summary().succeeded());
      cluster.run("manage", "--cancel", ours.toString());
    }
    jobs.awaitEnd(blocking);
    cluster.run("manage", "--forget-node", "spy").expect(0);
  }

  @Test
  void nobodyAnswersForAnother() throws IOException {
    Path gate = directory.resolve("answer-gate");
    try (RawNode spy = spy()) {
      UUID job = jobs.submit("until test -e " + gate + "; do sleep 0.1; done; echo real", "node-1");
      awaiting("it runs").until(() -> jobs.on(job, "node-1").state() == State.RUNNING);
      spy.send(
          new NodeMessage.Ended(
              "RUN",
              new NodeResult(
                  job,
                  new Outcome.Succeeded("done"),
                  "false",
                  "",
                  Duration.ZERO,
                  Instant.now(),
                  Instant.now())));
      awaiting("the server noticed")
          .until(
              () -> cluster.server().log().contains("node spy: ignored a result for job " + job));
      assertEquals(State.RUNNING, jobs.on(job, "node-1").state());
      cluster.write("answer-gate", "");
      assertEquals("real\n", jobs.awaitEnd(job).nodes().get(0).stdout());
    }
    cluster.run("manage", "--forget-node", "spy").expect(0);
  }

  @Test
  void aFileThatANodeSaysItHasSentAndHasNotIsAFailureEverywhere() throws Exception {
    String lie =
        "nothing has come whole to this server, though the node says that it has sent 1 file";
    Path dest = directory.resolve("fetched");
    try (RawNode spy = spy()) {
      Ran fetch = lying(spy, "fetch", "--target", "spy", "/etc/hostname", dest.toString());
      assertTrue(fetch.err().contains(lie), fetch::toString);
      assertTrue(fetch.err().matches("(?s).*\\bspy +ok=0 .*failed=1\\b.*"), fetch::toString);
      assertFalse(Files.exists(dest));
      for (String format : List.of("table", "json")) {
        Ran exec =
            lying(
                spy,
                "exec",
                "--wait",
                "--target",
                "spy",
                "--output",
                format,
                "--verb",
                "FETCH",
                "/etc/hostname");
        String told = format.equals("json") ? exec.out() : exec.err();
        assertTrue(told.contains(lie), exec::toString);
        assertFalse(exec.err().contains("directord fetch --job"), exec::toString);
      }
      Ran info = cluster.run("manage", "--job-info", "last").expect(0);
      assertTrue(info.out().contains(lie), info::toString);
      assertFalse(info.out().contains("Job Success"), info::toString);
      UUID last = spy.ids("FETCH").get(2);
      assertEquals(State.FAILED, jobs.on(last, "spy").state());
      assertEquals(1, jobs.view(last).summary().failed());
      Ran rest = cluster.run("fetch", "--job", "last", dest.toString()).expect(1);
      assertTrue(rest.err().contains("spy (1 file by its own account)"), rest::toString);
    }
    cluster.run("manage", "--forget-node", "spy").expect(0);
  }

  /** It takes the FETCH for done, and would run what it has. */
  @Test
  void aNodeIsNotGivenWhatIsBehindAFetchOfWhichNothingHasCome() throws Exception {
    String orchestration =
        cluster
            .write(
                "behind.yaml",
                "- targets: [spy]\n  jobs:\n  - FETCH: /etc/hostname\n  - RUN: echo behind\n")
            .toString();
    try (RawNode spy = spy()) {
      Ran ran = lying(spy, "orchestrate", "--wait", orchestration);
      assertTrue(
          ran.err().contains("1 later job was left out after a failure, on spy"), ran::toString);
      assertEquals(List.of(), spy.ids("RUN"));
    }
    cluster.run("manage", "--forget-node", "spy").expect(0);
  }

  /** Runs a command with a FETCH that the node claims to have done. */
  private static Ran lying(RawNode spy, String... command) throws Exception {
    List<UUID> before = spy.ids("FETCH");
    CompletableFuture<Ran> ran = CompletableFuture.supplyAsync(() -> cluster.run(command));
    awaiting("FETCH comes").until(() -> spy.ids("FETCH").size() > before.size());
    UUID job = spy.ids("FETCH").get(before.size());
    NodeResult result =
        new NodeResult(
            job,
            new Outcome.Succeeded("1 file, 9 bytes"),
            new CapturedOutput("1 file, 9 bytes\n", ""),
            Duration.ZERO,
            Instant.now(),
            Instant.now(),
            RunDetails.NONE.withBrought(BroughtFiles.said(1)));
    spy.send(new NodeMessage.Ended("FETCH", result));
    return ran.get(Jobs.TIMEOUT.toSeconds(), TimeUnit.SECONDS).expect(1);
  }

  private static RawNode spy() {
    RawNode spy = new RawNode(cluster.jobPort(), SharedKey.serverKeys(key).publicKey());
    assertInstanceOf(ServerMessage.Welcome.class, spy.introduce("spy"));
    return spy;
  }

  private static UUID copy(Path source, String target) {
    String line =
        cluster
            .run("exec", "--target", target, "--verb", "COPY", source + " " + source + "." + target)
            .expect(0)
            .after("Task ID: ");
    return UUID.fromString(line);
  }

  private static String sha256Of(UUID copy) {
    return SourceFile.in(JobJson.read(jobs.view(copy).definition())).get(0).sha256();
  }

  private static ContentMessage ask(RawNode spy, byte[] ticket) {
    return spy.ask(cluster.contentPort(), new ContentMessage.Request(ticket, 0));
  }

  private static void assertDenied(ContentMessage answer) {
    assertInstanceOf(ContentMessage.Denied.class, answer);
  }

  private static long count(TestProcess process, String pattern) {
    return process.log().lines().filter(line -> line.matches(".*" + pattern + ".*")).count();
  }

  private static Stream<String> names() {
    try {
      return cluster.api().nodes().stream().map(NodeView::identity);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void deleteState(String identity) throws IOException {
    try (Stream<Path> files = Files.walk(cluster.state(identity))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
