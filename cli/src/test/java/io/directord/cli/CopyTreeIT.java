package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole directories to nodes, with real processes. */
class CopyTreeIT {
  private static final int DIRECTORIES = 20;
  private static final int FILES = 100;

  @TempDir Path base;

  @Test
  void aDirectoryOfThousandsOfFilesIsKeptAsItsSourceIs() throws Exception {
    Path source = Files.createDirectory(base.resolve("site"));
    for (int i = 0; i < DIRECTORIES; i++) {
      Path directory = Files.createDirectory(source.resolve("d" + i));
      for (int j = 0; j < FILES; j++) {
        Files.writeString(directory.resolve("f" + j), "content " + i + " " + j);
      }
    }
    Files.createDirectory(source.resolve("empty"));
    Files.createSymbolicLink(source.resolve("link"), Path.of("d0/f0"));
    Files.write(source.resolve("large"), new byte[3 << 20]);
    byte[] random = new byte[6 << 20];
    new Random(3).nextBytes(random);
    Files.write(source.resolve("random"), random);
    Path dest = base.resolve("served");
    try (TestCluster cluster = TestCluster.start(base, 1)) {
      assertTrue(copy(cluster, dest).contains(" 0 deleted, 0 unchanged"));
      assertSame(source, dest, "none");
      assertTrue(copy(cluster, dest).contains("0 files changed, 0 deleted, 2024 unchanged"));
      Files.writeString(source.resolve("d3/f7"), "other");
      Files.delete(source.resolve("d4/f8"));
      Files.writeString(dest.resolve("d5/mine.tmp"), "kept");
      Files.createSymbolicLink(dest.resolve("d5/away"), base);
      assertTrue(copy(cluster, dest).contains("1 file changed, 2 deleted, 2022 unchanged"));
      assertEquals("other", Files.readString(dest.resolve("d3/f7")));
      assertFalse(Files.exists(dest.resolve("d4/f8")));
      assertFalse(Files.exists(dest.resolve("d5/away"), LinkOption.NOFOLLOW_LINKS));
      assertTrue(Files.exists(dest.resolve("d5/mine.tmp")));

      Files.write(source.resolve("random"), new byte[1]);
      Files.write(source.resolve("random"), random, StandardOpenOption.APPEND);
      assertTrue(
          copy(cluster, dest)
              .contains("1 file changed, 0 deleted, 2022 unchanged, 256 KiB of 6144 KiB sent"));
      assertSame(source, dest, "mine.tmp");
      cluster.run("manage", "--list-nodes").expect(0);
    }
  }

  private String copy(TestCluster cluster, Path dest) {
    cluster
        .run(
            "exec",
            "--wait",
            "--verb",
            "COPY",
            "--",
            "--recursive --delete --exclude '*.tmp' " + base.resolve("site") + "/ " + dest)
        .expect(0);
    return cluster.run("manage", "--job-info", "last").expect(0).out();
  }

  private static void assertSame(Path source, Path dest, String except)
      throws IOException, InterruptedException {
    Process diff =
        new ProcessBuilder(
                "diff", "-r", "--no-dereference", "-x", except, source.toString(), dest.toString())
            .start();
    assertEquals("", new String(diff.getInputStream().readAllBytes()));
    assertEquals(0, diff.waitFor());
  }
}
