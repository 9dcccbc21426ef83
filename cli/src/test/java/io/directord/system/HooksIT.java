package io.directord.system;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.security.PrivateFiles;
import io.directord.nats.FreePorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
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
  void anOrchestrationIsStartedWithValuesAndHooksAreReadAnew() throws Exception {
    try (TestCluster cluster = new TestCluster(directory)) {
      Path said = directory.resolve("said");
      Path copied = directory.resolve("copied");
      Path greeting = cluster.write("greeting", "hello");
      PrivateFiles.create(
          greeting.resolveSibling("word"), "hunter22\n".getBytes(StandardCharsets.UTF_8));
      Path file =
          cluster.write(
              "deploy.yaml",
              "- name: deploy\n  jobs:\n    - COPY: greeting "
                  + copied
                  + "\n    - ARG: --secret-file word word\n"
                  + "    - RUN: --secret word test \"$word\" = hunter22 &&"
                  + " echo {{ hook.version }} {{ node }} >> "
                  + said
                  + "\n");
      Path config = cluster.write("default/config.yaml", hook(file, "[0-9.]+"));
      cluster.set("DIRECTORD_CONFIG_FILE", config.toString());
      cluster.startServer();
      cluster.startClient("web-1");
      cluster.awaitActive(1);

      cluster.run("hooks", "check").expect(0);
      Ran jobs = cluster.run("hooks", "check", "deploy", "version=1.10").expect(0);
      assertTrue(jobs.out().contains("echo 1.10 {{ node }} >> "), jobs::toString);
      Ran wrong = cluster.run("hooks", "check", "deploy", "version=1;id", "verson=2").expect(2);
      assertTrue(wrong.err().contains("has no parameter verson (did you mean"), wrong::toString);
      Ran evil = cluster.run("hooks", "start", "deploy", "version=$(id)").expect(2);
      assertTrue(evil.err().contains("not $(id)"), evil::toString);
      cluster.run("hooks", "start", "none").expect(1);
      // It was read with the configuration.
      Files.writeString(greeting, "changed");

      cluster.run("hooks", "start", "deploy", "version=1.10").expect(0);
      await()
          .atMost(Duration.ofMinutes(4))
          .until(() -> Files.exists(said) && Files.readString(said).equals("1.10 web-1\n"));
      assertEquals("hello", Files.readString(copied));
      Ran listed = cluster.run("hooks", "list").expect(0);
      assertTrue(listed.out().matches("(?s).*deploy\\s+1\\s+0\\s+1.*"), listed::toString);
      Ran submitted = cluster.run("manage", "--list-jobs", "--output", "json").expect(0);
      assertTrue(submitted.out().contains("\"hook:deploy\""), submitted::toString);

      Files.writeString(file, "- jobs:\n    - RUN: echo {{ hook.verson }}\n");
      Files.writeString(config, hook(file, "[a-z]+"));
      hup(cluster, "nothing was changed");
      assertTrue(cluster.logs().contains("deploy.yaml:2:"), cluster.logs());
      awaitStarted(cluster, "version=2.0");
      Files.writeString(file, "- jobs:\n    - RUN: echo anew {{ hook.version }} >> " + said + "\n");
      hup(cluster, "were read anew");
      awaitStarted(cluster, "version=stable");
      await()
          .atMost(Duration.ofMinutes(4))
          .until(() -> Files.readString(said).equals("1.10 web-1\n2.0 web-1\nanew stable\n"));
    }
  }

  private static String hook(Path file, String pattern) {
    return "hooks:\n  deploy:\n    start: "
        + file
        + "\n    parameters: {version: {pattern: '"
        + pattern
        + "'}}\n";
  }

  /** While the run before is open, it is refused, and tried again. */
  private static void awaitStarted(TestCluster cluster, String value) {
    cluster.run("hooks", "start", "deploy", value).expect(0);
  }

  private static void hup(TestCluster cluster, String said) {
    int before = cluster.logs().split(said, -1).length;
    cluster.server().signal("HUP");
    await()
        .atMost(Duration.ofMinutes(4))
        .until(() -> cluster.logs().split(said, -1).length > before);
  }

  @Test
  void whatFailedIsToldAlsoIfTheServerWasKilledBeforeAnybodyListened() throws Exception {
    InetAddress here = InetAddress.getLoopbackAddress();
    int port = FreePorts.next();
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
          .atMost(Duration.ofMinutes(4))
          .until(
              () -> cluster.run("manage", "--hooks").out().matches("(?s).*pager\\s+1\\s+0\\s+0.*"));
      cluster.server().kill();

      List<String> bodies = new CopyOnWriteArrayList<>();
      List<String> signatures = new CopyOnWriteArrayList<>();
      HttpServer receiver = HttpServer.create(new InetSocketAddress(here, port), 0);
      receiver.createContext(
          "/in",
          exchange -> {
            signatures.add(exchange.getRequestHeaders().getFirst("webhook-signature"));
            bodies.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
          });
      receiver.start();
      try {
        cluster.startServer();
        await().atMost(Duration.ofMinutes(4)).until(() -> !bodies.isEmpty());
        // Before the server has the answer, the receiver may not go.
        await()
            .atMost(Duration.ofMinutes(4))
            .until(
                () ->
                    cluster.run("manage", "--hooks").out().matches("(?s).*pager\\s+0\\s+1\\s+0.*"));
      } finally {
        receiver.stop(0);
      }
      assertTrue(bodies.get(0).contains("\"failed_nodes\":[\"web-1\"]"), bodies::toString);
      assertFalse(bodies.get(0).contains("hunter2"), bodies::toString);
      assertTrue(signatures.get(0).startsWith("v1,"), signatures::toString);
      Ran shown = cluster.run("manage", "--hooks", "--output", "json").expect(0);
      assertFalse(shown.out().contains("MDEyMzQ1"), shown::toString);
    }
  }
}
