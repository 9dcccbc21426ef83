package io.directord.server.metrics;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.EventFilter;
import io.directord.common.api.Leadership;
import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.validation.ErrorCode;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import io.directord.server.memory.MemoryBudget;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The metrics of a server that works, and {@code docs/metrics.md} against them. */
@Timeout(300)
class MetricsTest {
  private static final Path MONITORING = Path.of("../cli/src/main/dist/share/monitoring");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(directord_\\w+)` \\| (\\w+) \\|[^|]*\\| \\S");
  private static final Pattern NAME = Pattern.compile("directord_\\w+");
  private static final MemoryBudget MEMORY = new MemoryBudget(100_000);

  @Test
  void showWhatWasDone() throws Exception {
    try (TestServer server = new TestServer()) {
      server.node("a").succeeding().join();
      server.node("b").answering(run -> FakeNode.failure(run.job().id())).join();
      server.node("c").join();
      Job done = TestServer.job("a", "b");
      Job waits = TestServer.job("c");

      server.submit(done);
      server.submit(waits);
      server.follow(EventFilter.Detail.JOBS);
      await().until(() -> !server.summary(done.id()).processing());
      await().until(() -> server.outcome(waits, "c").state().name().equals("SENT"));

      String text = text(server);
      contains(text, "directord_jobs_submitted_total{verb=\"RUN\"} 2.0");
      contains(text, "directord_jobs_ended_total{outcome=\"failed\",verb=\"RUN\"} 1.0");
      contains(text, "directord_results_total{outcome=\"failed\",reason=\"error\"} 1.0");
      contains(text, "directord_results_total{outcome=\"succeeded\",reason=\"\"} 1.0");
      contains(text, "directord_dispatch_duration_seconds_count 3");
      contains(text, "directord_node_duration_seconds_count 1");
      contains(text, "directord_nodes{state=\"active\"} 3.0");
      contains(text, "directord_nodes{state=\"expired\"} 0.0");
      contains(text, "directord_jobs_open 1.0");
      contains(text, "directord_jobs_kept 1.0");
      contains(text, "directord_window_jobs 1.0");
      contains(text, "directord_queue_jobs 0.0");
      contains(text, "directord_followers 1.0");
      contains(text, "directord_store_writable 1.0");
      contains(text, "directord_build_info{java=\"" + Runtime.version().feature());
      contains(text, "directord_memory_share_limit_bytes{use=\"results\"} 20000.0");
      contains(text, "process_start_time_seconds ");
      assertFalse(text.contains("directord_store_bytes"), "memory has no size");
    }
  }

  private static String text(TestServer server) {
    Figures figures = TestServer.get(server.dispatch().figures(TestServer.CALLER));
    byte[] text =
        new Exposition(server.dispatch().meters(), MEMORY, "1.2.3", () -> null).text(figures);
    return new String(text, StandardCharsets.UTF_8);
  }

  private static void contains(String text, String line) {
    assertTrue(text.contains("\n" + line), line + " is not in\n" + text);
  }

  @Test
  void withoutTheDispatcherThereIsTheRest() {
    Meters meters = new Meters();
    meters.refused(ErrorCode.UNKNOWN_NODE);

    String text =
        new String(
            new Exposition(meters, MEMORY, "1.2.3", () -> null).text(null), StandardCharsets.UTF_8);

    contains(text, "directord_dispatcher_answering 0.0");
    contains(text, "directord_requests_refused_total{code=\"unknown-node\"} 1.0");
    assertFalse(text.contains("directord_jobs_open"), text);
  }

  @Test
  void aServerThatStandsBySaysSo() {
    Leadership seen = new Leadership(false, "a", 3, Duration.ofMillis(1500), List.of("b", "c"));

    String text =
        new String(
            new Exposition(new Meters(), MEMORY, "1.2.3", () -> seen).text(null),
            StandardCharsets.UTF_8);

    contains(text, "directord_leads 0.0");
    contains(text, "directord_epoch 3.0");
    contains(text, "directord_standbys 2.0");
    contains(text, "directord_lease_age_seconds 1.5");
    assertFalse(text.contains("directord_dispatcher_answering"), text);
  }

  @Test
  void thePageHasThemAllAndNoOther() throws Exception {
    Map<String, String> described = new TreeMap<>();
    Matcher rows = ROW.matcher(Files.readString(Path.of("../docs/metrics.md")));
    while (rows.find()) {
      described.put(rows.group(1), rows.group(2));
    }
    Map<String, String> known = new TreeMap<>();
    all().forEach(metric -> known.put(name(metric), kind(metric)));
    assertEquals(known, described);
  }

  @Test
  void rulesAndDashboardAskForWhatThereIs() throws Exception {
    Set<String> known = new TreeSet<>();
    for (MetricSnapshot metric : all()) {
      known.add(name(metric));
      if (metric instanceof HistogramSnapshot) {
        known.add(name(metric) + "_bucket");
      }
    }
    for (String file : new String[] {"alerts.yaml", "dashboard.json"}) {
      Matcher names = NAME.matcher(Files.readString(MONITORING.resolve(file)));
      Set<String> unknown = new TreeSet<>();
      int count = 0;
      while (names.find()) {
        count++;
        if (!known.contains(names.group())) {
          unknown.add(names.group());
        }
      }
      assertTrue(count > 5, file + " has " + count);
      assertEquals(Set.of(), unknown, file);
    }
  }

  /** By the program that comes with Prometheus. */
  @Test
  void prometheusFindsNoFault() throws Exception {
    byte[] text = new Exposition(filled(), MEMORY, "1.2.3", () -> null).text(figures());
    promtool(
        new String(text, StandardCharsets.UTF_8).replaceAll("(?m)^.*\\bjvm_.*\n", ""),
        "check",
        "metrics");
    promtool("", "check", "rules", MONITORING.resolve("alerts.yaml").toString());
  }

  private static void promtool(String input, String... words) throws Exception {
    String[] command = new String[words.length + 1];
    command[0] = "promtool";
    System.arraycopy(words, 0, command, 1, words.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertEquals(0, process.waitFor(), said);
  }

  private static Meters filled() {
    Meters meters = new Meters();
    meters.submitted("RUN");
    meters.committed(Duration.ofMillis(2));
    meters.sent(Duration.ofSeconds(1));
    meters.refused(ErrorCode.UNKNOWN_NODE);
    return meters;
  }

  private static Figures figures() {
    return new Figures(
        Map.of(NodeView.State.ACTIVE, 1),
        new Figures.Work(1, 2, 3, 4, 5, 6, 7),
        new Figures.Kept(OptionalLong.of(1), OptionalLong.of(2), true),
        new Figures.Transfers(1, 2, 3, 4, 5, 6, 7),
        6,
        7);
  }

  private static Iterable<MetricSnapshot> all() throws IOException {
    return new Exposition(
            new Meters(),
            MEMORY,
            "1.2.3",
            () -> new Leadership(true, "a", 3, Duration.ofSeconds(1), List.of("b")))
        .ours(figures());
  }

  private static String name(MetricSnapshot metric) {
    String suffix =
        metric instanceof CounterSnapshot
            ? "_total"
            : metric instanceof InfoSnapshot ? "_info" : "";
    return metric.getMetadata().getPrometheusName() + suffix;
  }

  private static String kind(MetricSnapshot metric) {
    if (metric instanceof HistogramSnapshot) {
      return "histogram";
    }
    return metric instanceof CounterSnapshot ? "counter" : "gauge";
  }
}
