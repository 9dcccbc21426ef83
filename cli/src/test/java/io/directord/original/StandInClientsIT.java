package io.directord.original;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * The suite with a program of ours that speaks the original's frames as they were recorded, with
 * the same ZeroMQ library. For where the original is not at hand; needs python3-zmq.
 */
class StandInClientsIT extends LegacyNodesContract {
  private static final String PYTHON = "/usr/bin/python3";

  @Override
  ProcessBuilder command(
      String identity, String machineId, String key, int jobPort, int backendPort)
      throws Exception {
    Assumptions.assumeTrue(hasZeroMq(), "there is no python3-zmq");
    Path script = Path.of(StandInClientsIT.class.getResource("/legacy/node.py").toURI());
    return new ProcessBuilder(
            PYTHON,
            script.toString(),
            Integer.toString(jobPort),
            Integer.toString(backendPort),
            identity,
            machineId,
            key)
        .directory(directory.toFile());
  }

  private static boolean hasZeroMq() throws Exception {
    if (!Files.isExecutable(Path.of(PYTHON))) {
      return false;
    }
    Process probe = new ProcessBuilder(PYTHON, "-c", "import zmq").start();
    return probe.waitFor(120, TimeUnit.SECONDS) && probe.exitValue() == 0;
  }
}
