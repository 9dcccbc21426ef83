package io.directord.legacy.ports;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Captured;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Control;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.link.Credential;
import io.directord.server.link.zeromq.ZeroMqAddress;
import io.directord.server.time.Attention;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** Orders of messages that hardly ever come, between the dispatcher and one such client. */
class LegacyNodeTest {
  private static final ServerMessage.Welcome WELCOME =
      new ServerMessage.Welcome("1", Duration.ofSeconds(10), 1, List.of());

  private final Told told = new Told();
  private final LegacyContents contents = new LegacyContents(new FakeContents(1));
  private final TestClock clock = new TestClock();
  private final Attention time = new Attention(clock, clock, Duration.ofSeconds(2));
  private final LegacyNode node = new LegacyNode("a", contents, told, time);

  /** What was said, to the client and to the dispatcher. */
  private static final class Told implements Outlet {
    final List<LegacyMessage> client = new ArrayList<>();
    final List<NodeMessage> dispatcher = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();
    final ConcurrentLinkedQueue<Runnable> later = new ConcurrentLinkedQueue<>();

    @Override
    public void send(ZeroMqAddress peer, LegacyMessage message) {
      assertNotNull(peer);
      client.add(message);
    }

    @Override
    public void tell(ZeroMqAddress peer, NodeMessage message) {
      assertNotNull(peer);
      dispatcher.add(message);
    }

    @Override
    public void later(Runnable work) {
      later.add(work);
    }

    @Override
    public void warn(String identity, String text) {
      warnings.add(text);
    }

    LegacyMessage next(int count) {
      await()
          .until(
              () -> {
                for (Runnable work = later.poll(); work != null; work = later.poll()) {
                  work.run();
                }
                return client.size() >= count;
              });
      return client.get(count - 1);
    }
  }

  @Test
  void whatItCannotDoIsRefusedByNameAndNotSent() throws Exception {
    connect();
    node.told(WELCOME, false);
    String file = "'files':[{'path':'secret','sha256':'" + "0".repeat(64) + "','size':256}]";
    for (String job :
        List.of(
            "{'verb':'RUN','command':'rm x','root':'/srv'}",
            "{'verb':'RUN','command':'x','secret':['a']}",
            "{'verb':'ARG','secret':'a'," + file + "}")) {
      ObjectNode json = (ObjectNode) Json.mapper().readTree(job.replace('\'', '"'));
      node.told(new ServerMessage.Run(JobJson.read(json), List.of()), false);
    }
    assertEquals(List.of(), told.client);
    assertEquals(
        List.of("RUN with --root", "RUN with --secret", "ARG with --secret"),
        told.dispatcher.stream()
            .filter(NodeMessage.Ended.class::isInstance)
            .map(message -> ((NodeMessage.Ended) message).result().outcome().info())
            .map(info -> info.replace("the node's client is the original's, which cannot do ", ""))
            .toList());
  }

  @Test
  void everyKindOfMessageOfTheDispatcherHasAMeaning() throws Exception {
    connect();
    UUID id = UUID.randomUUID();
    List<ServerMessage> all =
        List.of(
            WELCOME,
            new ServerMessage.Run(TestServer.job("a"), List.of()),
            new ServerMessage.Resume(id, true, ""),
            new ServerMessage.Cancel(Map.of(id, id)),
            new ServerMessage.Drop(List.of(id), List.of(), 0),
            new ServerMessage.Durable(List.of(id)),
            new ServerMessage.Noted(id),
            new ServerMessage.Heard(Duration.ZERO),
            new ServerMessage.RoomGranted(1),
            new ServerMessage.WhoAreYou(),
            new ServerMessage.Explain(id, 1),
            new ServerMessage.Verdict(null, true, "1.0", 2, 1, Instant.EPOCH),
            new ServerMessage.Refused("no"));
    all.forEach(message -> node.told(message, false));

    assertEquals(
        Set.of(ServerMessage.class.getPermittedSubclasses()),
        all.stream().map(Object::getClass).collect(Collectors.toSet()));
    assertEquals(List.of(), told.warnings);
  }

  private void connect() throws Exception {
    node.connected(
        new ZeroMqAddress(null, new byte[] {'a'}, new Credential.SharedSecret(), "1.2.3.4", null));
    ObjectNode beat =
        Json.object()
            .put("version", "0.12.0")
            .put("host_uptime", "1:00:00")
            .put("agent_uptime", "0:10:00")
            .put("machine_id", "m");
    node.heard(new LegacyMessage("x", Control.HEARTBEAT, null, Json.bytes(beat), null, null, null));
    assertInstanceOf(Heartbeat.class, told.dispatcher.get(told.dispatcher.size() - 1));
  }

