package io.directord.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A second server or client where there is one: refused in a line, and the first goes on. */
class TwoOfAKindIT {
  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static List<String> ownPorts;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 1);
    TestCluster free = new TestCluster(directory);
    ownPorts = List.of("--job-port=" + free.jobPort(), "--backend-port=" + free.contentPort());
  }

  @AfterEach
  void theFirstGoesOn() {
    String text = "still here";
    Ran ran = cluster.run("exec", "--stream", "--verb", "RUN", "--skip-cache echo " + text);
    assertTrue(ran.expect(0).out().contains(text), ran::toString);
    assertTrue(cluster.server().isAlive() && cluster.client("node-1").isAlive());
  }

  @Test
  void twoServersOnOneSocket() {
    expectRefusal(
        second(ownPorts, "--state-path=" + other("state-1")),
        "another server is running at the socket");
  }

  @Test
  void twoServersOnOneStateDirectory() {
    expectRefusal(second(ownPorts, "--socket-path=" + other("s1.sock")), "another server uses");
  }

  /** The store of jobs keeps no second server away then, but contents are in the directory too. */
  @Test
  void twoServersOnOneStateDirectoryThatKeepTheirJobsElsewhere() {
    expectRefusal(
        second(ownPorts, "--datastore=memory", "--socket-path=" + other("s2.sock")),
        "another server uses");
  }

  @Test
  void twoServersOnOnePort() {
    String socket = "--socket-path=" + other("s3.sock");
    String state = "--state-path=" + other("state-3");
    expectRefusal(
        second(ownPorts.subList(1, 2), socket, state), "cannot listen on port", "--job-port");
    expectRefusal(
        second(ownPorts.subList(0, 1), socket, state), "cannot listen on port", "--backend-port");
  }

  @Test
  void twoClientsOnOneStateDirectory() {
    Ran ran = cluster.run("--state-path=" + cluster.state("node-1"), "--identity=node-2", "client");
    expectRefusal(ran, "another directord client uses", "--state-path");
  }

  private static Ran second(List<String> ports, String... options) {
    List<String> words = new ArrayList<>(ports);
    words.addAll(List.of(options));
    if (words.stream().noneMatch(word -> word.startsWith("--state-path"))) {
      words.add("--state-path=" + cluster.state("server"));
    }
    words.add("server");
    return cluster.run(words.toArray(String[]::new));
  }

  private static Path other(String name) {
    return directory.resolve(name);
  }

  private static void expectRefusal(Ran ran, String... texts) {
    ran.expect(1);
    List<String> lines = ran.err().lines().filter(line -> !line.contains(" INFO ")).toList();
    assertEquals(1, lines.size(), ran::toString);
    assertTrue(lines.get(0).contains(" ERROR "), "as the log has all else: " + ran);
    for (String text : texts) {
      assertTrue(lines.get(0).contains(text), ran::toString);
    }
    assertTrue(Files.exists(cluster.socket()));
  }
}
