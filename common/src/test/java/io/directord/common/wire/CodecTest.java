package io.directord.common.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.BroughtFiles;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobOptions;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.security.JoinProof;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class CodecTest {
  private static final UUID ID = UUID.fromString("e8e0ed94-c59a-4869-9161-80c265230822");
  private static final String SHA = "ab".repeat(32);
  private static final JoinProof PROOF = new JoinProof("k".repeat(40), "m".repeat(40));
  private static final Instant START = Instant.parse("2026-11-22T07:08:30.123456Z");

  static List<NodeMessage> fromNodes() {
    return List.of(
        new Heartbeat(
            "node-1",
            new ClientFacts(
                "1.0", Duration.ofMillis(3858410), Duration.ofSeconds(1), "m1", "zeromq"),
            1,
            ID,
            Set.of("a", "b"),
            new JournalState(ID, 7L)),
        new Heartbeat(
            "node-1",
            new ClientFacts(
                "1.0",
                Duration.ZERO,
                Duration.ZERO,
                "m1",
                "zeromq",
                new NodeTrouble("its disk is full", true)),
            1,
            ID,
            Set.of(),
            JournalState.UNKNOWN),
        new Heartbeat(
            "node-1",
            new ClientFacts("1.0", Duration.ZERO, Duration.ZERO, "m1", "zeromq", null, PROOF),
            1,
            ID,
            Set.of(),
            JournalState.UNKNOWN),
        new NodeMessage.Started(ID, "RUN", null),
        new NodeMessage.Started(ID, "RUN", 8L),
        new NodeMessage.Waiting(ID, "QUERY", "{\"a\": 1}"),
        new NodeMessage.Waiting(ID, "JOB_WAIT", ""),
        new NodeMessage.RoomWanted(1 << 20),
        new NodeMessage.Explained(ID, 7, "waits behind another"),
        new NodeMessage.Inquiry("node-1", "m1", 2, "1.0", null),
        new NodeMessage.Inquiry("node-1", "m1", 2, "1.0", PROOF),
        new NodeMessage.Holding(List.of(ID), List.of()),
        new NodeMessage.Holding(List.of(), List.of(ID), 7),
        new NodeMessage.Ended("RUN", result(new Outcome.Succeeded("echo hello"), "hello\n", "")),
        new NodeMessage.Ended("RUN", detailed(new RunDetails(true, 3, true))),
        new NodeMessage.Ended("RUN", detailed(new RunDetails(false, 1, false))),
        new NodeMessage.Ended("RUN", detailed(RunDetails.NONE)),
        new NodeMessage.Ended(
            "FETCH", detailed(RunDetails.ONE_ATTEMPT.withBrought(BroughtFiles.said(0)))),
        new NodeMessage.Ended("RUN", result(Outcome.Skipped.CACHED, "", "")),
        new NodeMessage.Ended(
            "RUN", result(new Outcome.Failed(Outcome.Reason.TIMEOUT, "é\n"), "a", "bad\0")),
        new NodeMessage.Ended(
            "RUN",
            NodeResult.withoutRun(
                ID, new Outcome.Failed(Outcome.Reason.OMITTED, "omitted"), START)));
  }

  static List<ServerMessage> fromServer() {
    return List.of(
        new ServerMessage.Welcome("1.0", Duration.ofMillis(500), 5556, List.of()),
        new ServerMessage.Welcome("1.0", Duration.ofMillis(500), 5556, List.of("key", "next")),
        new ServerMessage.Refused("another key"),
        new ServerMessage.WhoAreYou(),
        new ServerMessage.Run(job(), List.of()),
        new ServerMessage.Resume(ID, true, "all have answered"),
        new ServerMessage.Resume(ID, false, ""),
        new ServerMessage.Durable(List.of(ID, UUID.randomUUID())),
        new ServerMessage.Drop(List.of(), List.of(), 0),
        new ServerMessage.Drop(List.of(ID), List.of(ID), 7),
        new ServerMessage.Heard(Duration.ofMillis(1234567)),
        new ServerMessage.Noted(ID),
        new ServerMessage.RoomGranted(1 << 20),
        new ServerMessage.Explain(ID, 7),
        new ServerMessage.Verdict(null, false, "1.0", 2, 5556, START),
        new ServerMessage.Verdict("another machine", true, "1.0", 2, 5556, START),
        new ServerMessage.Cancel(Map.of(ID, UUID.randomUUID())));
  }

  /** The output is compared byte for byte, below. */
  @Test
  void everyKindOfMessageIsTriedHere() {
    Set<Class<?>> fromNodes = kinds(fromNodes());
    fromNodes.add(NodeMessage.Output.class);
    assertEquals(Set.of(NodeMessage.class.getPermittedSubclasses()), fromNodes);
    assertEquals(Set.of(ServerMessage.class.getPermittedSubclasses()), kinds(fromServer()));
  }

  private static Set<Class<?>> kinds(List<?> messages) {
    return messages.stream().map(Object::getClass).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("fromNodes")
  void whatNodesSayArrivesAsItWas(NodeMessage message) throws Exception {
    assertEquals(message, NodeCodec.decode(overTheWire(NodeCodec.encode(message))));
  }

  @ParameterizedTest
  @MethodSource("fromServer")
  void whatTheServerSaysArrivesAsItWas(ServerMessage message) throws Exception {
    assertEquals(message, ServerCodec.decode(overTheWire(ServerCodec.encode(message))));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void outputArrivesByteForByte(int stream) throws Exception {
    byte[] bytes = {0, (byte) 0xff, 'a', 0};
    NodeMessage.Stream name = NodeMessage.Stream.values()[stream];
    NodeMessage.Output output =
        (NodeMessage.Output)
            NodeCodec.decode(
                overTheWire(
                    NodeCodec.encode(
                        new NodeMessage.Output(
                            ID, "RUN", name, bytes, new OutputPosition(3, 70), 2))));
    assertEquals(name, output.stream());
    assertEquals(new OutputPosition(3, 70), output.position());
    assertEquals(2, output.lostLines());
    assertArrayEquals(bytes, output.bytes());
  }

  /** As a node of an older version says it. */
  @Test
  void aResultThatSaysNothingOfItsRunHadOneAttempt() throws Exception {
    Frames now =
        NodeCodec.encode(new NodeMessage.Ended("RUN", detailed(new RunDetails(true, 3, true))));
    ObjectNode data = Json.read(now.data(), ObjectNode.class);
    data.remove(List.of("cut", "attempts", "changed"));
    assertEquals(RunDetails.ONE_ATTEMPT, decoded(now, data).details());
    data.remove("started_micros");
    assertEquals(RunDetails.NONE, decoded(now, data).details());
    data.put("attempts", -1).put("cut", "x").put("changed", 1);
    assertEquals(RunDetails.NONE, decoded(now, data).details());
  }

  @Test
  void aNodeSaysHowManyFilesItHasSentAndNothingElseOfThem() throws Exception {
    BroughtFiles judged = new BroughtFiles(3, 2, "server-1", true);
    Frames now =
        NodeCodec.encode(
            new NodeMessage.Ended("FETCH", detailed(RunDetails.NONE.withBrought(judged))));
    ObjectNode data = Json.read(now.data(), ObjectNode.class);
    assertEquals(BroughtFiles.said(3), decoded(now, data).details().brought());
    for (Object none : Arrays.asList(-1, 1.5, "3", 3_000_000_000L, true, null)) {
      data.set("files", Json.tree(none));
      assertNull(decoded(now, data).details().brought(), () -> "" + none);
    }
  }

  /** As an older version says it. */
  @Test
  void anAnswerThatHasNoNumberIsUnderstood() throws Exception {
    byte[] data = Json.bytes(Json.object().set("ids", Json.tree(List.of(ID))));
    Frames drop = new Frames(ID.toString(), Control.HOLDING, null, data, null, null, null);
    assertEquals(new ServerMessage.Drop(List.of(ID), List.of(), 0), ServerCodec.decode(drop));
  }

  /** So it reads it as it reads that the results of no jobs are durable. */
  @Test
  void thatAHeartbeatWasHeardIsNothingNewToAnOlderNode() throws Exception {
    Frames heard = ServerCodec.encode(new ServerMessage.Heard(Duration.ofSeconds(1)));
    assertEquals(Control.ACK, heard.control());
    assertEquals("safe", heard.command());
    assertTrue(Json.read(heard.data(), ObjectNode.class).path("ids").isEmpty());
  }

  private static NodeResult decoded(Frames frames, ObjectNode data) throws Exception {
    Frames with =
        new Frames(
            frames.messageId(),
            frames.control(),
            frames.command(),
            Json.bytes(data),
            frames.info(),
            frames.stderr(),
            frames.stdout());
    return ((NodeMessage.Ended) NodeCodec.decode(with)).result();
  }

  private static NodeResult detailed(RunDetails details) {
    NodeResult plain = result(new Outcome.Succeeded("echo hello"), "hello\n", "");
    return new NodeResult(
        plain.jobId(),
        plain.outcome(),
        plain.output(),
        plain.executionTime(),
        plain.startedAt(),
        plain.endedAt(),
        details);
  }

  @Test
  void deliveriesArriveWithTheirKeys() throws Exception {
    byte[] key = {1, 2, 3};
    Delivery delivery = new Delivery(ID, SHA, 70_000, 65_536, key, new byte[] {4, 5});
    ServerMessage.Run run =
        (ServerMessage.Run)
            ServerCodec.decode(
                overTheWire(ServerCodec.encode(new ServerMessage.Run(job(), List.of(delivery)))));
    Delivery arrived = run.deliveries().get(0);
    assertEquals(SHA, arrived.sha256());
    assertEquals(2, arrived.chunks());
    assertArrayEquals(key, arrived.key());
    assertArrayEquals(delivery.ticket(), arrived.ticket());
  }

  /** Those of strangers wait in the server's memory. */
  @Test
  void aTicketOfAnotherLengthIsNotRead() {
    for (int length : new int[] {0, 31, 33, 4000}) {
      Frames sent = ContentCodec.encode(new ContentMessage.Request(new byte[length], 0));
      assertThrows(BadMessageException.class, () -> ContentCodec.decode(sent));
    }
  }

  @Test
  void contentArrivesByteForByte() throws Exception {
    byte[] ticket = new byte[32];
    byte[] bytes = {0, 1, (byte) 0x80};
    var request = (ContentMessage.Request) content(new ContentMessage.Request(ticket, 7));
    assertEquals(7, request.chunk());
    assertArrayEquals(ticket, request.ticket());
    var chunk = (ContentMessage.Chunk) content(new ContentMessage.Chunk(ticket, 8, bytes));
    assertEquals(8, chunk.chunk());
    assertArrayEquals(ticket, chunk.ticket());
    assertArrayEquals(bytes, chunk.sealed());
    var denied = (ContentMessage.Denied) content(new ContentMessage.Denied(ticket, 9, bytes));
    assertEquals(9, denied.chunk());
    assertArrayEquals(bytes, denied.sealed());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "{}",
        "{\"identity\": \"a\"}",
        "{\"identity\": \" \", \"session\": \"e8e0ed94-c59a-4869-9161-80c265230822\"}",
        "{\"identity\": \"a\\nb\", \"session\": \"e8e0ed94-c59a-4869-9161-80c265230822\"}",
        "{\"identity\": \"a\", \"session\": \"x\"}",
        "{\"identity\": \"a\", \"session\": \"e8e0ed94-c59a-4869-9161-80c265230822\","
            + " \"capabilities\": [null]}",
      })
  void aHeartbeatThatDoesNotSayWhoIsRefused(String json) {
    assertThrows(
        BadMessageException.class, () -> NodeCodec.decode(frames(Control.HEARTBEAT, null, json)));
  }

  @Test
  void anIdentityThatIsTooLongIsReadSoThatItsNodeCanBeTold() throws Exception {
    String name = "a".repeat(300);
    String json =
        "{\"identity\": \"%s\", \"session\": \"%s\", \"machine_id\": \"%s\"}"
            .formatted(name, ID, name);
    Heartbeat beat = (Heartbeat) NodeCodec.decode(frames(Control.HEARTBEAT, null, json));
    assertEquals(name, beat.identity());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"job\": {\"verb\": \"RUN\"}, \"deliveries\": [null]}",
        "{\"job\": {\"verb\": \"RUN\"}, \"deliveries\": [{}]}",
        "{\"job\": {\"verb\": \"RUN\"}, \"deliveries\": [{\"sha256\": \"a\", \"chunk_bytes\": 0}]}",
        "{\"job\": null}",
        "{\"job\": {}}",
        "{\"deliveries\": []}",
      })
  void aJobThatCannotBeRunIsRefused(String json) {
    assertThrows(
        BadMessageException.class, () -> ServerCodec.decode(frames(Control.NONE, null, json)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"ids\": null}", "{\"ids\": [null]}", "{\"ids\": [\"x\"]}", "5"})
  void idsMustBeIds(String json) {
    assertThrows(
        BadMessageException.class, () -> ServerCodec.decode(frames(Control.CANCEL, null, json)));
    assertThrows(
        BadMessageException.class, () -> ServerCodec.decode(frames(Control.ACK, "safe", json)));
  }

  @Test
  void aWelcomeMustSayHowOftenAndWhere() {
    for (String json :
        List.of(
            "{}",
            "{\"heartbeat_interval\": 0, \"content_port\": 1}",
            "{\"heartbeat_interval\": 1e308, \"content_port\": 1}",
            "{\"heartbeat_interval\": 1000000001, \"content_port\": 1}",
            "{\"heartbeat_interval\": 1, \"content_port\": 0}",
            "{\"heartbeat_interval\": 1, \"content_port\": 65536}")) {
      assertThrows(
          BadMessageException.class,
          () -> ServerCodec.decode(frames(Control.ACK, "welcome", json)),
          json);
    }
  }

  @Test
  void anAcknowledgementOfSomethingUnknownIsRefused() {
    String welcome = "{\"heartbeat_interval\": 1, \"content_port\": 5}";
    assertThrows(
        BadMessageException.class, () -> ServerCodec.decode(frames(Control.ACK, "other", welcome)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"execution_nanos\": 9223372036854775807, \"ended_micros\": 9223372036854775807}",
        "{\"execution_nanos\": -5, \"started_micros\": -9223372036854775808, \"ended_micros\": -1}"
      })
  void timesOfAResultAreNeverExtreme(String json) throws Exception {
    var ended =
        (NodeMessage.Ended) NodeCodec.decode(overTheWire(frames(Control.FINISHED, "RUN", json)));
    Duration time = ended.result().executionTime();
    assertTrue(!time.isNegative() && time.toDays() <= 3650, time::toString);
    Instant end = ended.result().endedAt();
    assertTrue(
        !end.isBefore(Instant.EPOCH)
            && end.plus(time).isBefore(Instant.ofEpochSecond(253_402_300_800L)));
    assertEquals(ended, NodeCodec.decode(overTheWire(NodeCodec.encode(ended))));
  }

  @Test
  void timesOfAHeartbeatAreNeverExtreme() throws Exception {
    String json =
        "{\"identity\": \"a\", \"session\": \"%s\", \"host_uptime\": 9e17, \"agent_uptime\": -4}";
    Heartbeat beat =
        (Heartbeat) NodeCodec.decode(frames(Control.HEARTBEAT, null, json.formatted(ID)));
    assertEquals(3650, beat.client().hostUptime().toDays());
    assertEquals(Duration.ZERO, beat.agentUptime());
  }

  @Test
  void messagesOfANodeAreAsLongAsTheirKindMayBe() throws Exception {
    byte[] large = new byte[1 << 20];
    Frames.ofNode(new Frames("x", Control.FINISHED, null, null, null, large, large).toBytes());
    for (Control kind : List.of(Control.HEARTBEAT, Control.OUTPUT, Control.ROOM)) {
      List<byte[]> frames = new Frames("x", kind, null, large, null, null, null).toBytes();
      assertThrows(BadMessageException.class, () -> Frames.ofNode(frames), kind::name);
    }
    byte[] enormous = new byte[11 << 20];
    List<byte[]> frames =
        new Frames("x", Control.FINISHED, null, null, null, null, enormous).toBytes();
    assertThrows(BadMessageException.class, () -> Frames.ofNode(frames));
  }

  @Test
  void onlyKnownControlsAreAMessage() {
    byte[] packed = NodeCodec.encode(fromNodes().get(0)).toBytes().get(0).clone();
    packed[1] = 0x7f;
    assertThrows(BadMessageException.class, () -> Frames.of(List.of(packed)));
    assertThrows(BadMessageException.class, () -> Frames.of(List.of()));
  }

  private static ContentMessage content(ContentMessage message) throws Exception {
    return ContentCodec.decode(overTheWire(ContentCodec.encode(message)));
  }

  private static Frames overTheWire(Frames frames) throws BadMessageException {
    return Frames.of(frames.toBytes());
  }

  private static Frames frames(Control control, String command, String json) {
    byte[] data = json.getBytes(StandardCharsets.UTF_8);
    return new Frames(ID.toString(), control, command, data, null, null, null);
  }

  private static NodeResult result(Outcome outcome, String stdout, String stderr) {
    Instant end = START.plusMillis(1234);
    return new NodeResult(ID, outcome, stdout, stderr, Duration.ofMillis(9), START, end);
  }

  private static Job job() {
    return new Job(
        ID,
        "f",
        new Parent(ID, null, null, false),
        null,
        new JobDefinition("RUN", Json.object().put("command", "true"), Job.DEFAULT_TIMEOUT),
        JobOptions.NONE,
        Arrays.asList("node-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOST", "UNKNOWN_TARGET", "OF_A_LATER_VERSION"})
  void aReasonThatIsNotForNodesToGiveIsAnError(String reason) throws Exception {
    Frames frames =
        NodeCodec.encode(
            new NodeMessage.Ended(
                "RUN", result(new Outcome.Failed(Outcome.Reason.TIMEOUT, "why"), "", "")));
    ObjectNode data = (ObjectNode) Json.mapper().readTree(frames.data());

    Outcome outcome = decoded(frames, data.put("reason", reason)).outcome();

    assertEquals(
        new Outcome.Failed(
            Outcome.Reason.ERROR,
            "the node ended it with an outcome that this server does not take: "
                + reason
                + "; why"),
        outcome);
  }

  @Test
  void aResultWithAnUnknownOutcomeIsNotASuccess() throws Exception {
    NodeResult succeeded = result(new Outcome.Succeeded("done"), "", "");
    Frames sent = NodeCodec.encode(new NodeMessage.Ended("RUN", succeeded));
    byte[] other =
        new String(sent.data(), StandardCharsets.UTF_8)
            .replace("succeeded", "postponed")
            .getBytes(StandardCharsets.UTF_8);

    NodeMessage.Ended read =
        (NodeMessage.Ended)
            NodeCodec.decode(
                new Frames(
                    sent.messageId(), sent.control(), "RUN", other, sent.info(), null, null));

    Outcome.Failed failed = (Outcome.Failed) read.result().outcome();
    assertEquals(Outcome.Reason.ERROR, failed.reason());
    assertTrue(failed.info().contains("postponed"), failed.info());
  }
}
