package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user is told who may not use what others made; needs root, to become such a user. */
class OtherUserIT {
  private static final String[] NOBODY = {
    "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"
  };

  @TempDir Path directory;

  @BeforeEach
  void canBecomeAnother() throws Exception {
    List<String> look = new ArrayList<>(List.of(NOBODY));
    look.addAll(List.of("test", "-r", TestCluster.distribution() + "/lib/directord.jar"));
    boolean can;
    try {
      can = new ProcessBuilder(look).start().waitFor() == 0;
    } catch (IOException e) {
      can = false;
    }
    assumeTrue(can, "needs root, and a distribution that other users may read");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void aSocketOfOthersIsToldWithItsGroupAndWhatToDo() {
    try (TestCluster cluster = TestCluster.start(directory, 0)) {
      cluster.through(NOBODY);
      Ran ran = cluster.run("manage", "--list-nodes").expect(3);
      assertEquals(
          "directord: no permission for the socket "
              + cluster.socket()
              + ": only root may use it, unless the server is started with --socket-group. Run this"
              + " as root or as the server's user. [socket-denied]\n",
          ran.err());
    }
  }

  @Test
  void aDirectoryThatHidesTheSocketIsToldToo() throws IOException {
    try (TestCluster cluster = TestCluster.start(directory, 0)) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      cluster.set("DIRECTORD_CONFIG_FILE", null);
      cluster.through(NOBODY);
      Process process =
          cluster.command("manage", "--list-nodes").directory(Path.of("/").toFile()).start();
      String said = new String(process.getErrorStream().readAllBytes());
      assertTrue(said.contains("no permission for the socket " + cluster.socket()), said);
    }
  }

  @Test
  void aConfigurationFileOfOthersDoesNotHinderWhoOnlySpeaksWithAServer() throws IOException {
    TestCluster cluster = new TestCluster(directory);
    Path file = cluster.write("config/directord/config.yaml", "debug: true\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    cluster.set("DIRECTORD_CONFIG_FILE", null);
    cluster.set("XDG_CONFIG_HOME", directory.resolve("config").toString()).through(NOBODY);
    Ran ran = cluster.run("manage", "--list-nodes").expect(3);
    assertEquals(
        "(" + file + " may say where, but not to you.)",
        ran.err().lines().findFirst().orElseThrow());
    for (String mode : List.of("server", "client")) {
      ran = cluster.run(mode).expect(2);
      assertEquals(
          "directord: " + file + ": you may not read this configuration file [wrong-setting]\n",
          ran.err());
    }
  }
}
