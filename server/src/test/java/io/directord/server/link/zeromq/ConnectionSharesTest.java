package io.directord.server.link.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.link.OpenFiles;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConnectionSharesTest {
  private static final long GIB = 1L << 30;

  @Test
  void portsLeaveFilesForTheRestOfTheServer() {
    SilentLines.Limits limits = SilentLines.Limits.ofShare(50, GIB, new OpenFiles(512));

    assertEquals(128, limits.all());
    assertEquals(
        "more would not leave enough of the 512 open files: raise that limit, with LimitNOFILE= in"
            + " the server's unit, --ulimit nofile= of a container, or ulimit -n",
        limits.why());
  }

  /** Those that were lost a moment ago take room, too. */
  @Test
  void asManyFilesAsTheServerAsksForAreEnoughForItsNodes() {
    int nodes = 10_000;
    OpenFiles files = new OpenFiles(2 * nodes + 256);

    assertEquals(Optional.empty(), files.warning(nodes));
    assertEquals(
        nodes + nodes / 5,
        SilentLines.Limits.ofShare(JobSocket.CONNECTIONS_PERCENT, 64 * GIB, files).all());
  }

  @Test
  void theHeapIsTheLimitWhereFilesAreMany() {
    SilentLines.Limits limits = SilentLines.Limits.ofShare(50, GIB, new OpenFiles(1 << 20));

    assertEquals(GIB / 100 * 50 / (24 << 10), limits.all());
    assertTrue(limits.why().contains("memory"), limits.why());
  }
}
