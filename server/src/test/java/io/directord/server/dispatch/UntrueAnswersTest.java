package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Nodes that say what cannot be, or what nobody can read. */
class UntrueAnswersTest {
  @AutoClose private final LogLines log = new LogLines("io.directord.server");
  @AutoClose private final TestServer server = TestServer.withPort();
  private final FakeNode node = server.node("n1").join();

  @Test
  void aNodeCannotHaveTheServerTakenForAnOlderCopy() {
    Job job = sent();
    Outcome gone = new Outcome.Failed(Reason.RESULT_LOST, "ran before");

    node.answer(NodeResult.withoutRun(job.id(), gone, Instant.EPOCH));

    NodeOutcome outcome = ended(job);
    assertEquals(Reason.ERROR, outcome.reason());
    assertEquals(
        "the node says that it gave a result before this job was first sent to it: ran before",
        outcome.info());
    server.pass(Duration.ofSeconds(5));
    assertEquals(0, logged("older copy"), log.lines()::toString);
    assertEquals(1, logged("node n1: says that it gave the result of job " + job.id()));
  }

  @Test
  void aResultThatCannotBeReadEndsItsJobAndTheLogNamesTheNode() {
    Job job = sent();
    List<byte[]> frames =
        NodeCodec.encode(new NodeMessage.Ended("RUN", FakeNode.success(job.id(), ""))).toBytes();

    node.sendRaw(frames.stream().map(UntrueAnswersTest::withoutTime).toList());

    NodeOutcome outcome = ended(job);
    assertEquals(Reason.ERROR, outcome.reason());
    assertEquals(
        "its result came in a form that this server cannot read: ended: the time is needed",
        outcome.info());
    assertEquals(
        1,
        logged("node n1 at 127.0.0.1: undecodable result of job " + job.id() + ": ended: the time"),
        log.lines()::toString);
    await().until(() -> !node.all(ServerMessage.Durable.class).isEmpty());
  }

  private static byte[] withoutTime(byte[] frame) {
    String text = new String(frame, StandardCharsets.ISO_8859_1);
    return text.replace("ended_micros", "ended_mucros").getBytes(StandardCharsets.ISO_8859_1);
  }

  private Job sent() {
    Job job = TestServer.job("n1");
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    return job;
  }

  private NodeOutcome ended(Job job) {
    await().until(() -> !server.summary(job.id()).processing());
    return server.view(job.id()).nodes().get(0);
  }

  private long logged(String text) {
    return log.lines().stream().filter(line -> line.contains(text)).count();
  }
}
