package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Analysis;
import io.directord.common.api.Extremes;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeClient;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeTraits;
import io.directord.common.api.NodeView;
import io.directord.common.api.RunTimes;
import io.directord.common.api.Totals;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.verbs.Components;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** Against what the original printed. */
class TablesTest {
  private static final int NO_TERMINAL = Integer.MAX_VALUE;

  @TempDir Path directory;

  private static final List<NodeView> NODES =
      List.of(
          node("node-1", 176.35, 420, 222097, "m1"),
          node("node-3", 176.37, 450, 162373, "m3"),
          node("node-2", 176.37, 450, 254874, "m2"));

  @Test
  void aJobLooksAsTheOriginalPrintsIt() {
    assertEquals(
        """
        KEY                  VALUE
        -------------------  --------------------------------------------------------
        ID                   last
        JOB_ID               3acf5f9e-a8a3-44e6-80eb-4e46100792ab
        JOB_DEFINITION       verb = RUN
                             retry = 2
                             command = printf "line1\\nline2\\n"; echo err >&2
                             skip_cache = True
                             args = {'key': ['value', 1, True]}
                             job_id = 3acf5f9e-a8a3-44e6-80eb-4e46100792ab
        JOB_SHA3_224         4f763a07f9cf8aaec20445aa9b99e7296b70a3e61fde1fa841dccee6
        JOB_NAME             say one
        PARENT_JOB_ID        9c64a61e-268b-477c-bae3-06f271293727
        PARENT_JOB_NAME      572c7f661150ad302b9cb6fb41a0f74f1e727548402bc7135e6516aa
        VERB                 RUN
        COMPONENT_TIMESTAMP  2026-11-22 06:46:26
        INFO                 node-2 = exit status 3
        PROCESSING           False
        RETURN_TIMESTAMP     2026-11-22 06:46:27
        STDERR               node-1 = err
        STDOUT               node-1 = line1
                             line2
        ROUNDTRIP_TIME       0.11363506
        EXECUTION_TIME       0.00953615
        SUCCESS              node-1
        FAILED               node-2
        SKIPPED
        LEFT_OUT             node-3
        CHANGED
        RETRIED
        CUT
        RESULTS_LOST         0
        SUBMITTED_BY         root

        Total Items: 25""",
        String.join("\n", Tables.job(view(), "last")));
  }

  @Test
  void fingerprintsFitOrTheTableSaysHowToSeeTheRest() throws Exception {
    Plan plan =
        new Planner(Components.builtin(), Path.of(""))
            .plan(
                Orchestration.ofOne("RUN", "echo a rather long command line"), PlanOptions.DEFAULT);
    for (int width : new int[] {60, 80, 100}) {
      assertFits(Tables.fingerprints(plan, width), width);
    }
    assertTrue(Tables.fingerprints(plan, 100).get(2).contains(plan.jobs().get(0).fingerprint()));
  }

  @Test
  void aJobWithANameIsShownWithItsFingerprintToo() throws Exception {
    Path file = directory.resolve("named.yaml");
    Files.writeString(file, "- jobs:\n  - RUN: echo one\n    name: greet\n  - RUN: echo two\n");
    Plan plan =
        new Planner(Components.builtin(), Path.of(""))
            .plan(OrchestrationFile.read(List.of(file)), PlanOptions.DEFAULT);
    List<String> lines = Tables.fingerprints(plan, Table.UNLIMITED);
    assertTrue(lines.get(0).matches("count +parent +verb +exec +name +job *"), lines.get(0));
    assertTrue(lines.get(2).matches(".* greet +" + plan.jobs().get(0).fingerprint()), lines.get(2));
    assertTrue(lines.get(3).endsWith("       " + plan.jobs().get(1).fingerprint()), lines.get(3));
  }

