package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs find their nodes by expressions, labels, groups and earlier results. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TargetsIT {
  private static final String THERE = "there are: db-1, web-1, web-2, web-3";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = new TestCluster(directory);
    // A node expires after three of them, which none may be silent for on a busy machine.
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "3");
    Path groups =
        cluster.write(
            "server.yaml",
            "groups:\n  canary: [web-1, db-1]\n  web: ['@role=web and not web-3']\n");
    String plain = cluster.variable("DIRECTORD_CONFIG_FILE");
    cluster.set("DIRECTORD_CONFIG_FILE", groups.toString());
    cluster.startServer();
    cluster.set("DIRECTORD_CONFIG_FILE", plain);
    cluster.startClient("web-1", "--labels", "role=web,site=ham");
    cluster.set(
        "DIRECTORD_CONFIG_FILE", cluster.write("web.yaml", "labels: {role: web}\n").toString());
    cluster.startClient("web-2");
    cluster.startClient("web-3");
    cluster.set("DIRECTORD_CONFIG_FILE", plain);
    cluster.startClient("db-1");
    cluster.awaitActive(4);
  }

  @BeforeEach
  void forgetJobs() throws IOException {
    cluster.api().purgeJobs();
  }

  @Test
  @Order(1)
  void labelsAreOfTheNodeAndOfTheServerAndOutliveIt() {
    assertEquals(List.of("web-1", "web-2", "web-3"), nodes("@role=web"));
    assertEquals(List.of("web-1"), nodes("@role=web and @site=h*"));
    assertEquals(List.of("db-1", "web-1", "web-2", "web-3"), nodes("@cpus>=1 and @memory>1M"));

    cluster.run("manage", "--label", "*", "role=db", "rack=1").expect(0);
    assertEquals(List.of("db-1", "web-1", "web-2", "web-3"), nodes("@role=db"));
    cluster.server().kill();
    cluster.set("DIRECTORD_CONFIG_FILE", directory.resolve("server.yaml").toString());
    cluster.startServer();
    cluster.awaitActive(4);
    assertEquals(List.of("db-1", "web-1", "web-2", "web-3"), nodes("@role=db and @rack=1"));
    Ran removed = cluster.run("manage", "--label", "web-*", "role-").expect(0);
    assertEquals("3 nodes labelled: web-[1:3]\n", removed.out());
    Ran none = cluster.run("manage", "--label", "web-*", "role-", "none-").expect(0);
    assertEquals("", none.out());
    assertEquals("no label none to remove, of web-[1:3]\n" + removed.err(), none.err());
    assertEquals(
        "kept, since the node's own configuration has it: role=web of web-[1:3]\n", removed.err());
    assertEquals(List.of("web-1", "web-2", "web-3"), nodes("@role=web"));
    JsonNode first = list("web-1").get(0);
    assertEquals("SELF", first.at("/labels/role/origin").asString(), first::toString);
    assertEquals("SERVER", first.at("/labels/rack/origin").asString(), first::toString);
    assertEquals(List.of("db-1", "web-3"), nodes("db-1", "web-3"));
    Path list = cluster.write("listed.txt", "# some\nweb-2\ndb-*\n");
    assertEquals(List.of("db-1", "web-2"), nodes("@@" + list));
    Ran listed = cluster.run("manage", "--label", "@@" + list, "listed=yes").expect(0);
    assertEquals("2 nodes labelled: db-1,web-2\n", listed.out());
    assertEquals(List.of("db-1", "web-2"), nodes("@listed=yes"));
    assertTrue(
        cluster.run("manage", "--list-nodes").expect(0).out().contains("LABELS"), "no labels");
  }

  @Test
  @Order(2)
  void aJobRunsOnTheNodesThatItsTargetsStandForWithinTheLimit() throws Exception {
    assertEquals(List.of("db-1", "web-1"), ranOn("--target", "%canary"));
    assertEquals(List.of("web-1", "web-2"), ranOn("--target", "%web"));
    assertEquals(List.of("web-1"), ranOn("--target", "%web", "--limit", "%canary"));
    assertEquals(List.of("db-1", "web-3"), ranOn("--limit", "not (web-[1-2])"));
    cluster.write("nodes.txt", "# some\nweb-2\n\ndb-*\n");
    assertEquals(List.of("db-1", "web-2"), ranOn("--target", "@@nodes.txt"));
    assertEquals(
        List.of("web-3"),
        names(
            piped(
                "web-3\n",
                "exec",
                "--wait",
                "--output",
                "json",
                "--target",
                "-",
                "--verb",
                "RUN",
                "true")));
  }

  @Test
  @Order(2)
  void nodesAreListedAndLabelledByListsToo() throws Exception {
    cluster.write("nodes.txt", "# some\nweb-2\n\ndb-*\n");
    assertEquals(List.of("db-1", "web-2"), nodes("@@nodes.txt"));
    String listed =
        piped("web-3\n%canary\n", "manage", "--list-nodes", "--target", "-", "--output", "json");
    assertEquals(List.of("db-1", "web-1", "web-3"), identities(listed));
    String none = piped("web-3\nWEB-2\n", "manage", "--list-nodes", "--target", "-");
    assertEquals(
        "directord: --target: unknown node WEB-2 (did you mean web-2?); "
            + THERE
            + " [unknown-node]\n",
        none);
    assertEquals(
        "2 nodes labelled: db-1,web-3\n",
        piped("web-3\ndb-1\n", "manage", "--label", "-", "shelf=2"));
    cluster.run("manage", "--label", "@@nodes.txt", "shelf-").expect(0);
    assertEquals(List.of("web-3"), nodes("@shelf=2"));
  }

  /** What a command prints that is given something on standard input. */
  private static String piped(String input, String... words) throws IOException {
    Process process = cluster.command(words).redirectErrorStream(true).start();
    process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().close();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  @Order(3)
  void whatFailedRunsAgainWhereItFailedOnly() {
    String fails =
        "case $" + TestCluster.NODE + " in web-2) exit 3;; *) echo >> " + directory + "/ran;; esac";
    cluster.run("exec", "--wait", "--target", "web-*", "--verb", "RUN", fails).expect(1);
    Ran again = cluster.run("rerun", "--failed", "--wait", "--output", "json").expect(1);
    assertEquals(List.of("web-2"), names(again.out()));
    assertEquals(List.of("web-2"), ranOn("--target", "%failed:last"));
    assertEquals(List.of("web-2"), ranOn("--target", "%ok:last"));
    Ran none = cluster.run("exec", "--target", "%lost:last", "--verb", "RUN", "true").expect(1);
    assertTrue(
        none.err().startsWith("directord: --target: no enrolled node was lost in job "),
        none::toString);
  }

  @Test
  @Order(4)
  void jobsThatTheLimitLeavesNoTargetAreToldWhereverTheRunIs() {
    Path file =
        cluster.write(
            "site.yaml",
            """
            - targets: [db-1]
              jobs:
              - RUN: echo db
                name: only db
            - targets: ['web-*']
              jobs:
              - RUN: echo web
            """);
    Ran check =
        cluster
            .run("orchestrate", "--check-only", file.toString(), "--limit", "@site=ham")
            .expect(0);
    assertTrue(check.out().contains("\nweb-*: 1 node: web-1\n"), check::toString);
    String told = "left out, since the limit leaves no target: job 1 RUN 'only db'\n";
    assertTrue(check.out().contains(told), check::toString);
    Ran dry =
        cluster.run("orchestrate", "--dry-run", file.toString(), "--limit", "web-[2:3]").expect(0);
    assertTrue(dry.out().contains("web-[2:3]: unknown: would run echo web"), dry::toString);
    Ran json =
        cluster
            .run("orchestrate", "--wait", "--output", "json", file.toString(), "--limit", "web-1")
            .expect(0);
    assertEquals(told, json.err());
    JsonNode document = Json.mapper().readTree(json.out());
    assertEquals(2, document.size());
    assertEquals(1, document.at("/0/omitted/number").asInt());
    assertEquals("RUN 'only db'", document.at("/0/omitted/title").asString());
    assertEquals("web-1", document.at("/1/nodes/0/node").asString());
    Ran lines =
        cluster
            .run("orchestrate", "--wait", "--output", "jsonl", file.toString(), "--limit", "db-1")
            .expect(0);
    String last = lines.out().lines().reduce((one, next) -> next).orElseThrow();
    assertEquals(2, Json.mapper().readTree(last).at("/omitted/0/number").asInt(), last);
    cluster.run("orchestrate", file.toString(), "--limit", "web-* and db-*").expect(1);
  }

  @Test
  @Order(5)
  void errorsSayWhereAndWhatIsNearest() {
    assertEquals(
        "directord: --target: the ] of this [ is missing [invalid-target]\n  web-[1\n      ^\n",
        cluster.run("exec", "--target", "web-[1", "--verb", "RUN", "true").expect(2).err());
    assertEquals(
        "directord: --target: unknown node wbe-2 (did you mean web-2?); "
            + THERE
            + " [no-node-matches]\n"
            + "  web-1 or wbe-2\n           ^\n",
        cluster.run("exec", "--target", "web-1 or wbe-2", "--verb", "RUN", "true").expect(1).err());
    assertEquals(
        "directord: --limit: unknown node wbe-2 (did you mean web-2?); "
            + THERE
            + " [unknown-node]\n",
        cluster.run("exec", "--limit", "wbe-2", "--verb", "RUN", "true").expect(2).err());
    cluster.run("exec", "--target", "wbe-2", "--verb", "RUN", "true").expect(2);
    cluster.run("manage", "--list-nodes", "--target", "wbe-2").expect(2);
    cluster.run("manage", "--label", "wbe-2", "rack=1").expect(2);
    assertEquals(
        "directord: --forget-node: unknown node WEB-2 (did you mean web-2?); "
            + THERE
            + " [unknown-node]\n",
        cluster.run("manage", "--forget-node", "WEB-2").expect(2).err());
    cluster.run("manage", "--forget-node", "web-9*").expect(1);
    cluster.run("manage", "--list-nodes", "--target", "web-1 or wbe-2").expect(1);
    cluster.write("list.txt", "web-1\n@role=wbe\n");
    Path file =
        cluster.write(
            "bad.yaml",
            """
            - targets: [web-1, wbe-2]
              jobs:
              - RUN: echo
            - targets: ['@@list.txt', '%wbe']
              jobs:
              - RUN: echo
            """);
    String wrong = cluster.run("orchestrate", file.toString()).expect(2).err();
    for (String line :
        List.of(
            file + ":1:20: unknown node wbe-2 (did you mean web-2?); " + THERE,
            file + ":4:28: unknown group wbe (did you mean web?); there are: canary, web",
            directory + "/list.txt:2:1: no node has role=wbe (did you mean web?)")) {
      assertTrue(wrong.contains(line), wrong);
    }
    Path broken = cluster.write("broken.yaml", "- targets: ['web-[1']\n  jobs:\n  - RUN: x\n");
    assertEquals(
        broken + ":1:18: the ] of this [ is missing [invalid-target]\n",
        cluster.run("orchestrate", "--check-only", broken.toString()).expect(2).err());
    cluster.run("manage", "--list-jobs").expect(1);
  }

  @Test
  void namesForWhichJobsAreHeldAreForgottenFromAListToo() {
    cluster
        .run("exec", "--deadline", "1h", "--target", "late-1", "late-2", "--verb", "RUN", "true")
        .expect(0);
    cluster.write("late.txt", "late-1\nlate-2\n");
    Ran forgotten = cluster.run("manage", "--forget-node", "@@late.txt").expect(0);
    assertEquals("2 nodes forgotten\n", forgotten.err());
    Ran again = cluster.run("manage", "--forget-node", "@@late.txt").expect(2);
    assertTrue(again.err().contains("unknown node late-1"), again::toString);
  }

  @Test
  @Order(6)
  void anExpiredNodeIsLeftOutByNameAndAForgottenOneToo() {
    cluster.run("exec", "--wait", "--target", "web-2", "web-3", "--verb", "RUN", "false").expect(1);
    String failed =
        Json.mapper()
            .readTree(cluster.run("manage", "--list-jobs", "--output", "json").out())
            .at("/0/id")
            .asString();
    cluster.client("web-3").kill();
    await("web-3 has expired")
        .atMost(Duration.ofSeconds(240))
        .until(
            () ->
                cluster.api().nodes().stream().anyMatch(n -> n.state() == NodeView.State.EXPIRED));
    Ran ran = run("--target", "%failed:" + failed);
    assertEquals("left out, since expired: web-3\n", ran.err());
    assertEquals(List.of("web-2"), names(ran.out()));
    Ran none = cluster.run("manage", "--forget-node", "@state=expierd").expect(1);
    assertTrue(none.err().contains("(did you mean expired?)"), none::toString);
    Ran forgotten = cluster.run("manage", "--forget-node", "@state=expired").expect(0);
    assertEquals("1 node forgotten\n", forgotten.err());
    Ran later = run("--target", "%failed:" + failed);
    assertEquals("left out, since forgotten: web-3\n", later.err());
    JsonNode kept =
        Json.mapper()
            .readTree(cluster.run("manage", "--job-info", "last", "--output", "json").out());
    assertEquals("web-3", kept.at("/forgotten/0").asString(), kept::toString);
    assertEquals(List.of("web-2"), names(later.out()));
  }

  private static List<String> ranOn(String... options) {
    return names(run(options).out());
  }

  private static Ran run(String... options) {
    List<String> words = new ArrayList<>(List.of("exec", "--wait", "--output", "json"));
    words.addAll(List.of(options));
    words.addAll(List.of("--verb", "RUN", "--skip-cache true"));
    return cluster.run(words.toArray(String[]::new)).expect(0);
  }

  /** The nodes of the only job of a document. */
  private static List<String> names(String document) {
    JsonNode jobs = Json.mapper().readTree(document);
    assertEquals(1, jobs.size(), document);
    return jobs.get(0)
        .get("nodes")
        .valueStream()
        .map(n -> n.get("node").asString())
        .sorted()
        .toList();
  }

  private static JsonNode list(String... targets) {
    List<String> words = new ArrayList<>(List.of("manage", "--list-nodes", "--target"));
    words.addAll(List.of(targets));
    words.addAll(List.of("--output", "json"));
    return Json.mapper().readTree(cluster.run(words.toArray(String[]::new)).expect(0).out());
  }

  private static List<String> nodes(String... targets) {
    return identities(list(targets).toString());
  }

  private static List<String> identities(String nodes) {
    return Json.mapper()
        .readTree(nodes)
        .valueStream()
        .map(node -> node.get("identity").asString())
        .toList();
  }
}
