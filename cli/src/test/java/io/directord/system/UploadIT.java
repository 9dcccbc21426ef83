package io.directord.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source that the operator may read and the server may not. */
class UploadIT {
  private static final String NOBODY = "65534";

  @TempDir Path directory;

  @Test
  void whatTheServerCannotSeeIsUploaded() throws Exception {
    assumeTrue(canBecomeNobody(), "needs root and setpriv, to run the server as another user");
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path servers = Files.createDirectory(directory.resolve("server"));
    Path operators = Files.createDirectory(directory.resolve("operator"));
    Files.setPosixFilePermissions(operators, PosixFilePermissions.fromString("rwx------"));
    byte[] bytes = new byte[9 << 20];
    new Random(1).nextBytes(bytes);
    Path source = Files.write(operators.resolve("source.bin"), bytes);
    try (TestCluster cluster = new TestCluster(directory)) {
      assumeTrue(run("chown", NOBODY, directory.toString(), servers.toString()), "needs chown");
      cluster.through("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
      cluster.startServer();
      cluster.through();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      Path destination = operators.resolve("destination.bin");
      cluster.run("exec", "--wait", "--verb", "COPY", source + " " + destination).expect(0);
      assertEquals(-1, Files.mismatch(source, destination));
      String log = cluster.server().log();
      assertFalse(log.contains("WARN") || log.contains("ERROR"), log);
    }
  }

  private static boolean canBecomeNobody() throws Exception {
    return run(
        "setpriv",
        "--reuid=" + NOBODY,
        "--regid=" + NOBODY,
        "--clear-groups",
        "test",
        "-x",
        TestCluster.distribution().resolve("bin/directord").toString());
  }

  private static boolean run(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException e) {
      // There is no such program.
      return false;
    }
  }
}
