package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;

/** Looking at what the server knows, and making it forget, with real processes. */
class ManageIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final String UNKNOWN = "00000000-0000-0000-0000-000000000000";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 2);
  }

  @BeforeEach
  void forgetJobs() throws IOException {
    cluster.api().purgeJobs();
  }

  @Test
  void jobsAreAnalysedAloneByTheirParentAndAllTogether() {
    Path file =
        cluster.write(
            "two.yaml",
            "- jobs:\n  - RUN: sleep 0.2\n  - RUN: echo two\n- jobs:\n  - RUN: exit 3\n");
    cluster.run("orchestrate", file.toString(), "--poll", "--ignore-cache").expect(1);
    JsonNode first = jobs().get(0);
    String parent = first.get("parent").get("id").stringValue();

    Map<String, String> ofParent = table(cluster.run("manage", "--analyze-parent", parent));
    assertEquals(parent, ofParent.get("ID"));
    assertEquals("2", ofParent.get("TOTAL_JOBS"));
    assertEquals("4", ofParent.get("TOTAL_SUCCESSES"));
    assertTrue(Double.parseDouble(ofParent.get("COMBINED_EXECUTION_TIME")) >= 0.4);
    assertTrue(ofParent.get("SLOWEST_NODE_EXECUTION").startsWith("node-"));

    String job = first.get("id").stringValue();
    Map<String, String> ofJob = table(cluster.run("manage", "--analyze-job", job));
    assertEquals("1", ofJob.get("TOTAL_JOBS"));
    assertEquals("2", ofJob.get("TOTAL_NODE_COUNT"));

    Map<String, String> ofAll = table(cluster.run("manage", "--analyze-all"));
    assertEquals("All-Jobs", ofAll.get("ID"));
    assertEquals("3", ofAll.get("TOTAL_JOBS"));
    assertEquals("2", ofAll.get("TOTAL_FAILURES"));

    JsonNode json = json("manage", "--analyze-all", "--output", "json");
    assertEquals(4, json.get("total_successes").intValue());
  }

  @Test
  void metricsAreThoseOfThisServer() {
    cluster.run("exec", "--wait", "--verb", "RUN", "--ignore-cache", "true").expect(0);

    String text = cluster.run("manage", "--metrics").expect(0).out();

    assertTrue(text.contains("\ndirectord_nodes{state=\"active\"} 2.0\n"), text);
    assertTrue(text.contains("\ndirectord_jobs_submitted_total{verb=\"RUN\"} "), text);
    assertTrue(text.contains("\ndirectord_store_bytes "), text);
    assertTrue(text.contains("\njvm_memory_used_bytes{area=\"heap\"} "), text);
    cluster.run("manage", "--metrics", "--output", "json").expect(2);
  }

  @Test
  void whatIsNotThereIsAnError() {
    for (String option :
        List.of(
            "--job-info", "--cancel", "--pause", "--resume", "--analyze-job", "--analyze-parent")) {
      for (String format : List.of("table", "json")) {
        Ran ran = cluster.run("manage", option, UNKNOWN, "--output", format).expect(1);
        assertTrue(ran.err().startsWith("directord: " + option + ": "), ran.err());
        assertTrue(ran.err().contains(UNKNOWN), ran.err());
        assertEquals("", ran.out());
      }
    }
    for (List<String> question :
        List.of(
            List.of("--analyze-all"),
            List.of("--list-jobs"),
            List.of("--export-jobs", directory.resolve("none.yaml").toString()))) {
      List<String> words = new ArrayList<>(List.of("manage"));
      words.addAll(question);
      Ran ran = cluster.run(words.toArray(String[]::new)).expect(1);
      assertEquals("No data found\n", ran.err());
      assertEquals("", ran.out());
    }
    assertFalse(Files.exists(directory.resolve("none.yaml")));
  }

  @Test
  void listsShowOnlyWhatTheFilterAsksFor() {
    String good = poll("Job Success: ", "true");
    String bad = poll("Job Failed: ", "false");
    assertEquals(List.of(good), ids("success"));
    assertEquals(List.of(bad), ids("failed"));
    assertEquals(List.of(), ids("processing"));
  }

  @Test
  void jobsAndNodesAreExportedAsYamlOrJson() throws IOException {
    String id = poll("Job Failed: ", "echo grüße; echo oops >&2; exit 3");
    Path file = directory.resolve("jobs.yaml");
    Ran ran = cluster.run("manage", "--export-jobs", file.toString()).expect(0);
    assertEquals("Exported data to [ " + file + " ]\n", ran.out());
    JsonNode job = Json.tree(new Yaml().load(Files.readString(file))).get(id);
    assertEquals("grüße", job.get("STDOUT").get("node-1").stringValue());
    assertEquals(2, job.get("FAILED").size());
    assertEquals("RUN", job.get("JOB_DEFINITION").get("verb").stringValue());

    Path nodes = directory.resolve("nodes.json");
    cluster.run("manage", "--export-nodes", nodes.toString(), "--output", "json").expect(0);
    JsonNode exported = Json.mapper().readTree(Files.readString(nodes));
    assertEquals(2, exported.size());
    assertEquals("machine-node-2", exported.get("node-2").get("machine_id").stringValue());
    assertTrue(exported.get("node-1").get("active").booleanValue());
    Ran nowhere = cluster.run("manage", "--export-nodes", "/none/x.yaml").expect(2);
    assertTrue(nowhere.err().contains("there is no directory /none"), nowhere::toString);
    try (var files = Files.list(directory)) {
      assertTrue(files.noneMatch(left -> left.toString().endsWith(".part")));
    }
  }

  @Test
  void anExportKeepsWhoMayReadTheFileThatItReplacesAndTheLinkThatNamesIt() throws IOException {
    Path file = Files.writeString(directory.resolve("private.yaml"), "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Path link = Files.createSymbolicLink(directory.resolve("link.yaml"), file);
    cluster.run("manage", "--export-nodes", link.toString()).expect(0);
    assertTrue(Files.isSymbolicLink(link));
    assertTrue(Files.readString(file).startsWith("node-1:\n"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
  }

  @Test
  void anExportToStandardOutputGoesThereAndLeavesTheDeviceAlone() {
    Ran ran = cluster.run("manage", "--export-nodes", "/dev/stdout").expect(0);
    assertTrue(ran.out().startsWith("node-1:\n"), ran::toString);
    assertTrue(ran.out().contains("\nnode-2:\n"), ran::toString);
    assertEquals("Exported data to [ /dev/stdout ]\n", ran.err());
    assertFalse(Files.isRegularFile(Path.of("/dev/stdout"), LinkOption.NOFOLLOW_LINKS));

    Ran dash = cluster.run("manage", "--export-nodes", "-", "--output", "json").expect(0);
    assertEquals(2, Json.mapper().readTree(dash.out()).size());
    assertTrue(Files.notExists(Path.of("-")));
  }

  @Test
  void outputThatCannotBeWrittenIsAFailureUnlessItsReaderHasHadEnough() throws Exception {
    Process full =
        cluster
            .command("manage", "--list-nodes")
            .redirectOutput(Path.of("/dev/full").toFile())
            .start();
    String said = new String(full.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(
        "directord: not all output could be written: No space left on device"
            + " [output-not-written]\n",
        said);
    assertEquals(1, full.waitFor());

    Process unread = cluster.command("manage", "--list-nodes").start();
    unread.getInputStream().close();
    assertEquals("", new String(unread.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
    assertEquals(0, unread.waitFor());
  }

  @Test
  void whatCannotBeDoneIsSaidWithWhatItWasAbout() {
    Ran full = cluster.run("manage", "--export-nodes", "/dev/full").expect(1);
    assertEquals(
        "directord: cannot write /dev/full: No space left on device [output-not-written]\n",
        full.err());
    Ran nobody = cluster.run("manage", "--forget-node", "").expect(2);
    assertTrue(nobody.err().contains("--forget-node: EXPR is empty"), nobody::toString);
    Ran wrong = cluster.run("manage", "--analyze-job", "node-1").expect(2);
    assertTrue(wrong.err().contains("is expected, not 'node-1'"), wrong::toString);
    Ran table = cluster.run("manage", "--output", "table", "--export-nodes", "x").expect(2);
    assertTrue(table.err().contains("--export-nodes makes no table"), table::toString);
  }

  @Test
  void theCacheOfARunningClientIsDumped() {
    cluster.run("exec", "--poll", "--verb", "ARG", "colour {'a': [1, 'blue']}").expect(0);
    cluster.run("exec", "--poll", "--verb", "ENV", "GREETING hello world").expect(0);
    String done = poll("Job Success: ", "true");
    String fingerprint =
        json("manage", "--job-info", done, "--output", "json")
            .get("summary")
            .get("fingerprint")
            .stringValue();

    String cache = directory.resolve("node-1/cache").toString();
    JsonNode dump =
        Json.mapper()
            .readTree(cluster.run("--cache-path", cache, "manage", "--dump-cache").expect(0).out());

    assertEquals("blue", dump.get("args").get("colour").get("a").get(1).stringValue());
    assertEquals("hello world", dump.get("envs").get("GREETING").stringValue());
    assertTrue(dump.get("jobs").has(fingerprint), dump::toString);
    Ran none = cluster.run("--cache-path", "/none", "manage", "--dump-cache").expect(1);
    assertTrue(none.err().contains("/none"), none::toString);
  }

  @Test
  void aNodeThatWasForgottenMayJoinWithAnotherKey() throws IOException {
    cluster.client("node-2").kill();
    Files.delete(cluster.state("node-2").resolve("client/node_key"));
    TestProcess stranger = cluster.startClient("node-2");
    await().atMost(TIMEOUT).until(() -> stranger.log().contains("manage --forget-node node-2"));

    Ran typo = cluster.run("manage", "--forget-node", "node-22").expect(2);
    assertTrue(typo.err().contains("there are: node-1, node-2"), typo::toString);
    Ran ran = cluster.run("manage", "--forget-node", "node-2").expect(0);

    assertEquals(Map.of("SUCCESS", "True"), table(ran));
    cluster.awaitActive(2);
    assertEquals(2, json("manage", "--list-nodes", "--output", "json").size());
  }

  @Test
  void allNodesAreForgottenWithTheirKeysAndComeBackByThemselves() throws IOException {
    cluster.client("node-1").kill();
    Files.delete(cluster.state("node-1").resolve("client/node_key"));
    cluster.run("manage", "--purge-nodes").expect(0);
    cluster.startClient("node-1");
    cluster.awaitActive(2);
  }

  @Test
  void purgedJobsAreGone() {
    poll("Job Success: ", "true");
    Ran ran = cluster.run("manage", "--purge-jobs").expect(0);
    assertEquals("KEY      VALUE\n-------  -------\nSUCCESS  True\n\nTotal Items: 1\n", ran.out());
    assertEquals("1 job forgotten\n", ran.err());
    assertEquals(0, jobs().size());
    assertEquals(0, json("manage", "--purge-jobs", "--output", "json").get("removed").intValue());
  }

  @Test
  void atATerminalAPersonIsAskedBeforeJobsAreForgotten() {
    poll("Job Success: ", "true");
    TestCluster.Terminal no = cluster.terminal("manage", "--purge-jobs");
    await().atMost(TIMEOUT).until(() -> no.process().log().contains("output? [y/N]"));
    assertTrue(no.process().log().contains("Forget 1 ended job and"), no.process()::log);
    no.type("\n");
    assertEquals(1, no.process().awaitEnd());
    assertEquals(1, jobs().size());
    TestCluster.Terminal yes = cluster.terminal("manage", "--purge-jobs");
    await().atMost(TIMEOUT).until(() -> yes.process().log().contains("[y/N]"));
    yes.type("y\n");
    assertEquals(0, yes.process().awaitEnd());
    assertTrue(yes.process().log().contains("1 job forgotten"), yes.process()::log);
    TestCluster.Terminal sure = cluster.terminal("manage", "--purge-jobs", "--yes");
    assertEquals(0, sure.process().awaitEnd());
    assertTrue(sure.process().log().contains("0 jobs forgotten"), sure.process()::log);
  }

  @Test
  void aJobIsFoundByTheBeginningOfItsIdAndByItsAge() {
    String first = poll("Job Success: ", "echo first");
    String second = poll("Job Success: ", "echo second");
    assertEquals(first, info(first.substring(0, 8)));
    assertEquals(first, info(first.substring(0, 13).toUpperCase(Locale.ROOT)));
    assertEquals(second, info("last"));
    assertEquals(first, info("last~1"));
    String analysed = cluster.run("manage", "--analyze-job", first.substring(0, 8)).expect(0).out();
    assertTrue(analysed.contains("TOTAL_JOBS                1\n"), analysed);
    cluster.run("manage", "--cancel", second.substring(0, 8)).expect(0);
    cluster.run("manage", "--job-info", "last~7").expect(1);
    cluster.run("fetch", "--job", "last~7", "--drop").expect(1);
    cluster.run("fetch", "--job", "what?", "--drop").expect(2);
    for (List<String> question :
        List.of(
            List.of("manage", "--job-info", "last", "--node", "NODE-1"),
            List.of("why", "last", "NODE-1"))) {
      Ran other = cluster.run(question.toArray(String[]::new)).expect(2);
      assertTrue(
          other.err().contains("is not for node NODE-1 (did you mean node-1?)"), other::toString);
    }
    Ran ended = cluster.run("manage", "--pause", "last").expect(1);
    assertTrue(ended.err().contains("has ended"), ended::toString);
    Ran wrong = cluster.run("manage", "--job-info", "what?").expect(2);
    assertTrue(wrong.err().startsWith("directord: --job-info: an id, 4 or more"), wrong::toString);
  }

  @Test
  void cancellingALaterJobLeavesOutThoseBehindItAndNamesThem() throws IOException {
    Path go = directory.resolve("go on");
    Path file =
        cluster.write(
            "four.yaml",
            "- jobs:\n  - RUN: while [ ! -e '"
                + go
                + "' ]; do sleep 0.1; done\n  - RUN: echo two\n  - RUN: echo three\n"
                + "  - RUN: echo four\n  - RUN: echo five\n");
    cluster.run("orchestrate", file.toString(), "--target", "node-1", "--ignore-cache").expect(0);

    JsonNode cancelled = json("manage", "--cancel", "last~1", "--output", "json");
    assertEquals(1, cancelled.get("jobs").size());
    assertEquals(1, cancelled.get("omitted").size());
    assertEquals(5, cancelled.at("/omitted/0/number").intValue());
    assertEquals("RUN echo five", cancelled.at("/omitted/0/title").stringValue());
    assertEquals(3, cancelled.at("/remaining/jobs").size());
    assertFalse(cancelled.at("/remaining/paused").booleanValue());
    Ran ran = cluster.run("manage", "--cancel", "last~2").expect(0);

    assertTrue(ran.out().startsWith("Job cancelled: "), ran::toString);
    assertEquals(
        "Later jobs of its parent are not run where it had not ended:\n  job 5: RUN echo five\n"
            + "2 other jobs of its parent go on: 'directord manage --cancel "
            + cancelled.at("/remaining/parent_id").stringValue().substring(0, 8)
            + "' ends them too\n",
        ran.err());
    Files.createFile(go);
    List<Integer> succeeded = new ArrayList<>();
    await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              JsonNode all = jobs();
              succeeded.clear();
              all.forEach(job -> succeeded.add(job.get("succeeded").intValue()));
              return all.findValues("processing").stream().noneMatch(JsonNode::booleanValue);
            });
    assertEquals(List.of(1, 1, 0, 0, 0), succeeded);
  }

  @Test
  void whatTheListShowsOfAParentWithoutANameIsTakenForIt() {
    Path file = cluster.write("unnamed.yaml", "- jobs:\n  - RUN: echo one\n  - RUN: echo two\n");
    cluster.run("orchestrate", file.toString(), "--poll", "--ignore-cache").expect(0);
    String shown = cluster.run("manage", "--list-jobs").lines().get(2).split(" {2,}")[1];
    assertEquals("2", table(cluster.run("manage", "--analyze-parent", shown)).get("TOTAL_JOBS"));
    String fingerprint = jobs().get(0).get("parent").get("fingerprint").stringValue();
    assertEquals(
        "2", table(cluster.run("manage", "--analyze-parent", fingerprint)).get("TOTAL_JOBS"));
    JsonNode first = jobs().get(0);
    String parent = first.get("parent").get("id").stringValue();
    for (String job : List.of("last", first.get("id").stringValue())) {
      Map<String, String> ofParent = table(cluster.run("manage", "--analyze-parent", job));
      assertEquals("2", ofParent.get("TOTAL_JOBS"));
      assertEquals(parent, ofParent.get("ID"));
    }
  }

  @Test
  void atATerminalJobsAreListedForPeopleTheNewestLast() {
    poll("Job Success: ", "echo 'what was done'");
    String newest = poll("Job Failed: ", "exit 3");
    TestProcess list = cluster.terminal("manage", "--list-jobs").process();
    assertEquals(0, list.awaitEnd());
    List<String> lines = list.log().replace("\r", "").lines().toList();
    assertTrue(lines.get(0).startsWith("ID        WHEN  "), list::log);
    assertTrue(lines.get(2).contains("RUN echo 'what was done'"), list::log);
    assertTrue(lines.get(3).startsWith(newest.substring(0, 8) + "  "), list::log);
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), list::log);
    TestProcess one = cluster.terminal("manage", "--list-jobs", "--limit", "1").process();
    assertEquals(0, one.awaitEnd());
    assertTrue(one.log().contains("The newest 1 job; --limit 0 shows all."), one::log);
    assertFalse(one.log().contains("what was done"), one::log);
    assertEquals(1, json("manage", "--list-jobs", "--limit", "1", "--output", "json").size());
    TestProcess sheet = cluster.terminal("manage", "--job-info", "last").process();
    assertEquals(0, sheet.awaitEnd());
    assertTrue(sheet.log().contains("node-1, node-2  ERROR: exit status 3"), sheet::log);
  }

  private static String info(String reference) {
    return json("manage", "--job-info", reference, "--output", "json")
        .get("summary")
        .get("id")
        .stringValue();
  }

  private static String poll(String outcome, String command) {
    return cluster.run("exec", "--poll", "--verb", "RUN", "--skip-cache " + command).after(outcome);
  }

  private static List<String> ids(String filter) {
    return json("manage", "--list-jobs", "--filter", filter, "--output", "json").values().stream()
        .map(job -> job.get("id").stringValue())
        .toList();
  }

  private static JsonNode jobs() {
    return json("manage", "--list-jobs", "--output", "json");
  }

  private static JsonNode json(String... words) {
    return Json.mapper().readTree(cluster.run(words).expect(0).out());
  }

  /** Keys and values of a table with two columns. */
  private static Map<String, String> table(Ran ran) {
    Map<String, String> rows = new LinkedHashMap<>();
    List<String> lines = ran.expect(0).lines();
    for (String line : lines.subList(2, lines.indexOf(""))) {
      String[] cells = line.split(" {2,}");
      rows.put(cells[0], cells.length > 1 ? cells[1] : "");
    }
    return rows;
  }
}
