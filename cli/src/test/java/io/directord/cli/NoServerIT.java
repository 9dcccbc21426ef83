package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a command says when it has no server to speak with, and how server and client start. */
class NoServerIT {
  @TempDir Path directory;

  @Test
  void aMissingServerIsToldWithItsSocketAndHowToStartOne() {
    TestCluster cluster = new TestCluster(directory);
    Ran ran = cluster.run("manage", "--list-nodes").expect(3);
    assertEquals("", ran.out());
    assertTrue(ran.err().contains(cluster.socket().toString()), ran::toString);
    assertTrue(ran.err().contains("directord server"), ran::toString);
    assertEquals(1, ran.err().lines().count());
  }

  @Test
  void whatIsWrongIsFoundBeforeAServerIsAsked() {
    TestCluster cluster = new TestCluster(directory);
    cluster.run("exec", "--verb", "NOPE", "x").expect(2);
    cluster.run("orchestrate", "missing.yaml").expect(2);
    cluster.run("manage").expect(2);
    cluster.run("--job-port", "0", "manage", "--list-nodes").expect(2);
  }

  /** systemd is told not to start again what ends with status 2. */
  @Test
  void aWrongSettingEndsServerAndClientWithStatus2() {
    TestCluster cluster = new TestCluster(directory);
    String port = Integer.toString(cluster.jobPort());
    cluster.run("--socket-group", "nosuch", "server").expect(2);
    cluster.run("--socket-path", directory + "/" + "x".repeat(120), "server").expect(2);
    cluster.run("--insecure", "server", "--bind-address", "0.0.0.0").expect(2);
    cluster.run("--curve-encryption", "server").expect(2);
    cluster.run("--backend-port", port, "server").expect(2);
    cluster.run("server", "--legacy-job-port", "7").expect(2);
    cluster.run("--curve-encryption", "client").expect(2);
    cluster.run("--identity", "a b", "client").expect(2);
    cluster.run("--insecure", "client", "--server-address", "192.0.2.1").expect(2);
    cluster.set("DIRECTORD_SHARED_KEY", null).run("client").expect(2);
  }

  @Test
  void oneThatIsToUseLibsodiumDoesNotStartWithoutAndNamesThePackage() {
    TestCluster cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_JAVA_OPTS", "-Djna.nounpack=true");
    for (String mode : List.of("server", "client")) {
      Ran ran = cluster.run("--crypto", "sodium", mode).expect(2);
      assertTrue(
          ran.err().contains("crypto is sodium, but libsodium cannot be loaded"), ran::toString);
      assertTrue(ran.err().contains("libsodium23"), ran::toString);
    }
  }

  @Test
  void aVerbsOwnHelpNeedsNoServer() {
    TestCluster cluster = new TestCluster(directory);
    Ran quoted = cluster.run("exec", "--verb", "RUN", "--exec-help true").expect(0);
    Ran dashed = cluster.run("exec", "--verb", "RUN", "--", "--exec-help").expect(0);
    assertTrue(quoted.out().contains("--stdout-arg"), quoted::toString);
    assertEquals(quoted.out(), dashed.out());
  }

  @Test
  void aServerWithoutASharedKeyMakesOneAndSaysWhere() throws Exception {
    try (TestCluster cluster = new TestCluster(directory)) {
      Path config = cluster.write("etc/config.yaml", "debug: false\n");
      cluster.set("DIRECTORD_SHARED_KEY", null).set("DIRECTORD_CONFIG_FILE", config.toString());
      TestProcess server = cluster.startServer();
      Path key = config.resolveSibling("shared_key");
      assertTrue(server.log().contains(key.toString()), server::log);
      String secret = Files.readString(key).strip();
      assertTrue(!server.log().contains(secret), "the key is in the log");
      assertEquals(
          PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(key));
      cluster.startClient("has-a-copy-of-the-file");
      cluster.set("DIRECTORD_CONFIG_FILE", null).set("DIRECTORD_SHARED_KEY", secret);
      cluster.startClient("has-the-key-in-its-environment");
      cluster.awaitActive(2);
    }
  }

  @Test
  void bothEndInOrderAtSigterm() {
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      assertEquals(0, cluster.client("node-1").stop(), cluster::logs);
      assertEquals(0, cluster.server().stop(), cluster::logs);
      assertTrue(cluster.server().log().endsWith("INFO  server: stopped\n"), cluster::logs);
      assertTrue(Files.notExists(cluster.socket()));
    }
  }

  @Test
  void theLogHasALineAnEvent() {
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      cluster
          .server()
          .log()
          .lines()
          .forEach(
              line ->
                  assertTrue(
                      line.matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]{12}Z (INFO |WARN ) server: .*"),
                      line));
    }
  }
}
