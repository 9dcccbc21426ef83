package io.directord.bench;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulatorsTest {
  @TempDir Path directory;

  @Test
  void oneThatEndsIsToldWithItsLog() throws Exception {
    try (Simulators simulators = new Simulators(directory)) {
      simulators.start(
          "nowhere", "1", Map.of("DIRECTORD_ZMQ_SHARED_KEY", "a key of some length"), 1);
      await()
          .atMost(Duration.ofSeconds(240))
          .untilAsserted(
              () -> {
                IOException ended = assertThrows(IOException.class, simulators::requireAll);
                assertTrue(ended.getMessage().endsWith("simulator-0.log"), ended.getMessage());
              });
      String said = simulators.said();
      assertTrue(said.startsWith(directory.resolve("simulator-0.log") + ":\n"), said);
      assertTrue(said.contains("Exception"), said);
    }
  }
}