  private static LegacyMessage finished(UUID job, String stdout) {
    byte[] out = stdout.getBytes(StandardCharsets.UTF_8);
    return new LegacyMessage(job.toString(), Control.FINISHED, "COPY", null, "done", null, out);
  }

  @Test
  void whatIsSaidOfJobsBeforeTheWelcomeHarmsNobody() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job job = TestServer.job("a");
    node.told(new ServerMessage.Run(job, List.of()), false);
    node.gone(null);
    connect();
    int before = told.dispatcher.size();

    node.told(
        new ServerMessage.Cancel(
            Map.of(job.id(), job.parent().id(), UUID.randomUUID(), UUID.randomUUID())),
        false);
    node.told(new ServerMessage.Resume(job.id(), true, ""), false);

    assertEquals(before, told.dispatcher.size());
    node.told(WELCOME, false);
    node.told(new ServerMessage.Cancel(Map.of(job.id(), job.parent().id())), false);
    assertEquals(before + 2, told.dispatcher.size());
    assertEquals(
        new NodeMessage.Holding(List.of(job.id()), List.of()), told.dispatcher.get(before));
    assertInstanceOf(NodeMessage.Ended.class, told.dispatcher.get(before + 1));
  }

  @Test
  void aJobThatWasGivenUpBeforeItWasSentDoesNotBegin() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job sent = copyOfTwo();
    Job waits = copyOfTwo();
    node.told(new ServerMessage.Run(sent, List.of()), false);
    node.told(new ServerMessage.Run(waits, List.of()), false);
    node.gone(null);
    connect();
    node.told(WELCOME, false);
    NodeMessage has = told.dispatcher.get(told.dispatcher.size() - 1);
    assertEquals(new NodeMessage.Holding(List.of(sent.id()), List.of(waits.id())), has);

    node.told(new ServerMessage.Drop(List.of(sent.id(), waits.id()), List.of(), 0), false);

    assertEquals(List.of(waits.id()), ended());
    var dropped = (Outcome.Failed) results().findFirst().orElseThrow().outcome();
    assertEquals(Outcome.Reason.NOT_STARTED, dropped.reason());
  }

  @Test
  void aJobThatTheClientHasLostIsGivenUpAtOnceWhenItIsCancelled() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job lost = TestServer.job("a");
    node.told(new ServerMessage.Run(lost, List.of()), false);

    node.told(new ServerMessage.Cancel(Map.of(lost.id(), lost.parent().id())), false);

    assertEquals(List.of(lost.id()), ended());
  }

  @Test
  void aLaterJobThatIsCancelledOmitsNoneBeforeIt() throws Exception {
    connect();
    node.told(WELCOME, false);
    UUID parent = UUID.randomUUID();
    List<Job> jobs = Stream.generate(() -> TestServer.job(parent, "a")).limit(4).toList();
    jobs.forEach(job -> node.told(new ServerMessage.Run(job, List.of()), false));

    node.told(new ServerMessage.Cancel(Map.of(jobs.get(2).id(), jobs.get(2).parent().id())), false);
    assertEquals(List.of(jobs.get(2).id()), ended());
    node.heard(finished(jobs.get(0).id(), ""));
    assertEquals(jobs.get(1).id(), id(told.next(2)));
    node.heard(finished(jobs.get(1).id(), ""));

    assertEquals(
        List.of(jobs.get(2).id(), jobs.get(0).id(), jobs.get(1).id(), jobs.get(3).id()), ended());
    assertEquals(2, told.client.size(), "the job behind the cancelled one is omitted");
  }

  @Test
  void anAnswerThatIsRepeatedDoesNotStandForTheNextFile() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job job = copyOfTwo();
    node.told(new ServerMessage.Run(job, List.of()), false);
    UUID first = id(told.next(1));
    node.heard(finished(first, "one"));
    UUID second = id(told.next(2));
    int before = told.dispatcher.size();

    node.heard(finished(first, "one"));
    assertEquals(before, told.dispatcher.size());
    node.heard(finished(second, "two"));

    NodeMessage.Ended ended =
        assertInstanceOf(NodeMessage.Ended.class, told.dispatcher.get(before));
    assertEquals("one\ntwo", ended.result().stdout());
  }

  @Test
  void anOutputThatIsCutIsMarkedInEveryPart() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job whole = TestServer.job("a");
    Job job = copyOfTwo();
    node.told(new ServerMessage.Run(whole, List.of()), false);
    node.told(new ServerMessage.Run(job, List.of()), false);
    told.next(2);
    node.heard(finished(whole.id(), "short"));
    node.heard(finished(id(told.next(2)), "x".repeat(Captured.MAX_BYTES + 1)));
    node.heard(finished(id(told.next(3)), "short"));

    assertEquals(
        List.of(false, true),
        results().map(result -> result.details().cut()).collect(Collectors.toList()));
    assertEquals(1, results().toList().get(1).details().attempts(), "the output was not lost");
  }

  @Test
  void theJobWhoseOutputBrokeTheConnectionEndsAtOnceAndTheNextIsNotItsFault() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job large = TestServer.job("a");
    Job next = TestServer.job("a");
    node.told(new ServerMessage.Run(large, List.of()), false);
    node.told(new ServerMessage.Run(next, List.of()), false);
    for (Job job : List.of(large, next)) {
      node.heard(
          new LegacyMessage(
              job.id().toString(), Control.PROCESSING, "RUN", null, "task queued", null, null));
    }

    node.gone("a frame of 5000000 bytes; the maximum is 4194304");

    assertEquals(List.of(large.id()), ended());
    Outcome outcome = results().toList().get(0).outcome();
    assertEquals(Outcome.Reason.LOST, ((Outcome.Failed) outcome).reason());
    assertTrue(outcome.info().contains("5000000 bytes; the maximum is 4194304"), outcome.info());
    connect();
    node.told(WELCOME, false);
    node.heard(finished(next.id(), "fine"));
    assertEquals(List.of(large.id(), next.id()), ended());
  }

  @Test
  void whoSaysNothingOfItselfDoesNotEnrol() {
    node.connected(
        new ZeroMqAddress(null, new byte[] {'a'}, new Credential.SharedSecret(), "1.2.3.4", null));
    for (String data : List.of("{}", "garbage", "{\"machine_id\": \" \"}")) {
      byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
      LegacyMessage beat = new LegacyMessage("x", Control.HEARTBEAT, null, bytes, null, null, null);
      assertThrows(BadMessageException.class, () -> node.heard(beat), data);
    }
    assertEquals(List.of(), told.dispatcher);
  }

  @Test
  void whatIsKeptOfAClientThatIsRefusedDoesNotCountForEver() throws Exception {
    connect();
    String large = "x".repeat(5 << 20);
    node.heard(finished(UUID.randomUUID(), large));
    node.told(new ServerMessage.Refused("another machine"), false);
    UUID job = UUID.randomUUID();

    node.heard(finished(job, large));
    node.told(WELCOME, false);
    node.catchUp();

    NodeMessage last = told.dispatcher.get(told.dispatcher.size() - 1);
    assertEquals(job, assertInstanceOf(NodeMessage.Ended.class, last).result().jobId());
  }

  @Test
  void aJobIsGivenUpForTheSilenceThatTheServerHeardAndNotForWhatTheClockShows() throws Exception {
    connect();
    node.told(WELCOME, false);
    Job job = TestServer.job("a");
    node.told(new ServerMessage.Run(job, List.of()), false);
    long limit = job.timeout().plusSeconds(60).toSeconds();

    clock.set(Duration.ofDays(1));
    pass(1);
    clock.advance(Duration.ofDays(1));
    pass(limit - 5);
    assertEquals(List.of(), ended());
    pass(5);

    assertEquals(List.of(job.id()), ended());
  }

  private void pass(long seconds) {
    for (long second = 0; second < seconds; second++) {
      clock.advance(Duration.ofSeconds(1));
      time.turn();
      node.tick();
    }
  }

  private List<UUID> ended() {
    return results().map(NodeResult::jobId).toList();
  }

  private Stream<NodeResult> results() {
    return told.dispatcher.stream()
        .filter(NodeMessage.Ended.class::isInstance)
        .map(message -> ((NodeMessage.Ended) message).result());
  }

  @Test
  void aFileMayStillBeAskedForWhileThePortsAreClosing() {
    contents.close();
    contents.findSum(UUID.randomUUID(), new SourceFile("/f", "ab".repeat(32), 1, "/t"), why -> {});
  }

  private static UUID id(LegacyMessage job) {
    return UUID.fromString(job.json().get("job_id").asString());
  }

  private static Job copyOfTwo() {
    ObjectNode json = Json.object().put("verb", "COPY");
    json.set(
        SourceFile.KEY,
        Json.tree(
            List.of(
                new SourceFile("/one", "ab".repeat(32), 1, "/there/one"),
                new SourceFile("/two", "cd".repeat(32), 1, "/there/two"))));
    return JobJson.read(json);
  }
}
