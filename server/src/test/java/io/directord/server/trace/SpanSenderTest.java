package io.directord.server.trace;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.loop.LoopThread;
import io.directord.server.LogLines;
import io.directord.server.dispatch.TraceOutlet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** Spans as a collector receives them. */
@Timeout(300)
class SpanSenderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:10Z");
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  private final List<JsonNode> received = new CopyOnWriteArrayList<>();
  private final List<String> keys = new CopyOnWriteArrayList<>();
  private final AtomicInteger refusals = new AtomicInteger();
  private HttpServer collector;
  private SpanSender sender;
  private LoopThread thread;
  private TraceOutlet outlet;

  @BeforeEach
  void start() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          boolean refuses = refusals.getAndDecrement() > 0;
          keys.add(exchange.getRequestHeaders().getFirst("X-Api-Key"));
          if (!refuses) {
            received.add(Json.read(body, JsonNode.class));
          }
          exchange.sendResponseHeaders(refuses ? 503 : 200, -1);
          exchange.close();
        });
    collector.start();
    String at = "http://127.0.0.1:" + collector.getAddress().getPort() + "/";
    sender = new SpanSender(URI.create(at), Map.of("X-Api-Key", "k3y"), "server-1", 10);
    thread = LoopThread.start("spans", sender, (name, why) -> {});
    outlet = sender.outlet(() -> NOW);
  }

  @AfterEach
  void stop() {
    thread.close();
    collector.stop(0);
  }

  private static Job job(String traceparent) {
    var json = Json.object().put("verb", "RUN").put("command", "secret-argument");
    if (traceparent != null) {
      json.put("traceparent", traceparent);
    }
    return JobJson.read(json);
  }

  private List<JsonNode> spans() {
    List<JsonNode> spans = new ArrayList<>();
    for (JsonNode body : received) {
      for (JsonNode span : body.at("/resourceSpans/0/scopeSpans/0/spans")) {
        spans.add(span);
      }
    }
    return spans;
  }

  private static NodeOutcome failed(String node) {
    return NodeOutcome.withoutRun(
        node, NodeOutcome.State.FAILED, Outcome.Reason.LOST, "secret-info");
  }

  private static JobSummary summary(Job job) {
    return new JobSummary(
        job.id(),
        job.parent(),
        JobTitle.of(job),
        new JobOrigin("ada", NOW.minusSeconds(5), 1, false),
        false,
        new JobCounts(1, 0, 0, 1, 1, 0),
        new JobTimes(Duration.ZERO, Duration.ZERO, NOW));
  }

  @Test
  void aResultIsASpanBelowItsJobInTheTraceOfWhoeverCausedIt() {
    Job job = job("00-" + TRACE + "-" + CALLER + "-01");
    refusals.set(2);
    outlet.result(job, failed("web-1"));
    outlet.ended(summary(job));
    await().until(() -> spans().size() == 2);
    assertEquals(Set.of("k3y"), Set.copyOf(keys));

    JsonNode result = spans().get(0);
    JsonNode whole = spans().get(1);
    assertEquals(TRACE, result.path("traceId").asString());
    assertEquals(TRACE, whole.path("traceId").asString());
    assertEquals(CALLER, whole.path("parentSpanId").asString());
    assertEquals(whole.path("spanId").asString(), result.path("parentSpanId").asString());
    assertEquals("RUN on web-1", result.path("name").asString());
    assertEquals(2, result.at("/status/code").asInt());
    assertEquals("lost", result.at("/status/message").asString());
    assertEquals("1767225610000000000", whole.path("endTimeUnixNano").asString());
    assertTrue(whole.path("spanId").asString().matches("[0-9a-f]{16}"));
    String all = received.toString();
    assertTrue(all.contains("\"service.instance.id\""), all);
    assertTrue(!all.contains("secret"), all);
  }

  @Test
  void jobsWithoutATraceMakeOneOfTheirRun() {
    Job job = job(null);
    outlet.result(job, failed("web-1"));
    await().until(() -> spans().size() == 1);
    assertEquals(
        job.parent().id().toString().replace("-", ""), spans().get(0).path("traceId").asString());
  }

  @Test
  void whatNobodyWantsToSeeIsNotSent() {
    Job unseen = job("00-" + TRACE + "-" + CALLER + "-00");
    outlet.result(unseen, failed("web-1"));
    outlet.ended(summary(unseen));
    outlet.result(job(null), failed("web-2"));
    await().until(() -> !spans().isEmpty());
    assertEquals("RUN on web-2", spans().get(0).path("name").asString());
  }

  @Test
  void whatTheCollectorHasNotTakenWhenTheServerEndsIsTold() {
    refusals.set(Integer.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      outlet.result(job(null), failed("web-1"));
    }
    try (LogLines log = new LogLines(SpanSender.class)) {
      thread.close();
      assertTrue(
          log.warnings().stream().anyMatch(line -> line.contains("3 spans left out")),
          () -> log.lines().toString());
    }
  }

  @Test
  void aCollectorThatIsAwayHoldsUpNobodyAndGetsWhatComesLater() {
    refusals.set(Integer.MAX_VALUE);
    for (int i = 0; i < 21_000; i++) {
      outlet.result(job(null), failed("web-1"));
    }
    refusals.set(0);
    outlet.result(job(null), failed("later"));
    await()
        .until(
            () -> {
              outlet.result(job(null), failed("later"));
              return spans().stream()
                  .anyMatch(span -> span.path("name").asString().equals("RUN on later"));
            });
  }
}
