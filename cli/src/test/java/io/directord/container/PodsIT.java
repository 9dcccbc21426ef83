package io.directord.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pods of {@code pods/}, played by podman. */
@Tag("container")
class PodsIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String AT_ROOT = "cd '" + ROOT + "'\n";

  @TempDir Path home;
  private Podman podman;

  @BeforeEach
  void start() {
    podman = new Podman(home);
  }

  @AfterEach
  void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void serverAndClientFindEachOtherOnOneHost() {
    keepHostsDirectories();
    podman.afterwards(
        "podman pod rm --force directord-server directord-client;"
            + " podman volume rm --force directord-server directord-client");
    podman.shell(AT_ROOT + "podman play kube pods/pod-directord-server.yaml").expect(0);
    podman.shell(AT_ROOT + "podman play kube pods/pod-directord-client.yaml").expect(0);
    String server = "directord-server-directord";
    podman.awaitNodes(server, 1);
    Ran ran = podman.exec(server, "directord exec --stream --verb RUN 'id -u'").expect(0);
    assertTrue(ran.out().contains("directord-client -- STDOUT\n0\n"), ran::toString);
    assertEquals(0, podman.shell("podman healthcheck run " + server).status());
    assertEquals(
        0, podman.exec("directord-client-directord", "/directord/bin/healthcheck").status());
    podman.shell("podman pod stop directord-client directord-server").expect(0);
    podman.shell("podman pod start directord-server directord-client").expect(0);
    podman.awaitNodes(server, 1);
    Ran job = podman.exec(server, "directord manage --job-info last").expect(0);
    assertTrue(job.out().contains("directord-client = 0"), job::toString);
  }

  @Test
  void bothWorkInOnePod() {
    podman.afterwards("podman pod rm --force directord-test-pod");
    podman.shell(AT_ROOT + "podman play kube pods/pod-directord-test-pod.yaml").expect(0);
    podman.awaitNodes("directord-test-pod-server", 1);
    Ran ran =
        podman.exec("directord-test-pod-server", "directord exec --stream --verb RUN 'id -u'");
    assertTrue(ran.expect(0).out().contains("directord-test-pod -- STDOUT\n1001\n"), ran::toString);
  }

  /** As on two hosts: each pod has a network of its own, and the key comes from a ConfigMap. */
  @Test
  void podsInNetworksOfTheirOwnReachEachOther() throws IOException {
    keepHostsDirectories();
    String network = podman.name("network");
    podman.afterwards("podman network rm --force " + network);
    podman.shell("podman network create " + network).expect(0);
    podman.afterwards(
        "podman pod rm --force directord-server directord-client;"
            + " podman volume rm --force directord-server directord-client");
    String play = "podman play kube --network " + network + " --configmap key.yaml ";
    changed("directord-key.yaml", "127.0.0.1", "directord-server", "key.yaml");
    changed("pod-directord-server.yaml", "hostNetwork: true", "hostNetwork: false", "server.yaml");
    changed("pod-directord-client.yaml", "hostNetwork: true", "hostNetwork: false", "client.yaml");
    podman.shell(play + "server.yaml").expect(0);
    podman.shell(play + "client.yaml").expect(0);
    podman.awaitNodes("directord-server-directord", 1);
    Files.writeString(home.resolve("file"), "through both ports\n");
    podman.shell("podman cp file directord-server-directord:/var/lib/directord/file").expect(0);
    podman
        .exec(
            "directord-server-directord",
            "directord exec --poll --verb COPY /var/lib/directord/file /tmp/file")
        .expect(0);
    Ran file = podman.exec("directord-client-directord", "cat /tmp/file").expect(0);
    assertEquals("through both ports\n", file.out());
  }

  private void changed(String file, String from, String to, String name) throws IOException {
    String text = Files.readString(ROOT.resolve("pods").resolve(file));
    assertTrue(text.contains(from), file);
    Files.writeString(home.resolve(name), text.replace(from, to));
  }

  /** The pods use directories of the host: what is there already is put aside meanwhile. */
  private void keepHostsDirectories() {
    for (String directory : new String[] {"/etc/directord", "/usr/local/share/directord"}) {
      podman.afterwards(
          "[ ! -e " + directory + ".kept ] || mv " + directory + ".kept " + directory);
      podman.afterwards("rm -rf " + directory);
      podman
          .shell("[ ! -e " + directory + " ] || mv " + directory + " " + directory + ".kept")
          .expect(0);
    }
  }
}
