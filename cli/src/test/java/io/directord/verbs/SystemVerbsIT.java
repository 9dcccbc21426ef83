package io.directord.verbs;

import static io.directord.verbs.Verb.exec;
import static io.directord.verbs.Verb.record;
import static io.directord.verbs.Verb.require;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.api.NodeView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SERVICE, REBOOT, FACTER, APT and PACKAGE. */
class SystemVerbsIT {
  @TempDir Path directory;

  @Test
  void servicesAreGivenToSystemctl() throws Exception {
    Path calls = directory.resolve("calls");
    try (TestCluster cluster = new TestCluster(directory.resolve("c"))) {
      record(cluster, "systemctl", calls);
      start(cluster);
      exec(cluster, "ARG", "web nginx.service").expect(0);
      exec(cluster, "SERVICE", "--daemon-reload --enable --restarted {{ web }} app").expect(0);
      assertEquals(
          List.of("daemon-reload", "enable nginx.service app", "restart nginx.service app"),
          Files.readAllLines(calls).stream().filter(call -> !call.startsWith("show ")).toList());
      Ran wrong = exec(cluster, "SERVICE", "--restartd app").expect(2);
      assertTrue(
          wrong.err().contains("SERVICE: unknown option --restartd (did you mean --restarted?)"),
          wrong.err());
    }
  }

  @Test
  void workForANodeThatRebootsWaitsUntilItsClientHasStartedAgain() throws Exception {
    Path calls = directory.resolve("calls");
    try (TestCluster cluster = new TestCluster(directory.resolve("c"))) {
      record(cluster, "systemctl", calls);
      start(cluster);
      Path file =
          cluster.write(
              "reboot.yaml",
              "- jobs:\n  - REBOOT: 0\n  - RUN: echo $TEST_RUN > " + directory.resolve("after"));
      cluster.run("orchestrate", file.toString()).expect(0);
      // It is there before something is in it.
      await()
          .until(
              () ->
                  Files.exists(calls)
                      && Files.readString(calls)
                          .equals("--message=Directord reboot instruction reboot\n"));
      await().until(() -> cluster.api().nodes().get(0).state() == NodeView.State.AWAY);
      UUID waiting =
          UUID.fromString(cluster.run("exec", "--verb", "RUN", "true").expect(0).after("Task ID:"));
      assertTrue(cluster.api().job(waiting).summary().processing());

      ProcessHandle.of(cluster.client("node-1").pid()).ifPresent(ProcessHandle::destroy);
      cluster.client("node-1").awaitEnd();
      assertTrue(Files.notExists(directory.resolve("after")));
      cluster.set("TEST_RUN", "second").startClient("node-1");

      await()
          .atMost(Duration.ofSeconds(240))
          .until(() -> !cluster.api().job(waiting).summary().processing());
      assertEquals("second\n", Files.readString(directory.resolve("after")));
      assertEquals(1, Files.readAllLines(calls).size());
    }
  }

  @Test
  void factsOfTheSystemBecomeAnArgument() throws Exception {
    require("facter");
    try (TestCluster cluster = new TestCluster(directory.resolve("c"))) {
      start(cluster);
      cluster.write("facts/site.json", "{\"site\": \"north\"}");
      exec(cluster, "FACTER", "--external-dir " + cluster.directory().resolve("facts")).expect(0);
      Ran ran = exec(cluster, "RUN", "echo {{ facter.kernel }} {{ facter.site }}").expect(0);
      assertTrue(ran.out().contains("Linux north"), ran.out());
    }
  }

  @Test
  void packagesAreInstalledUpgradedLeftOutAndRemovedByApt() throws Exception {
    require("apt-get");
    Path shared = Files.createDirectories(directory.resolve("c"));
    CopyOfThisSystem copy = new CopyOfThisSystem(directory, directory.resolve("copy"));
    copy.require();
    DebRepository repository =
        new DebRepository(directory.resolve("repository"))
            .add("directord-test-a", "1.0", "")
            .add("directord-test-b", "1.0", "directord-test-a");
    try (TestCluster cluster = new TestCluster(shared)) {
      cluster.startServer();
      cluster.through(copy.program()).startClient("node-1");
      cluster.through();
      cluster.awaitActive(1);
      exec(
              cluster,
              "RUN",
              "rm -rf /etc/apt/sources.list.d; echo '"
                  + repository.source()
                  + "' > /etc/apt/sources.list;"
                  + " echo 'APT::Sandbox::User \"root\";' > /etc/apt/apt.conf.d/99test")
          .expect(0);

      exec(cluster, "APT", "--clear-metadata directord-test-b").expect(0);
      assertEquals("1.0 1.0", installed(cluster));

      repository
          .add("directord-test-a", "2.0", "")
          .add("directord-test-b", "2.0", "directord-test-a");
      exec(cluster, "APT", "--clear-metadata --skip-cache directord-test-b").expect(0);
      assertEquals("1.0 1.0", installed(cluster));
      exec(cluster, "APT", "--latest --exclude directord-test-a directord-test-b").expect(0);
      assertEquals("1.0 2.0", installed(cluster));
      exec(cluster, "PACKAGE", "--latest directord-test-a").expect(0);
      assertEquals("2.0 2.0", installed(cluster));

      exec(cluster, "PACKAGE", "--absent directord-test-a directord-test-b").expect(0);
      assertEquals("none", installed(cluster));
      Ran missing = exec(cluster, "APT", "--retry 1 no-such-package").expect(1);
      assertTrue(missing.toString().contains("no-such-package"), missing.toString());
    }
    assertTrue(Files.notExists(Path.of("/usr/share/directord-test-a")));
  }

  private static void start(TestCluster cluster) {
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
  }

  /** What the packages' own files say. */
  private static String installed(TestCluster cluster) {
    Ran ran =
        exec(
            cluster,
            "RUN",
            "--skip-cache for p in a b; do cat /usr/share/directord-test-$p/version 2>/dev/null &&"
                + " echo; done | xargs echo INSTALLED:");
    String versions = ran.expect(0).after("INSTALLED:");
    return versions.isEmpty() ? "none" : versions;
  }
}
