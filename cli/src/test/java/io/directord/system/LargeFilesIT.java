package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Content that fits into no process's memory, on its way to three nodes. */
class LargeFilesIT {
  private static final List<String> NODES = List.of("node-1", "node-2", "node-3");
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @TempDir Path directory;
  @AutoClose private TestCluster cluster;

  @Tag("long")
  @Test
  void aGibibyteArrivesAtThreeNodesWithTheServersDefaultHeap() throws IOException {
    cluster = TestCluster.start(directory, NODES.size());
    long free = directory.toFile().getUsableSpace();
    assumeTrue(free > 6 * GIB, "6 GiB of disk are needed, " + free / MIB + " MiB are free");
    Path source = random("gibibyte", GIB);
    TestProcess copy = copy("--chmod=0640", source);
    // Five times a gibibyte is written, and more is hashed: on a busy machine that takes its time.
    awaiting("the file is there").atMost(Duration.ofMinutes(12)).until(() -> !copy.isAlive());
    assertEquals(0, Processes.awaitEnd(copy), () -> copy.log() + cluster.logs());
    expectArrived(source, "rw-r-----");
    Files.delete(source);
    for (String node : NODES) {
      Files.delete(destination(source, node));
    }
  }

  /**
   * The network stands still with part of the file, so that the server dies in the middle of it.
   */
  @Test
  void aTransferGoesOnWhereItWasWhenTheServerDied() throws IOException {
    Path source = random("interrupted", 96 * MIB);
    long part = 90 * MIB;
    cluster = new TestCluster(directory);
    try (TcpProxy network = new TcpProxy(cluster.jobPort(), cluster.contentPort())) {
      cluster.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS).startAll(NODES.size());
      network.fallSilentAfter(part);
      TestProcess copy = copy("--chmod=0600", source);
      awaiting("part of it went through").until(() -> network.forwarded() >= part);
      cluster.server().kill();
      cluster.startServer();
      network.speak();
      assertEquals(0, Processes.awaitEnd(copy), () -> copy.log() + cluster.logs());
      expectArrived(source, "rw-------");
      long all = NODES.size() * 96 * MIB;
      assertTrue(network.forwarded() < all + part / 2, () -> network.forwarded() + " bytes");
    }
  }

  private TestProcess copy(String options, Path source) {
    // Each node has a directory of its own; its argument "here" says which.
    for (String node : NODES) {
      cluster.write(node + "/files/README", "");
      cluster.run("exec", "--wait", "--target", node, "--verb", "ARG", "here " + node).expect(0);
    }
    String destination = directory + "/{{ here }}/files/" + source.getFileName();
    return cluster.background(
        "exec", "--poll", "--verb", "COPY", "--", options, source.toString(), destination);
  }

  private Path destination(Path source, String node) {
    return directory.resolve(node).resolve("files").resolve(source.getFileName());
  }

  private void expectArrived(Path source, String mode) throws IOException {
    for (String node : NODES) {
      Path there = destination(source, node);
      assertEquals(-1, Files.mismatch(source, there), node);
      assertEquals(mode, PosixFilePermissions.toString(Files.getPosixFilePermissions(there)));
      try (Stream<Path> all = Files.list(there.getParent())) {
        assertFalse(all.anyMatch(LargeFilesIT::isUnderWay), node);
      }
    }
  }

  private static boolean isUnderWay(Path entry) {
    return entry.getFileName().toString().startsWith(".directord-");
  }

  private Path random(String name, long bytes) throws IOException {
    Path file = directory.resolve(name);
    SplittableRandom random = new SplittableRandom(bytes);
    byte[] block = new byte[(int) MIB];
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long written = 0; written < bytes; written += block.length) {
        random.nextBytes(block);
        out.write(block);
      }
    }
    return file;
  }
}