  private static void assertFits(List<String> lines, int width) {
    assertTrue(lines.stream().allMatch(line -> line.length() <= width), () -> text(lines));
    assertEquals(
        "(Too wide for this terminal: --output yaml shows the rest.)",
        lines.get(lines.size() - 1),
        () -> text(lines));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines);
  }

  @Test
  void anAnalysisLooksAsTheOriginalPrintsIt() {
    Analysis analysis =
        new Analysis(
            UUID.fromString("9c64a61e-268b-477c-bae3-06f271293727"),
            Duration.ofNanos(1131796121),
            Duration.ofNanos(108468770),
            new Extremes("node-2", "node-2", "node-3", null),
            Duration.ofNanos(36156256),
            new Totals(0, 3, 3, 9));
    assertEquals(
        """
        KEY                       VALUE
        ------------------------  ------------------------------------
        ID                        9c64a61e-268b-477c-bae3-06f271293727
        ACTUAL_RUNTIME            1.13179612
        COMBINED_EXECUTION_TIME   0.10846877
        FASTEST_NODE_EXECUTION    node-2
        FASTEST_NODE_ROUNDTRIP    node-2
        SLOWEST_NODE_EXECUTION    node-3
        SLOWEST_NODE_ROUNDTRIP
        TOTAL_AVG_EXECUTION_TIME  0.03615626
        TOTAL_FAILURES            0
        TOTAL_JOBS                3
        TOTAL_NODE_COUNT          3
        TOTAL_SUCCESSES           9

        Total Items: 12""",
        text(Tables.analysis(analysis, analysis.id().toString(), NO_TERMINAL)));
  }

  @Test
  void whatIsExportedHasTheOriginalsKeys() {
    ObjectNode job = Exported.job(view());
    assertEquals("node-1", job.get("SUCCESS").get(0).stringValue());
    assertEquals("line1\nline2", job.get("STDOUT").get("node-1").stringValue());
    assertEquals("RUN", job.get("JOB_DEFINITION").get("verb").stringValue());
    ObjectNode node = Exported.node(NODES.get(0), Instant.ofEpochSecond(1000));
    assertEquals(
        "active: true\n"
            + "agent_uptime: '0:00:00.222097'\n"
            + "driver: zeromq\n"
            + "expire_time: 1176.350\n"
            + "expiry: 176.350\n"
            + "host_uptime: '0:39:47.420000'\n"
            + "identity: node-1\n"
            + "machine_id: m1\n"
            + "version: 0.12.0\n"
            + "state: ACTIVE\n"
            + "last_seen: '2026-11-22 06:46:26'\n",
        Structured.text(node, OutputFormat.YAML));
  }

  @Test
  void uptimesOfDaysAndOfWholeSecondsLookAsPythonPrintsThem() {
    assertEquals("1 day, 1:00:05", Times.uptime(Duration.ofSeconds(90005)));
    assertEquals("12 days, 0:00:00.000001", Times.uptime(Duration.ofDays(12).plusNanos(1000)));
  }

  @Test
  void structuredTextHasTheNamesOfTheApi() {
    String json = Structured.text(NODES, OutputFormat.JSON);
    assertEquals("node-1", Json.mapper().readTree(json).get(0).get("identity").stringValue());
    String yaml = Structured.text(NODES, OutputFormat.YAML);
    assertTrue(yaml.startsWith("- identity: node-1\n"), yaml);
    assertTrue(yaml.contains("machine_id: m1"), yaml);
  }

  @Test
  void outputWithEscapeSequencesStaysTextInYaml() {
    String yaml =
        Structured.text(Json.object().put("out", "\u001b[31mröd\u001b[0m\n"), OutputFormat.YAML);
    assertEquals("out: \"\\e[31mröd\\e[0m\\n\"\n", yaml);
  }

  @Test
  void timesSince1970AreNumbersToReadersOfYaml() {
    ObjectNode node = Exported.node(NODES.get(0), Instant.ofEpochSecond(1_795_367_168));
    String yaml = Structured.text(node, OutputFormat.YAML);
    assertTrue(yaml.contains("expire_time: 1795367344.350\n"), yaml);
    assertTrue(Structured.text(node, OutputFormat.JSON).contains(": 1795367344.350,"));
  }

  @Test
  void whereAJobHasNotEndedItIsSaidHowFarItHasCome() {
    JobView view =
        new JobView(
            view().summary(),
            view().definition(),
            "root",
            List.of(),
            List.of(),
            List.of(),
            List.of(
                outcome("a", NodeOutcome.State.WAITING, null, "", "", ""),
                outcome("b", NodeOutcome.State.SENT, null, "", "", ""),
                outcome("c", NodeOutcome.State.RUNNING, null, "", "", ""),
                outcome("d", NodeOutcome.State.WAITING, null, "not begun: it is paused", "", "")));
    assertEquals(
        "{\"a\":\"not sent yet\",\"b\":\"task queued\",\"c\":\"task processing\","
            + "\"d\":\"not begun: it is paused\"}",
        Exported.job(view).get("INFO").toString());
  }

  private static NodeView node(
      String name, double expiry, long hostMillis, long agentMicros, String machine) {
    return new NodeView(
        name,
        new NodePresence(NodeView.State.ACTIVE, at(26), Duration.ofNanos(Math.round(expiry * 1e9))),
        new NodeClient(
            "0.12.0",
            Duration.ofMinutes(39).plusSeconds(47).plusMillis(hostMillis),
            Duration.ofNanos(agentMicros * 1000),
            machine,
            "zeromq"),
        0,
        "",
        NodeTraits.NONE);
  }

  private interface WithParent {
    JobSummary get(String parentFingerprint);
  }

  private static WithParent summary(
      String id, String name, String fingerprint, int succeeded, int failed, long nanos) {
    return parent ->
        new JobSummary(
            UUID.fromString(id),
            new Parent(
                UUID.fromString("9c64a61e-268b-477c-bae3-06f271293727"), parent, null, false),
            new JobTitle(fingerprint, "RUN", name, "uname -r", 0),
            new JobOrigin("root", at(20), 0, false),
            false,
            new JobCounts(succeeded + failed, succeeded, 0, failed, 0, 0),
            new JobTimes(Duration.ofNanos(nanos), Duration.ofNanos(113635060), at(27)));
  }

  private static JobView view() {
    JobSummary summary =
        summary(
                "3acf5f9e-a8a3-44e6-80eb-4e46100792ab",
                "say one",
                "4f763a07f9cf8aaec20445aa9b99e7296b70a3e61fde1fa841dccee6",
                1,
                1,
                9536150)
            .get("572c7f661150ad302b9cb6fb41a0f74f1e727548402bc7135e6516aa");
    ObjectNode definition = Json.object().put("verb", "RUN").put("retry", 2);
    definition.put("command", "printf \"line1\\nline2\\n\"; echo err >&2").put("skip_cache", true);
    definition.set("args", Json.mapper().readTree("{\"key\": [\"value\", 1, true]}"));
    definition.put("job_id", summary.id().toString());
    return new JobView(
        summary,
        definition,
        "root",
        List.of("node-3"),
        List.of(),
        List.of(),
        List.of(
            outcome("node-1", NodeOutcome.State.SUCCEEDED, null, "", "line1\nline2\n", "err\n"),
            outcome(
                "node-2",
                NodeOutcome.State.FAILED,
                Outcome.Reason.ERROR,
                "exit status 3",
                "",
                "")));
  }

  private static NodeOutcome outcome(
      String node,
      NodeOutcome.State state,
      Outcome.Reason reason,
      String info,
      String stdout,
      String stderr) {
    return new NodeOutcome(
        node,
        state,
        reason,
        info,
        new CapturedOutput(stdout, stderr),
        new RunTimes(Duration.ZERO, Duration.ZERO, at(26), at(26)),
        RunDetails.NONE);
  }

  private static Instant at(int second) {
    return LocalDateTime.of(2026, 11, 22, 6, 46, second).atZone(ZoneId.systemDefault()).toInstant();
  }
}
