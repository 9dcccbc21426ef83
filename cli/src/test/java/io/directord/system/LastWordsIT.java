package io.directord.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that must end says why. */
class LastWordsIT {
  private static final int OUT_OF_MEMORY = 3;

  @TempDir Path directory;

  @Test
  void aServerAndAClientWithoutMemorySaySoAndHaveAStatusForIt() {
    assertOutOfMemory("server");
    assertOutOfMemory("client", "--server-address", "127.0.0.1");
  }

  private void assertOutOfMemory(String... mode) {
    // Deriving the key takes more.
    Ran ran = run("-Xms8m -Xmn2m -Xmx12m", mode).expect(OUT_OF_MEMORY);
    String line =
        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.000Z ERROR "
            + mode[0]
            + ": process \\d+ ends with status 3, out of memory: .*restarted";
    assertTrue(ran.err().lines().anyMatch(said -> said.matches(line)), ran.err());
  }

  @Test
  void optionsThatTheRuntimeRefusesAreNotRefusedInSilence() {
    Ran ran = run("-Xms24m -Xmx12m", "server");
    assertTrue(ran.status() != 0);
    assertTrue(ran.err().contains("larger value than the maximum heap size"), ran.err());
  }

  @Test
  void aClientWhoseTerminalIsClosedSaysWhyItEnds() throws Exception {
    try (TestCluster cluster = new TestCluster(directory)) {
      TestProcess client = cluster.startAll(1).client("node-1");
      client.signal("HUP");
      assertEquals(0, client.awaitEnd());
      assertTrue(client.log().contains("SIGHUP, as when the terminal is closed"), client.log());
      assertTrue(client.log().stripTrailing().endsWith("stopped"), client.log());
    }
  }

  private Ran run(String javaOptions, String... mode) {
    try (TestCluster cluster = new TestCluster(directory)) {
      cluster.set("DIRECTORD_JAVA_OPTS", javaOptions);
      List<String> words =
          new ArrayList<>(List.of("--state-path", cluster.state(mode[0]).toString()));
      words.addAll(List.of("--cache-path", cluster.directory().resolve("cache").toString()));
      words.addAll(List.of(mode));
      return cluster.run(words.toArray(String[]::new));
    }
  }
}
