package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.nats.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes enrol with join tokens, and never see the shared key. */
class JoinTokenIT {
  private static final String OLD = "the old key, which is long enough";
  private static final String NEW = "a new key, which is as long as that";

  @TempDir Path directory;
  @AutoClose private BrokerProcess broker;
  @AutoClose private TestCluster cluster;

  @Test
  void aNodeJoinsByATokenOnceAndStaysWhateverIsStartedAnew() throws IOException {
    prepare();
    startServer();
    Ran created = cluster.run("join-token", "create").expect(0);
    String token = created.out().strip();
    assertTrue(created.err().contains("enrols one node until"), created.err());
    write("node-1", "join_token", token);
    startClient("node-1");
    awaitActive("node-1");
    Jobs jobs = new Jobs(cluster);
    jobs.awaitEnd(jobs.submit("true", "node-1"));

    // The token is spent, and not needed any more.
    Files.delete(file("node-1", "join_token"));
    assertEquals(0, cluster.client("node-1").stop(), cluster::logs);
    startClient("node-1");
    awaitActive("node-1");
    cluster.server().kill();
    startServer();
    awaitActive("node-1");
    write("node-2", "join_token", token);
    TestProcess second = startClient("node-2");
    awaiting("it is told").until(() -> second.log().contains("is used up, after one node"));
    String refused = cluster.run("manage", "--list-refused").expect(0).out();
    assertTrue(refused.contains("node-2"), refused);
    String listed = cluster.run("join-token", "list").expect(0).out();
    assertTrue(listed.contains("1 of 1") && listed.contains("node-1"), listed);
    assertFalse(listed.contains(token), listed);

    // Another one, for that node alone, without a restart of it.
    String own =
        cluster.run("join-token", "create", "--node", "node-2", "--ttl", "10m").out().strip();
    write("node-2", "join_token", own);
    awaitActive("node-1", "node-2");

    // Revoked, it is worth nothing; who has joined stays.
    String many = cluster.run("join-token", "create", "--uses", "9").out().strip();
    cluster.run("join-token", "revoke", id(9)).expect(0);
    write("node-3", "join_token", many);
    TestProcess third = startClient("node-3");
    awaiting("it is told").until(() -> third.log().contains("has no join token that this server"));
    Ran diagnosed =
        client("node-3", "client", "--diagnose", "--server-address", "127.0.0.1").expect(1);
    assertTrue(diagnosed.out().contains("directord join-token create"), diagnosed.out());
    assertEquals(0, third.stop(), cluster::logs);
    awaitActive("node-1", "node-2");

    // Nobody but the server has seen the shared key.
    for (String node : List.of("node-1", "node-2")) {
      assertFalse(Files.exists(file(node, "shared_key")));
    }
    assertAudited(token, many);

    cluster.run("manage", "--forget-node", "node-1").expect(0);
    awaiting("it does not come back")
        .until(() -> cluster.client("node-1").log().contains("is not enrolled here"));
    awaitActive("node-2");
  }

  @Test
  void theSharedKeyIsChangedWithoutTheNodesThatJoinedByToken() throws IOException {
    prepare();
    startServer();
    write("node-1", "join_token", cluster.run("join-token", "create").expect(0).out().strip());
    startClient("node-1");
    write("node-2", "shared_key", OLD);
    startClient("node-2");
    awaitActive("node-1", "node-2");

    write("server", "shared_key_next", NEW);
    restartServer();
    awaitActive("node-1", "node-2");
    giveNextKey();
    write("server", "shared_key", NEW);
    write("server", "shared_key_next", OLD);
    restartServer();
    awaitActive("node-1", "node-2");
    Files.delete(file("server", "shared_key_next"));
    restartServer();
    awaitActive("node-1", "node-2");
  }

