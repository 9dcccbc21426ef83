package io.directord.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.ServerConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrowdIT {
  private static final Path PROGRAM = Path.of("../cli/target/directord/bin/directord");
  private static final int NODES = 1000;

  @TempDir Path directory;

  @Test
  void aThousandNodesJoinAtOnceAnswerAndComeBackAtOnceToAServerThatWasKilled() throws Exception {
    assumeTrue(Files.isExecutable(PROGRAM), "the distribution is not built: mvn package");
    Path own = Files.createDirectory(directory.resolve("server"));
    try (Cluster server = new Cluster(List.of(PROGRAM.toRealPath().toString()), Map.of(), own)) {
      Crowd crowd = Crowd.of(server, NODES, 1, directory, Optional.empty());

      assertEquals(NODES, crowd.nodes());
      JobView job = new ServerConnection(server.socket()).job(null);
      assertEquals(NODES, job.nodes().size());
      assertTrue(
          job.nodes().stream().allMatch(node -> node.state() == NodeOutcome.State.SUCCEEDED));
    }
  }
}
