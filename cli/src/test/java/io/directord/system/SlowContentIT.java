package io.directord.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job waits for content that does not come. */
class SlowContentIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;

  @Test
  void whoAsksWhyAJobHasNotEndedIsToldHowMuchOfItsContentHasCome() {
    try (TestCluster cluster = new TestCluster(directory.resolve("cluster"));
        TcpProxy jobs = new TcpProxy(cluster.jobPort());
        TcpProxy contents = new TcpProxy(cluster.contentPort())) {
      cluster.startServer();
      cluster.set("DIRECTORD_SERVER_ADDRESS", TcpProxy.ADDRESS);
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      assertTrue(jobs.accepted() > 0, "through the proxy");
      contents.fallSilent();
      Path source = cluster.write("source", "x".repeat(1 << 20));
      cluster.run("exec", "--verb", "COPY", source + " " + directory.resolve("dest")).expect(0);
      awaitWhy(
          cluster,
          "(?s).*node-1: has been running for [^;]+; its content is being fetched: 0 of 1048576"
              + " bytes have come\n");
      contents.speak();
      awaitWhy(cluster, "(?s).*node-1: has succeeded.*");
    }
  }

  private static void awaitWhy(TestCluster cluster, String expected) {
    await("it is said: " + expected)
        .atMost(TIMEOUT)
        .until(() -> cluster.run("why", "last").out(), text -> text.matches(expected));
  }
}
