package io.directord.attack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.server.FaultyNetwork;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user of a node's machine against what its client does there as root; and a client that is such
 * a user itself. Needs root and setpriv.
 */
class FilesOfOthersIT {
  private static final int OTHER_ID = 65534;
  private static final String[] OTHER = {
    "setpriv", "--reuid=" + OTHER_ID, "--regid=" + OTHER_ID, "--clear-groups"
  };

  /** Where the client believes the server to be. */
  private static final String NETWORK = "127.0.0.2";

  @TempDir static Path base;
  private static TestCluster cluster;
  private static FaultyNetwork toJobs;
  private static FaultyNetwork toContents;

  @BeforeAll
  static void start() throws Exception {
    List<String> look = new ArrayList<>(List.of(OTHER));
    look.addAll(List.of("test", "-r", TestCluster.distribution() + "/lib/directord.jar"));
    boolean can;
    try {
      can = new ProcessBuilder(look).start().waitFor() == 0;
    } catch (IOException e) {
      can = false;
    }
    assumeTrue(can, "needs root, and a distribution that other users may read");
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster = new TestCluster(base).set("DIRECTORD_SERVER_ADDRESS", NETWORK);
    // A client that starts again on a busy machine is not to be given up meanwhile.
    cluster.set("DIRECTORD_HEARTBEAT_INTERVAL", "60");
    InetAddress address = InetAddress.getByName(NETWORK);
    toJobs = new FaultyNetwork(address, cluster.jobPort(), cluster.jobPort());
    toContents = new FaultyNetwork(address, cluster.contentPort(), cluster.contentPort());
    cluster.startAll(1);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
      toJobs.close();
      toContents.close();
    }
  }

  @Test
  void whoSwapsNamesWhileFilesArePlacedOwnsNothingOfRoots() throws Exception {
    Path victim = Files.writeString(base.resolve("victim"), "root's own");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
    Path theirs = theirDirectory("theirs");
    Path random = Files.write(base.resolve("random"), bytes(3 << 20));
    // For each name that appears, hidden ones included: away with it, and a link in its place.
    String swap =
        "while :; do for f in .[!.]* ..?* file* work; do"
            + " test -e \"$f\" -o -L \"$f\" || continue;"
            + " mv \"$f\" gone 2>/dev/null || rm -rf \"$f\";"
            + " ln -s ../victim \"$f\" 2>/dev/null; rm -rf gone; done; done";
    Process attacker = other(theirs, swap);
    try {
      // Each in a parent of its own: what the one before met does not leave it out.
      StringBuilder file = new StringBuilder();
      for (int i = 0; i < 8; i++) {
        String options = "--skip-cache --chown=" + OTHER_ID + ":" + OTHER_ID + " --chmod=04755 ";
        for (String job :
            List.of(
                "COPY: " + options + random + " " + theirs + "/file" + i,
                "WORKDIR: --skip-cache --chown=" + OTHER_ID + " " + theirs + "/work",
                "LINE: --create " + theirs + "/file" + i + " x")) {
          file.append("- jobs:\n  - ").append(job).append('\n');
        }
      }
      Path all = cluster.write("all.yaml", file.toString());
      Ran ran = cluster.run("orchestrate", "--poll", all.toString());
      assertEquals(24, ran.lines().stream().filter(l -> l.startsWith("Job ")).count(), ran::out);
      assertTrue(attacker.isAlive());
    } finally {
      attacker.destroyForcibly().waitFor();
    }
    assertEquals("root's own", Files.readString(victim));
    assertEquals(0, Files.getAttribute(victim, "unix:uid"));
    assertEquals(0600, (Integer) Files.getAttribute(victim, "unix:mode") & 07777);
  }

  @Test
  void aLinkOfAnotherUserIsRefusedWithItsNameAndOwner() throws Exception {
    Path victim = Files.writeString(base.resolve("target"), "root's own");
    Path shared = Files.createDirectory(base.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    assertEquals(0, other(shared, "ln -s ../target x").waitFor());
    Path source = cluster.write("new.txt", "new");
    Ran ran =
        cluster.run("exec", "--poll", "--verb", "COPY", source + " " + shared + "/x").expect(1);
    String name = Files.getOwner(shared.resolve("x"), LinkOption.NOFOLLOW_LINKS).getName();
    assertTrue(
        ran.toString().contains(shared + "/x is a link that belongs to " + name), ran::toString);
    assertEquals("root's own", Files.readString(victim));
  }

  @Test
  void whatAClientThatWasKilledWasGatheringIsRemovedByTheNext() throws Exception {
    Path source = Files.write(base.resolve("large"), bytes(64 << 20));
    Path there = Files.createDirectory(base.resolve("there"));
    toContents.fallSilentAfter(16 << 20);
    var copy =
        cluster.background("exec", "--poll", "--verb", "COPY", source + " " + there + "/large");
    await().until(() -> names(there).stream().anyMatch(name -> name.startsWith(".directord-")));
    cluster.client("node-1").kill();
    assertNotEquals(List.of(), names(there));
    assertFalse(names(there).contains("large"), "it was not under way any more");
    toContents.heal();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
    await().until(() -> names(there).isEmpty());
    await().until(() -> !copy.isAlive());
    assertTrue(copy.log().contains("node-1: interrupted"), copy::log);
  }

  @Test
  void aClientWithoutRootPlacesFilesBehindDirectoriesThatItMayOnlyEnter() throws Exception {
    Path entered = Files.createDirectory(base.resolve("entered"));
    Path own = theirDirectory("entered/own");
    Files.setPosixFilePermissions(entered, PosixFilePermissions.fromString("rwx--x--x"));
    Path theirState = theirDirectory("plain");
    Path fixed = Files.writeString(entered.resolve("fixed"), "old and longer");
    Files.setAttribute(fixed, "unix:uid", OTHER_ID);
    Path source = cluster.write("plain.txt", "new");
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("rw-r--r--"));
    cluster.through(OTHER);
    var client = cluster.startClient("plain");
    cluster.through();
    cluster.awaitActive(2);
    cluster
        .run("exec", "--poll", "--target", "plain", "--verb", "COPY", source + " " + own + "/file")
        .expect(0);
    assertEquals("new", Files.readString(own.resolve("file")));
    assertEquals(OTHER_ID, Files.getAttribute(own.resolve("file"), "unix:uid"));
    cluster
        .run("exec", "--poll", "--target", "plain", "--verb", "COPY", source + " " + fixed)
        .expect(0);
    assertEquals("new", Files.readString(fixed), "its owner may write it over");
    Ran refused =
        cluster.run(
            "exec",
            "--poll",
            "--target",
            "plain",
            "--verb",
            "COPY",
            source + " " + entered + "/none");
    assertTrue(
        refused
            .expect(1)
            .toString()
            .contains(entered + "/none cannot be written: permission denied"),
        refused::toString);
    assertTrue(Files.isDirectory(theirState));
    client.stop();
    cluster.run("manage", "--forget-node", "plain").expect(0);
  }

  private static Path theirDirectory(String name) throws IOException {
    Path directory = Files.createDirectory(base.resolve(name));
    Files.setAttribute(directory, "unix:uid", OTHER_ID);
    return directory;
  }

  private static Process other(Path directory, String command) throws IOException {
    List<String> words = new ArrayList<>(Arrays.asList(OTHER));
    words.addAll(List.of("sh", "-c", command));
    return new ProcessBuilder(words)
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
        .start();
  }

  private static List<String> names(Path directory) {
    return List.of(directory.toFile().list());
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
