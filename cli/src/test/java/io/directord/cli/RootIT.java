package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands in a root file system at a real client: nothing is left, however they end. */
class RootIT {
  /** Of a job on a node. */
  private static final Pattern GROUP = Pattern.compile("/directord-[0-9a-f]{8}-[0-9a-f]{4}-");

  private static final Path BUSYBOX = Path.of("/bin/busybox");

  @TempDir Path directory;
  private TestCluster cluster;
  private Path root;
  private Path source;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(Files.isExecutable(BUSYBOX), "needs a static busybox");
    assumeTrue(
        new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "true").start().waitFor() == 0,
        "needs the right to make namespaces");
    Path real = directory.toRealPath();
    source = Files.createDirectory(real.resolve("source"));
    root = Files.createDirectory(real.resolve("root"));
    for (String name : List.of("bin", "proc", "sys", "dev", "mnt")) {
      Files.createDirectory(root.resolve(name));
    }
    Files.copy(BUSYBOX.toRealPath(), root.resolve("bin/busybox"));
    for (String name : List.of("sh", "setsid", "sleep", "env", "cat", "id", "touch")) {
      Files.createSymbolicLink(root.resolve("bin").resolve(name), Path.of("busybox"));
    }
    cluster = new TestCluster(real.resolve("cluster"));
    cluster.startServer();
  }

  @AfterEach
  void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void nothingOfACommandIsLeftHoweverItEnds() throws Exception {
    cluster.startClient("node-1");
    cluster.awaitActive(1);
    String options = "--skip-cache --root " + root + " --bind " + source + ":/mnt --memory 64M";

    Ran ran = run(options + " echo {{ node }} >/mnt/who");
    assertEquals(0, ran.status(), ran::toString);
    assertEquals("node-1\n", Files.readString(source.resolve("who")));

    Ran timedOut = run("--timeout 1 " + options + " " + tree());
    assertEquals(1, timedOut.status(), timedOut::toString);
    assertNothingLeft();

    TestProcess follower =
        cluster.background("exec", "--poll", "--verb", "RUN", options + " " + tree());
    awaitTree();
    cluster.run("manage", "--cancel", "last").expect(0);
    follower.awaitEnd();
    assertNothingLeft();

    TestProcess other =
        cluster.background("exec", "--poll", "--verb", "RUN", options + " " + tree());
    awaitTree();
    cluster.client("node-1").kill();
    cluster.startClient("node-1");
    other.awaitEnd();
    assertNothingLeft();
  }

  @Test
  void aClientThatIsNotRootHasUserNamespacesForIt() throws Exception {
    assumeTrue(
        new ProcessBuilder("setpriv", "--reuid=65534", "unshare", "--user", "true")
                .start()
                .waitFor()
            == 0,
        "needs root, and user namespaces");
    Path state = cluster.directory().resolve("node-1");
    Files.createDirectories(state);
    assertEquals(
        0,
        new ProcessBuilder("chown", "-R", "65534", state.toString(), root.toString())
            .start()
            .waitFor());
    for (Path at = root; at != null; at = at.getParent()) {
      new ProcessBuilder("chmod", "o+x", at.toString()).start().waitFor();
    }
    cluster.through("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
    cluster.startClient("node-1");
    cluster.through();
    cluster.awaitActive(1);
    Ran ran = run("--root " + root + " id -u; touch /mnt/made");
    assertTrue(ran.out().contains("0\n"), ran::toString);
    assertEquals(65534, Files.getAttribute(root.resolve("mnt/made"), "unix:uid"));
    Ran refused = run("--user root id");
    assertTrue(refused.err().contains("the client on this node is not root"), refused::toString);
  }

  private Ran run(String job) {
    return cluster.run("exec", "--stream", "--verb", "RUN", job);
  }

  /** A command that hides a process from its job, and never ends by itself. */
  private String tree() throws IOException {
    Files.deleteIfExists(source.resolve("begun"));
    String loop = "while :; do touch /mnt/begun; sleep 0.1; done";
    return "setsid env -i sh -c \"" + loop + "\" & " + loop;
  }

  private void awaitTree() {
    await().until(() -> Files.exists(source.resolve("begun")));
  }

  private void assertNothingLeft() throws IOException {
    await().until(() -> inRoot().isEmpty());
    String mounts = Files.readString(Path.of("/proc/self/mounts"));
    assertFalse(mounts.contains(directory.getFileName().toString()), mounts);
    // Others come and go meanwhile: those of containers, and of the jobs of other tests.
    await()
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .untilAsserted(() -> assertEquals(List.of(), controlGroups()));
  }

  /** Units of systemd, which are called after it too, have groups of their own. */
  private static List<String> controlGroups() throws IOException {
    try (Stream<Path> groups = Files.walk(Path.of("/sys/fs/cgroup"))) {
      return groups.map(Path::toString).filter(GROUP.asPredicate()).toList();
    }
  }

  /** Processes of this machine that have the root's mounts. */
  private List<String> inRoot() {
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              try {
                Path mounts = Path.of("/proc/" + process.pid() + "/mountinfo");
                return Files.readString(mounts).contains(root + " / ");
              } catch (IOException e) {
                return false;
              }
            })
        .map(process -> process.info().toString())
        .toList();
  }
}
