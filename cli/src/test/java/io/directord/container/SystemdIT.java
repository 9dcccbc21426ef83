package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * SERVICE and REBOOT with systemd itself: a container whose first process it is, with the client as
 * a service and another service to be looked after.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("container")
class SystemdIT {
  private static final String NODE_IMAGE =
      """
      FROM %s
      COPY client.service /etc/systemd/system/
      COPY app.service /srv/
      RUN systemctl enable client.service
      """;

  private static final String CLIENT =
      """
      [Service]
      Environment=JAVA_HOME=/directord/java DIRECTORD_SHARED_KEY=secrete DIRECTORD_IDENTITY=machine
      ExecStart=/directord/bin/directord client
      [Install]
      WantedBy=multi-user.target
      """;

  private static final String APP =
      """
      [Unit]
      Description=looked after
      [Service]
      ExecStart=/bin/sleep infinity
      ExecReload=/bin/sh -c 'echo reloaded >> /run/app'
      [Install]
      WantedBy=multi-user.target
      """;

  /** The service as it is at first, whatever the test before has done to it. */
  private static final String AT_FIRST =
      """
      systemctl unmask --quiet app
      systemctl stop app
      systemctl disable --quiet app
      rm -f /run/app /usr/lib/systemd/system/app.service
      cp /srv/app.service /etc/systemd/system/
      systemctl daemon-reload
      """;

  @TempDir static Path home;
  private static Podman podman;
  private static String server;
  private static String node;

  @BeforeAll
  static void start() throws IOException {
    podman = new Podman(home);
    String systemd = podman.shared(Podman.SYSTEMD);
    Files.writeString(home.resolve("Containerfile"), NODE_IMAGE.formatted(systemd));
    Files.writeString(home.resolve("client.service"), CLIENT);
    Files.writeString(home.resolve("app.service"), APP);
    String image = podman.name("systemd");
    podman.build(image);
    server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete " + Podman.IMAGE);
    node =
        podman.start(
            podman.name("node"), "--systemd always --network container:" + server + " " + image);
    podman.awaitNodes(server, 1);
  }

  @BeforeEach
  void serviceAsAtFirst() {
    podman.exec(node, "sh -c '" + AT_FIRST + "'").expect(0);
  }

  @AfterAll
  static void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void servicesAreStartedReloadedRestartedAndStopped() {
    service("app").expect(0);
    assertEquals("active", state("ActiveState"));
    String process = state("MainPID");
    service("--reloaded app").expect(0);
    assertEquals("reloaded\n", podman.exec(node, "cat /run/app").expect(0).out());
    assertEquals(process, state("MainPID"));
    service("--restarted app").expect(0);
    assertEquals("active", state("ActiveState"));
    assertNotEquals(process, state("MainPID"));
    service("--stopped app").expect(0);
    assertEquals("inactive", state("ActiveState"));
    Ran unknown = service("--restarted app no-such").expect(1);
    assertTrue(unknown.toString().contains("Unit no-such.service not found"), unknown::toString);
  }

  @Test
  void servicesAreEnabledDisabledMaskedAndUnmasked() {
    service("--enable --stopped app").expect(0);
    assertEquals("enabled inactive", state("UnitFileState") + " " + state("ActiveState"));
    service("--disable app").expect(0);
    assertEquals("disabled inactive", state("UnitFileState") + " " + state("ActiveState"));
    podman.exec(node, "mv /etc/systemd/system/app.service /usr/lib/systemd/system/").expect(0);
    service("--daemon-reload --mask app").expect(0);
    assertEquals("masked inactive", state("UnitFileState") + " " + state("ActiveState"));
    Ran masked = service("app").expect(1);
    assertTrue(masked.toString().contains("Unit app.service is masked"), masked::toString);
    service("--unmask app").expect(0);
    assertEquals("disabled active", state("UnitFileState") + " " + state("ActiveState"));
  }

  @Test
  void systemdReadsItsUnitFilesAgain() {
    service("app").expect(0);
    podman.exec(node, "sed -i 's/looked after/changed/' /etc/systemd/system/app.service").expect(0);
    assertEquals("looked after", state("Description"));
    service("--daemon-reload --restarted app").expect(0);
    assertEquals("changed", state("Description"));
  }

  /** The last one: what systemd has read is gone with it. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aMachineRebootsAndThenDoesTheWorkThatWaited() {
    operator("--verb REBOOT 0").expect(0);
    await()
        .atMost(Podman.TIMEOUT)
        .until(
            () ->
                podman
                    .shell("podman inspect --format '{{.State.Running}}' " + node)
                    .out()
                    .equals("false\n"));
    podman.exec(server, "directord exec --verb RUN 'touch /run/after'").expect(0);
    podman.shell("podman start " + node).expect(0);
    await()
        .atMost(Podman.TIMEOUT)
        .until(() -> podman.exec(node, "test -e /run/after").status() == 0);
  }

  /** Also what another test has done already. */
  private static Ran service(String arguments) {
    return operator("--ignore-cache --verb SERVICE '" + arguments + "'");
  }

  private static Ran operator(String words) {
    return podman.exec(server, "directord exec --stream --check " + words);
  }

  /** What systemd says of the service. */
  private static String state(String property) {
    Ran ran = podman.exec(node, "systemctl show --value --property " + property + " app");
    return ran.expect(0).out().strip();
  }
}
