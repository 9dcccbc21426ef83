package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Job;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestServer;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeWarningsTest {
  @Test
  void whatOneAddressTriesThousandsOfTimesFillsNoLog() {
    Instant now = Instant.parse("2026-11-29T10:00:00Z");
    try (LogLines lines = new LogLines(NodeWarningsTest.class)) {
      NodeWarnings log = new NodeWarnings(System.getLogger(NodeWarningsTest.class.getName()));
      for (int i = 0; i < 5000; i++) {
        log.refused("node-" + i, "192.0.2.1", "no", now);
      }
      assertEquals(11, lines.lines().size());
      log.refused("node-a", "192.0.2.2", "no", now);
      assertEquals(12, lines.lines().size());

      log.refused("node-b", "192.0.2.1", "no", now.plusSeconds(60));

      List<String> all = lines.lines();
      assertTrue(all.get(12).contains("at 192.0.2.1: 4,990 more refusals"), all.get(12));
      assertEquals(14, all.size());
    }
  }

  @Test
  void resultsWithoutEndThatWereNeverWantedFillNoLogEither() throws Exception {
    try (LogLines lines = new LogLines(Core.class);
        TestServer server = new TestServer()) {
      FakeNode a = server.node("a").join();
      server.node("b").join();
      Job job = TestServer.job("b");
      server.submit(job);
      for (int i = 0; i < 1000; i++) {
        a.answer(FakeNode.success(job.id(), ""));
      }
      await().until(() -> lines.lines().size() == 11);
      server.view(job.id());
      assertEquals(
          "node a: ignored a result for job " + job.id() + ", which was never sent to it",
          lines.lines().get(0));
      assertEquals(
          "node a: more ignored results within the minute are only counted", lines.lines().get(10));
      assertEquals(11, lines.lines().size());
    }
  }
}
