package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that rolls a pod out, with podman itself. */
@Tag("long")
class PodExampleIT {
  private static final Path EXAMPLES = Path.of("../orchestrations").toAbsolutePath().normalize();

  @TempDir Path directory;

  @Test
  void aPodIsRolledOutAndTheOneBeforeComesBackIfItDoesNotAnswer() throws Exception {
    try (PodmanService podman = PodmanService.start(directory.resolve("podman"));
        FakeRegistry registry = new FakeRegistry();
        TestCluster cluster = new TestCluster(directory.resolve("c"))) {
      podman.putOnPath(cluster);
      cluster.startServer();
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      int port = FreePorts.next();
      String good = published(podman, registry, "app:1");

      deploy(cluster, podman, good, port, "serves one").expect(0);
      assertEquals("serves one\n", page(port));

      deploy(cluster, podman, good, port, "serves two").expect(0);
      assertEquals("serves two\n", page(port));

      Ran bad = deploy(cluster, podman, good, port, null).expect(1);
      assertTrue(bad.err().contains("until it answers"), bad.toString());
      assertEquals("serves two\n", page(port));
      assertFalse(Files.exists(cluster.directory().resolve("pods/app.before.yaml")));

      Ran none = deploy(cluster, podman, registry.name() + "/app:2", port, "x").expect(1);
      assertTrue(none.err().contains("/app:2"), none.toString());
      assertEquals("serves two\n", page(port), "nothing is stopped if the image is not there");
    }
  }

  /** The example, with a pod whose web page has a text; without one it serves nothing. */
  private static Ran deploy(
      TestCluster cluster, PodmanService podman, String image, int port, String text)
      throws IOException {
    String serve =
        text == null ? "true" : "echo " + text + " > /index.html; busybox httpd -p $PORT -h /";
    String main = "trap exit TERM; " + serve + "; while true; do sleep 1; done";
    String pod =
        Files.readString(EXAMPLES.resolve("files/app-pod.yaml"))
            .replace("    env:", "    command: [/bin/busybox, sh, -c, '" + main + "']\n    env:");
    cluster.write("files/app-pod.yaml", pod);
    String socket = " --socket-path " + podman.socket();
    Path example =
        cluster.write(
            "pod-deploy.yaml",
            Files.readString(EXAMPLES.resolve("pod-deploy.yaml"))
                .replace("registry.example.com/app:1.4.2", image)
                .replace("pod_port 8080", "pod_port " + port)
                .replace("/etc/pods", cluster.directory() + "/pods")
                .replace("--pull", "--no-tlsverify --pull" + socket)
                .replace("--play", "--no-tlsverify" + socket + " --play")
                .replace("--retry 30", "--retry 5"));
    return cluster.run("orchestrate", "--wait", example.toString());
  }

  /** The test's image under a name in the registry, and in no other place. */
  private static String published(PodmanService podman, FakeRegistry registry, String name)
      throws Exception {
    String image = registry.name() + "/" + name;
    assertEquals(0, podman.podman("tag", PodmanService.IMAGE, image).start().waitFor());
    String[] push = {"push", "--tls-verify=false", image};
    assertEquals(0, podman.podman(push).start().waitFor());
    assertEquals(0, podman.podman("rmi", image).start().waitFor());
    return image;
  }

  private static String page(int port) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/")).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }
}
