package io.directord.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.security.PrivateFiles;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hook whose receiver is away, and a server that is killed meanwhile. */
class HooksIT {
  @TempDir Path directory;

  @Test
  void whatFailedIsToldAlsoIfTheServerWasKilledBeforeAnybodyListened() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, here)) {
      port = free.getLocalPort();
    }
    Path secret = directory.resolve("hook_secret");
    String line = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n";
    PrivateFiles.create(secret, line.getBytes(StandardCharsets.UTF_8));
    try (TestCluster cluster = new TestCluster(directory)) {
      Path config =
          cluster.write(
              "default/config.yaml",
              "hooks:\n  pager:\n    url: http://127.0.0.1:"
                  + port
                  + "/in\n    secret_file: "
                  + secret
                  + "\n    on: [job.failed]\n");
      cluster.set("DIRECTORD_CONFIG_FILE", config.toString());
      cluster.startServer();
      cluster.startClient("web-1");
      cluster.awaitActive(1);
      cluster.run("exec", "--wait", "--verb", "RUN", "--skip-cache exit 7; hunter2").expect(1);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> cluster.run("manage", "--hooks").out().matches("(?s).*pager\\s+1\\s+0\\s+0.*"));
      cluster.server().kill();

      List<String> bodies = new CopyOnWriteArrayList<>();
      List<String> signatures = new CopyOnWriteArrayList<>();
      HttpServer receiver = HttpServer.create(new InetSocketAddress(here, port), 0);
      receiver.createContext(
          "/in",
          exchange -> {
            bodies.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            signatures.add(exchange.getRequestHeaders().getFirst("webhook-signature"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      receiver.start();
      try {
        cluster.startServer();
        await().atMost(Duration.ofMinutes(2)).until(() -> !bodies.isEmpty());
      } finally {
        receiver.stop(0);
      }
      assertTrue(bodies.get(0).contains("\"failed_nodes\":[\"web-1\"]"), bodies::toString);
      assertFalse(bodies.get(0).contains("hunter2"), bodies::toString);
      assertTrue(signatures.get(0).startsWith("v1,"), signatures::toString);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(
              () -> cluster.run("manage", "--hooks").out().matches("(?s).*pager\\s+0\\s+1\\s+0.*"));
      Ran shown = cluster.run("manage", "--hooks", "--output", "json").expect(0);
      assertFalse(shown.out().contains("MDEyMzQ1"), shown::toString);
    }
  }
}