  /** As users do it, with the file that comes with directord. */
  private void giveNextKey() throws IOException {
    Path rotation = directory.resolve("key-rotation.yaml");
    Files.writeString(
        rotation,
        Files.readString(Path.of("../orchestrations/key-rotation.yaml"))
            .replace("secrets/shared_key_next", file("server", "shared_key_next").toString())
            .replace("cd /etc/directord", "cd " + file("node-2", "config.yaml").getParent()));
    cluster.run("orchestrate", "--wait", rotation.toString()).expect(0);
    assertEquals(NEW, Files.readString(file("node-2", "shared_key_next")).strip());
    Ran jobs = cluster.run("manage", "--list-jobs", "--output", "json").expect(0);
    for (JobSummary job : cluster.api().newestJobs(10)) {
      List<String> nodes =
          cluster.api().job(job.id()).nodes().stream().map(NodeOutcome::node).toList();
      assertEquals(List.of("node-2"), nodes, jobs::toString);
    }
  }

  @Tag("long")
  @Test
  void likewiseOverABroker() throws IOException {
    prepare();
    broker = BrokerProcess.start();
    cluster.set("DIRECTORD_DRIVER", "nats");
    cluster.set("DIRECTORD_NATS_SERVER", broker.url());
    startServer();
    String token = cluster.run("join-token", "create").expect(0).out().strip();
    write("node-1", "join_token", token);
    startClient("node-1");
    awaitActive("node-1");
    write("node-2", "join_token", token);
    TestProcess second = startClient("node-2");
    awaiting("it is told").until(() -> second.log().contains("is used up, after one node"));

    Files.delete(file("node-1", "join_token"));
    assertEquals(0, cluster.client("node-1").stop(), cluster::logs);
    startClient("node-1");
    restartServer();
    awaitActive("node-1");

    // The shared key is changed, and the node is told by what it will know the server.
    write("server", "shared_key_next", NEW);
    restartServer();
    runOn("node-1");
    write("server", "shared_key", NEW);
    write("server", "shared_key_next", OLD);
    restartServer();
    runOn("node-1");
    Files.delete(file("server", "shared_key_next"));
    restartServer();
    runOn("node-1");
  }

  private void runOn(String node) throws IOException {
    awaitActive(node);
    Jobs jobs = new Jobs(cluster);
    jobs.awaitEnd(jobs.submit("true", node));
  }

  private void prepare() throws IOException {
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_SHARED_KEY", null);
    write("server", "shared_key", OLD);
  }

  private String id(int uses) throws IOException {
    return cluster.api().access().joinTokens().stream()
        .filter(token -> token.terms().uses() == uses)
        .findFirst()
        .orElseThrow()
        .id();
  }

  private void assertAudited(String... tokens) {
    String audit = cluster.run("manage", "--audit", "--output", "jsonl").expect(0).out();
    assertTrue(audit.contains("join token "), audit);
    String log = cluster.server().log();
    assertTrue(log.contains("node node-1 has enrolled with the join token "), log);
    for (String token : tokens) {
      assertFalse(audit.contains(token) || log.contains(token), "the token itself");
    }
  }

  private void startServer() {
    configure("server");
    cluster.startServer();
  }

  private void restartServer() {
    assertEquals(0, cluster.server().stop(), cluster::logs);
    startServer();
  }

  private TestProcess startClient(String node) {
    configure(node);
    TestProcess client = cluster.startClient(node);
    configure("server");
    return client;
  }

  /** A command with the settings of a node. */
  private Ran client(String node, String... words) {
    configure(node);
    cluster.set("DIRECTORD_STATE_PATH", cluster.state(node).toString());
    cluster.set("DIRECTORD_IDENTITY", node);
    Ran ran = cluster.run(words);
    cluster.set("DIRECTORD_IDENTITY", null);
    configure("server");
    return ran;
  }

  private void configure(String role) {
    cluster.set("DIRECTORD_CONFIG_FILE", file(role, "config.yaml").toString());
  }

  private Path file(String role, String name) {
    return directory.resolve(role + "/etc/" + name);
  }

  private void write(String role, String name, String text) throws IOException {
    Path file = file(role, name);
    Files.createDirectories(file.getParent());
    Files.writeString(file(role, "config.yaml"), "");
    Path fresh = Files.writeString(file.resolveSibling("fresh"), text + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private void awaitActive(String... nodes) {
    awaiting(List.of(nodes) + " are active").until(() -> active().equals(List.of(nodes)));
  }

  private List<String> active() throws IOException {
    return cluster.api().nodes().stream()
        .filter(node -> node.state() == NodeView.State.ACTIVE)
        .map(NodeView::identity)
        .sorted()
        .toList();
  }
}
