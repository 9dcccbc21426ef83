package io.directord.attack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.TestCluster;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Users of the socket take all that they can get; needs root, to become such users. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
class OtherUsersIT {
  private static final int GROUP = 65534;
  private static final int MALLORY = 64001;
  private static final int ALICE = 64002;

  private static final String HALF =
      "POST /v1/jobs HTTP/1.1\r\nContent-Length: 9\r\nExpect: 100-continue";
  private static final String FOLLOW = "GET /v1/events HTTP/1.1";

  private final List<Process> hoarders = new ArrayList<>();

  @TempDir Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    boolean can;
    try {
      can =
          as(MALLORY, "test", "-r", classes() + "/io/directord/attack/Hoarder.class").waitFor()
              == 0;
    } catch (IOException e) {
      can = false;
    }
    assumeTrue(can, "needs root, and classes that other users may read");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_SOCKET_GROUP", String.valueOf(GROUP));
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
  }

  @AfterEach
  void stop() {
    hoarders.forEach(Process::destroy);
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void oneWhoHoldsHalfRequestsTakesThePlaceOfNobodyElse() throws Exception {
    Process alice = hoarder(ALICE, 1, HALF);
    Process mallory = hoarder(MALLORY, 300, HALF);
    assertEquals("{100=1}", hoard(alice));
    assertEquals("{100=300}", hoard(mallory));
    assertEquals(1, cluster.api().nodes().size());
    assertEquals(List.of(), cluster.api().status().warnings());
    assertEquals("{503=172}", ended(mallory), "those of 300 that were in the way of newer ones");
    assertEquals("{}", ended(alice));
  }

  @Test
  void manyWhoHoldHalfRequestsLeaveAReserveToRoot() throws Exception {
    // Half a minute is what a half request is given: all programs are started before that begins.
    List<Process> many = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      many.add(hoarder(MALLORY + i, 128, HALF));
    }
    Process last = hoarder(MALLORY + 4, 1, HALF);
    for (Process each : many) {
      assertEquals("{100=128}", hoard(each));
    }
    assertEquals("{100=1}", hoard(last));
    assertEquals(1, cluster.api().nodes().size());
    assertEquals("{503=65}", ended(many.get(0)), "the oldest go first, all but 448 of 513");
    assertEquals("{}", ended(many.get(1)));
  }

  @Test
  void oneWhoFollowsLocksOutNobody() throws Exception {
    assertEquals("{200=96, 503=24}", hoard(hoarder(MALLORY, 120, FOLLOW)), cluster::logs);
    assertEquals("{200=1}", hoard(hoarder(ALICE, 1, FOLLOW)));
    assertTrue(
        cluster
            .api()
            .status()
            .warnings()
            .get(0)
            .contains("user 64001 has 96 followers, and no user may have more of the 384"));
    cluster.run("manage", "--list-nodes").expect(0);
  }

  @Test
  void whoMakesASocketWhereEveryoneMayIsGivenNothing() throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    Path socket = open.resolve("directord.sock");
    Process impostor =
        as(MALLORY, java(), "-Xmx32m", "-cp", classes(), Impostor.class.getName(), socket + "");
    hoarders.add(impostor);
    assertEquals("listening", impostor.inputReader().readLine());
    String told =
        cluster.run("--socket-path", socket + "", "manage", "--list-nodes").expect(3).err();
    assertTrue(told.contains(" is 64001, in a directory where everyone may put files"), told);
    assertEquals("0", impostor.inputReader().readLine());
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A program of a user that will open so many connections. */
  private Process hoarder(int user, int count, String request) throws IOException {
    Process hoarder =
        as(
            user,
            java(),
            "-Xmx32m",
            "-cp",
            classes(),
            Hoarder.class.getName(),
            cluster.socket().toString(),
            String.valueOf(count),
            request);
    hoarders.add(hoarder);
    assertEquals("ready", hoarder.inputReader().readLine());
    return hoarder;
  }

  /** What was answered to its connections, which stay open. */
  private static String hoard(Process hoarder) throws IOException {
    hoarder.getOutputStream().write('\n');
    hoarder.getOutputStream().flush();
    return hoarder.inputReader().readLine();
  }

  /** What a hoarder's connections were told later; ends the hoarder. */
  private static String ended(Process hoarder) throws IOException {
    hoarder.getOutputStream().close();
    return hoarder.inputReader().readLine();
  }

  private static Process as(int user, String... program) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + user, "--regid=" + GROUP, "--clear-groups"));
    words.addAll(List.of(program));
    return new ProcessBuilder(words)
        .directory(new File("/"))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static String classes() {
    return Path.of(Hoarder.class.getProtectionDomain().getCodeSource().getLocation().getPath())
        .toString();
  }
}
