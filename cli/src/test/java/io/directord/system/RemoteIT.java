package io.directord.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server is used from another machine, which has its address, its fingerprint and a token. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RemoteIT {
  private static final Pattern LISTENS =
      Pattern.compile("from other machines at [^:]+:(\\d+); the fingerprint of .* is ([0-9A-F:]+)");

  private TestCluster cluster;
  private String url;
  private String fingerprint;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = new TestCluster(directory.toRealPath());
    cluster.set("DIRECTORD_API_ADDRESS", "127.0.0.1:0");
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
    findServer();
  }

  private void findServer() {
    Matcher listens = LISTENS.matcher(cluster.logs());
    while (listens.find()) {
      url = "https://127.0.0.1:" + listens.group(1);
      fingerprint = listens.group(2);
    }
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  /** With a context, and with no socket that could be used in its place. */
  private Ran remote(String... words) {
    String socket = cluster.variable("DIRECTORD_SOCKET_PATH");
    cluster.set("DIRECTORD_SOCKET_PATH", null);
    try {
      return cluster.run(words);
    } finally {
      cluster.set("DIRECTORD_SOCKET_PATH", socket);
    }
  }

  private Path token(String name, String role) throws Exception {
    String text = cluster.run("token", "create", name, "--role", role).expect(0).out();
    Path file = cluster.write(name + ".token", text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  @Test
  @Order(1)
  void loginPinsTheCertificateAndEveryCommandWorksFromThere() throws Exception {
    Path token = token("ada", "operator");
    Ran unasked = remote("login", url, "--token-file", token.toString()).expect(2);
    assertTrue(unasked.err().contains(fingerprint), unasked.err());
    String wrong = fingerprint.replaceFirst("^..", fingerprint.startsWith("00") ? "11" : "00");
    Ran other =
        remote("login", url, "--fingerprint", wrong, "--token-file", token.toString()).expect(3);
    assertTrue(other.err().contains("[certificate-changed]"), other.err());
    remote(
            "login",
            url,
            "--name",
            "site",
            "--fingerprint",
            fingerprint,
            "--token-file",
            token.toString())
        .expect(0);
    Path contexts = cluster.directory().resolve(".config/directord/contexts.json");
    assertEquals(
        "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(contexts)));

    assertTrue(remote("manage", "--list-nodes").expect(0).out().contains("node-1"));
    assertTrue(
        remote("exec", "--stream", "--verb", "RUN", "echo from afar")
            .expect(0)
            .out()
            .contains("from afar"));
    Path file = cluster.write("file", "content\n".repeat(100_000));
    Path there = cluster.directory().resolve("there");
    remote("exec", "--wait", "--verb", "COPY", file + " " + there).expect(0);
    assertEquals(-1, Files.mismatch(file, there));
    Path fetched = cluster.directory().resolve("fetched");
    remote("fetch", there.toString(), fetched + "/").expect(0);
    assertEquals(-1, Files.mismatch(file, fetched.resolve("node-1" + there)));
    Path orchestration =
        cluster.write("site.yaml", "- jobs:\n  - RUN: echo one\n  - RUN: exit 3\n");
    remote("orchestrate", "--wait", orchestration.toString()).expect(1);
    assertTrue(remote("why", "last").expect(0).out().contains("node-1"));
    assertTrue(remote("manage", "--job-info", "last").expect(0).out().contains("token:ada"));
    Ran refused = remote("manage", "--purge-nodes").expect(1);
    assertTrue(refused.err().contains("token ada may not label or forget nodes"), refused.err());
    remote("token", "list").expect(1);
  }

  @Test
  @Order(2)
  void aContextIsChosenAndSaidInErrors() throws Exception {
    assertTrue(remote("context", "list").expect(0).out().contains(url));
    Ran unknown = remote("--context", "sit", "manage", "--list-nodes").expect(2);
    assertTrue(unknown.err().contains("did you mean site?"), unknown.err());
    remote("context", "use", "socket").expect(0);
    Ran socket = remote("--socket-path", "/none/sock", "manage", "--list-nodes").expect(3);
    assertTrue(socket.err().contains("/none/sock"), socket.err());
    assertTrue(
        remote("--context", "site", "manage", "--list-nodes").expect(0).out().contains("node-1"));
    remote("context", "use", "site").expect(0);
  }

  @Test
  @Order(3)
  void aRevokedTokenIsVoidAtOnceForFollowersToo() throws Exception {
    TestProcess follower =
        cluster.background("--context", "site", "exec", "--wait", "--verb", "RUN", "sleep 1000");
    await()
        .atMost(240, TimeUnit.SECONDS)
        .until(
            () -> !cluster.run("manage", "--list-jobs", "--filter", "processing").out().isEmpty());
    cluster.run("token", "revoke", "ada").expect(0);
    assertTrue(follower.awaitEnd() != 0);
    assertTrue(follower.log().contains("[not-authenticated]"), follower.log());
    Ran refused = remote("manage", "--list-nodes").expect(1);
    assertTrue(refused.err().contains("[not-authenticated]"), refused.err());
    assertFalse(cluster.run("token", "list").expect(0).out().contains("ada"));
    cluster.run("manage", "--cancel", "last").expect(0);
  }

  @Test
  @Order(4)
  void tokensAndCertificateStayAcrossARestart() throws Exception {
    Path token = token("bob", "read");
    String before = fingerprint;
    cluster.server().kill();
    cluster.startServer();
    cluster.awaitActive(1);
    findServer();
    assertEquals(before, fingerprint);
    remote("login", url, "--fingerprint", fingerprint, "--token-file", token.toString()).expect(0);
    Ran other =
        remote(
                "login",
                "https://127.0.0.1:1",
                "--fingerprint",
                fingerprint,
                "--token-file",
                token.toString())
            .expect(2);
    assertTrue(other.err().contains("give this one a name with --name"), other.err());
    assertTrue(remote("manage", "--list-nodes").expect(0).out().contains("node-1"));
    remote("exec", "--wait", "--verb", "RUN", "true").expect(1);
  }

  @Test
  @Order(5)
  void rolesBindVerbsAndNodesAndAreReadAnewAtSighup() throws Exception {
    Path config =
        cluster.write(
            "default/config.yaml",
            "roles:\n  web: {verbs: [RUN, COPY], targets: ['@role=web'], also: [read]}\n");
    hup("read anew");
    Path token = token("ci", "web");
    remote("login", url, "--fingerprint", fingerprint, "--token-file", token.toString()).expect(0);
    cluster.startClient("node-2", "--labels", "role=web");
    cluster.awaitActive(2);
    Ran self = remote("exec", "--wait", "--target", "node-2", "--verb", "RUN", "true").expect(1);
    assertTrue(self.err().contains("may not submit jobs of RUN on 1 node: node-2"), self.err());
    cluster.run("manage", "--label", "node-1", "role=web").expect(0);
    remote("exec", "--wait", "--target", "node-1", "--verb", "RUN", "true").expect(0);
    remote("exec", "--wait", "--target", "node-1", "--verb", "ECHO", "hello").expect(1);
    // Root has sent the file, so that the token has to send it too.
    Path file = cluster.write("of-both", "of both");
    String copy = file + " " + cluster.directory().resolve("copied");
    cluster.run("exec", "--wait", "--target", "node-1", "--verb", "COPY", copy).expect(0);
    remote("exec", "--wait", "--target", "node-1", "--verb", "COPY", copy).expect(0);
    remote("exec", "--wait", "--verb", "RUN", "true").expect(1);
    assertTrue(remote("manage", "--whoami").expect(0).out().contains("nodes: @role=web"));
    cluster.run("manage", "--may", "ci", "RUN", "node-1").expect(0);
    cluster.run("manage", "--may", "ci", "RUN", "node-2").expect(1);
    remote("manage", "--may", "bob", "RUN", "node-2").expect(1);

    // Commands read the same file, so none is given while it is wrong.
    Files.writeString(config, "roles:\n  web: {verb: [RUN], targets: ['@os=linux']}\n");
    hup("nothing was changed");
    assertTrue(cluster.logs().contains("config.yaml:2:9: unknown key verb"), cluster.logs());
    Files.writeString(config, "roles:\n  web: {verbs: [RUN], targets: [node-2], also: read}\n");
    hup("read anew");
    remote("exec", "--wait", "--target", "node-1", "--verb", "RUN", "true").expect(1);
    remote("exec", "--wait", "--target", "node-2", "--verb", "RUN", "true").expect(0);
  }

  private void hup(String said) {
    int before = cluster.logs().split(said, -1).length;
    cluster.server().signal("HUP");
    await()
        .atMost(240, TimeUnit.SECONDS)
        .until(() -> cluster.logs().split(said, -1).length > before);
  }

  @Test
  @Order(6)
  void theAuditLogSaysWhoDidWhatAndShowsThatItWasChanged() throws Exception {
    cluster
        .run("exec", "--wait", "--target", "node-1", "--verb", "RUN", "echo word-of-mine")
        .expect(0);
    String all = cluster.run("manage", "--audit", "--output", "jsonl").expect(0).out();
    assertTrue(all.contains("\"who\":\"token:ada\""), all);
    assertTrue(all.contains("\"verbs\":[\"RUN\"]"), all);
    assertTrue(all.contains("\"nodes\":\"node-1\""), all);
    assertTrue(all.contains("\"what\":\"token ci, role web\""), all);
    assertTrue(all.contains("\"what\":\"labels role=web\""), all);
    assertFalse(all.contains("word-of-mine"), all);
    String ci = cluster.run("manage", "--audit", "--since", "1h", "--by", "ci").expect(0).out();
    assertTrue(ci.contains("may not submit jobs of RUN"), ci);
    assertFalse(ci.contains("token:ada"), ci);
    remote("manage", "--audit").expect(1);
    assertTrue(cluster.run("manage", "--verify-audit").expect(0).out().contains("holds together"));
    try (var files = Files.list(cluster.state("server").resolve("audit"))) {
      Path file = files.sorted().findFirst().orElseThrow();
      Files.writeString(file, Files.readString(file).replaceFirst("token:ada", "token:eve"));
    }
    assertTrue(cluster.run("manage", "--verify-audit").expect(1).out().contains("is broken"));
  }
}
