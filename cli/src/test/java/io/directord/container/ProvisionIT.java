package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Vagrant and Packer run on a machine, run in a container that has a Java runtime. */
@Tag("container")
class ProvisionIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path home;
  private Podman podman;
  private String server;

  @BeforeEach
  void start() {
    podman = new Podman(home);
    server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete " + Podman.IMAGE);
  }

  @AfterEach
  void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void aProvisionedNodeJoinsAndTakesANewerArchive() throws IOException {
    Path archive;
    try (Stream<Path> built = Files.list(TestCluster.distribution().getParent())) {
      archive = built.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
    }
    String node =
        podman.start(
            podman.name("node"),
            "--user 0 --network container:"
                + server
                + " --env PATH=/directord/java/bin:/usr/local/bin:/usr/bin:/bin"
                + " --volume "
                + ROOT.resolve("packaging")
                + ":/packaging:ro --volume "
                + archive
                + ":/tmp/directord.tar.gz:ro --entrypoint /bin/sleep "
                + Podman.IMAGE
                + " infinity");
    provision(node, "--env DIRECTORD_SHARED_KEY=secrete", "127.0.0.1");
    Ran seen =
        podman.exec(
            node,
            "sh -c 'stat -c %a /etc/directord /etc/directord/shared_key;"
                + " cat /etc/directord/shared_key /etc/directord/config.yaml;"
                + " readlink -e /etc/systemd/system/multi-user.target.wants/*'");
    assertEquals(
        """
        700
        600
        secrete
        server_address: 127.0.0.1
        /etc/systemd/system/directord-client.service
        """,
        seen.expect(0).out());
    podman.shell("podman exec --detach " + node + " /usr/local/bin/directord client").expect(0);
    podman.awaitNodes(server, 1);
    podman.awaitConnected(node);

    String firstBoot = "/etc/systemd/system/directord-client.service.d/first-boot.conf";
    podman.exec(node, "test ! -e " + firstBoot).expect(0);
    podman.exec(node, "rm /opt/directord /etc/directord/shared_key").expect(0);
    provision(node, "", "");
    Ran version = podman.exec(node, "/usr/local/bin/directord --version").expect(0);
    assertTrue(version.out().startsWith("directord "), version::toString);
    assertEquals(
        """
        [Unit]
        ConditionPathExists=|/etc/directord/shared_key
        ConditionPathExists=|/etc/directord/join_token
        ConditionPathExists=|/var/lib/directord/client/server_keys
        """,
        podman.exec(node, "cat " + firstBoot).expect(0).out());
    podman.exec(node, "grep -q 127.0.0.1 /etc/directord/config.yaml").expect(0);
  }

  /** Longer than a command may usually take: most of it is the archive of classes. */
  private void provision(String node, String options, String address) {
    podman.exec(node, "rm -f /tmp/status").expect(0);
    String script = "/packaging/provision.sh client /tmp/directord.tar.gz " + address;
    podman
        .shell(
            "podman exec --detach "
                + options
                + " "
                + node
                + " sh -c '"
                + script
                + " > /tmp/said 2>&1; echo $? > /tmp/status'")
        .expect(0);
    await("the script has ended")
        .atMost(Duration.ofMinutes(10))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> podman.exec(node, "test -s /tmp/status").status() == 0);
    Ran ended = podman.exec(node, "cat /tmp/said /tmp/status").expect(0);
    assertTrue(ended.out().endsWith("\n0\n"), ended::toString);
  }
}
