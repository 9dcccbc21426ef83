package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pods of {@code pods/}, played by podman. */
@Tag("container")
class PodsIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String STATUS = "directord manage --status";
  private static final String RUN =
      "directord exec --stream --skip-cache --verb RUN 'echo ran; true'";

  private static final String HOSTS_POSTGRES =
      """
        - name: database
          image: localhost/directord
          args:
          - chroot
          - --userspec=postgres
          - /host
          - sh
          - -c
          - |
            cd /var/tmp/NAME && bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1) &&
            $bin/initdb -D data -U directord -A trust --no-sync > log &&
            echo 'CREATE DATABASE directord' | $bin/postgres --single -D data postgres >> log &&
            exec $bin/postgres -D data -c listen_addresses=127.0.0.1 -k /var/tmp/NAME
          securityContext: {runAsUser: 0}
          volumeMounts:
          - {name: host, mountPath: /host}
      """;

  private static final String AT_ROOT = "cd '" + ROOT + "'\n";

  @TempDir Path home;
  private Podman podman;

  @BeforeEach
  void start() throws IOException {
    podman = Podman.withShownNames(home);
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
    podman.awaitConnected("directord-client-directord");
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

  /** The image of PostgreSQL is not asked for: the one of this machine takes its part. */
  @Tag("long")
  @Test
  void ofTwoServersInAPodOneTakesOverWhenTheOtherIsStopped() throws IOException {
    String pair = Files.readString(ROOT.resolve("pods/pod-directord-pair.yaml"));
    String database = podman.name("database");
    podman.afterwards("rm -rf /var/tmp/" + database);
    podman.shell("mkdir -m 0777 /var/tmp/" + database).expect(0);
    String ours =
        pair.replaceFirst(
                "(?s)  - name: database\n.*?(?=  - name: server-1)",
                Matcher.quoteReplacement(HOSTS_POSTGRES.replace("NAME", database)))
            .replaceFirst("  volumes:\n", "  volumes:\n  - {name: host, hostPath: {path: /}}\n")
            .replaceAll("hostPort: \\d+", "protocol: TCP");
    Files.writeString(home.resolve("pair.yaml"), ours);
    podman.afterwards(
        "podman pod rm --force --time 2 directord-pair;"
            + " podman volume rm --force directord-pair-1 directord-pair-2 directord-pair-database");
    podman
        .shell(
            "podman play kube --configmap '"
                + ROOT.resolve("pods/directord-key.yaml")
                + "' pair.yaml")
        .expect(0);
    awaitStatus("server-1", "Standby");
    podman.start(
        podman.name("client"),
        "--pod directord-pair --env DIRECTORD_SHARED_KEY=secrete"
            + " --env DIRECTORD_IDENTITY=node-1 "
            + Podman.IMAGE);
    podman.awaitNodes("directord-pair-server-1", 1);
    String leads = leader(podman.exec("directord-pair-server-1", STATUS).expect(0).out());
    String other = leads.equals("server-1") ? "server-2" : "server-1";
    String before = podman.exec("directord-pair-" + other, RUN).expect(0).out();
    assertTrue(before.contains("node-1 -- STDOUT\nran\n"), before);
    podman.shell("podman stop --time 5 directord-pair-" + leads).expect(0);
    awaitStatus(other, "Leader   this server, ");
    String after = podman.exec("directord-pair-" + other, RUN).expect(0).out();
    assertTrue(after.contains("node-1 -- STDOUT\nran\n"), after);
  }

  private void awaitStatus(String server, String text) {
    await("the status says " + text)
        .atMost(Podman.TIMEOUT)
        .pollInterval(Duration.ofMillis(300))
        .untilAsserted(
            () -> {
              Ran status = podman.exec("directord-pair-" + server, STATUS);
              assertTrue(
                  status.out().contains(text),
                  () -> status + podman.log("directord-pair-" + server));
            });
  }

  private static String leader(String status) {
    Matcher leader = Pattern.compile("(?m)^Leader .*(server-\\d)\\.sock").matcher(status);
    assertTrue(leader.find(), status);
    return leader.group(1);
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
