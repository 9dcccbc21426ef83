package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The units that {@code --install-unit} writes, run by systemd itself: server and client on one
 * machine, a container whose first process it is.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("container")
class SystemdUnitsIT {
  private static final String MACHINE =
      """
      FROM %s
      RUN groupadd operators && rm -rf /etc/directord /var/lib/directord /directord/bin
      ENV PATH=/opt/directord/bin:/usr/sbin:/usr/bin:/sbin:/bin DIRECTORD_RUNTIME_DIR=/run
      """;

  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir static Path home;
  private static Podman podman;
  private static String machine;

  @BeforeAll
  static void start() throws IOException {
    podman = new Podman(home);
    String systemd = podman.shared(Podman.SYSTEMD);
    Files.writeString(home.resolve("Containerfile"), MACHINE.formatted(systemd));
    String image = podman.name("systemd-units");
    podman.build(image);
    machine =
        podman.start(
            podman.name("machine"),
            // What a machine has and a container has not: its own mounts, and reading any file.
            "--systemd always --cap-add SYS_ADMIN,DAC_READ_SEARCH --volume "
                + TestCluster.distribution()
                + ":/opt/directord:ro "
                + image);
    await()
        .atMost(TIMEOUT)
        .until(() -> run("systemctl is-system-running").out().matches("(running|degraded)\n"));
  }

  @AfterAll
  static void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  @Order(1)
  void bothAreStartedByTheirUnitsAndAreReadyThen() {
    Ran server = run("directord server --install-unit --group operators --start").expect(0);
    assertEquals(
        """
        written: /etc/systemd/system/directord-server.service
        written: /etc/directord/config.yaml
        started: directord-server.service
        """,
        server.out());
    run("directord manage --list-jobs --output json").expect(0);
    Ran client = run("directord-client-systemd").expect(0);
    assertTrue(
        client.out().startsWith("written: /etc/systemd/system/directord-client.service\n"),
        client::toString);
    assertTrue(client.out().contains("systemctl enable --now directord-client.service"));
    assertEquals(
        """
        unchanged: /etc/systemd/system/directord-client.service
        started: directord-client.service
        """,
        run("directord client --install-unit --start").expect(0).out());
    podman.awaitNodes(machine, 1);
    await().atMost(TIMEOUT).until(() -> run("directord client --status").status() == 0);
    assertEquals(
        """
        unchanged: /etc/systemd/system/directord-server.service
        runs: directord-server.service
        """,
        run("directord server --install-unit --group operators --start").expect(0).out());
    assertEquals(
        "enabled enabled",
        property("client", "UnitFileState") + " " + property("server", "UnitFileState"));
  }

  @Test
  @Order(2)
  void anotherUnitIsLeftAloneUnlessForced() {
    Ran other = run("directord-client-systemd --group operators").expect(1);
    assertTrue(
        other
            .err()
            .contains(
                "/etc/systemd/system/directord-client.service is there, and is another one: --force"
                    + " replaces it"),
        other::toString);
    Ran forced = run("directord-client-systemd --group operators --force --start").expect(0);
    assertTrue(forced.out().contains("restarted: directord-client.service"), forced::toString);
    podman.awaitNodes(machine, 1);
    job("RUN 'test $(id -gn) = operators'");
  }

  @Test
  @Order(3)
  void theServerIsConfinedAndReadsWhatRootCopies() {
    String process = property("server", "MainPID");
    assertEquals(
        "root:operators 660\n", run("stat -c '%U:%G %a' /run/directord.sock").expect(0).out());
    String home = run("sh -c 'echo ~'").expect(0).out().strip();
    Ran writes =
        run(
            "nsenter -t "
                + process
                + " -m touch /usr/x /etc/x /run/systemd/x /home/x "
                + home
                + "/x");
    assertEquals(
        5, writes.expect(1).err().lines().filter(l -> l.endsWith("Read-only file system")).count());
    assertEquals(
        "CapBnd:\t0000000000000005\n", run("grep CapBnd /proc/" + process + "/status").out());
    run("sh -c 'useradd --create-home ann && echo of ann > /home/ann/f && chmod 0700 /home/ann"
            + " && chown -R ann /home/ann && cp /home/ann/f /tmp/f && cp /home/ann/f ~'")
        .expect(0);
    for (String source : new String[] {"/home/ann/f", "/tmp/f", home + "/f"}) {
      job("COPY " + source + " /srv/copied");
      assertEquals("of ann\n", run("cat /srv/copied").expect(0).out());
      run("rm /srv/copied").expect(0);
    }
  }

  @Test
  @Order(4)
  void whatRunsWhenAClientIsRestartedIsInterruptedAndWhatWasLeftRunningGoesOn() {
    job("RUN -- --no-block 'exec sleep 2001'");
    job("RUN 'sleep 2002 > /dev/null 2>&1 & true'");
    String id =
        run("directord exec --verb RUN 'exec sleep 2003'")
            .expect(0)
            .out()
            .replaceAll("(?s).*: |\n", "");
    await().atMost(TIMEOUT).until(() -> runs("2003"));
    run("systemctl restart directord-client").expect(0);
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                run("directord manage --output json --job-info " + id)
                    .out()
                    .contains("INTERRUPTED"));
    assertTrue(runs("2001"));
    assertTrue(runs("2002"));
    await().atMost(TIMEOUT).until(() -> !runs("2003"));
    job("RUN '! env | grep -e NOTIFY_SOCKET -e WATCHDOG'");
  }

  @Test
  @Order(5)
  void aServerThatStandsStillIsReplaced() {
    run("sh -c 'mkdir /etc/systemd/system/directord-server.service.d && printf"
            + " \"[Service]\\nWatchdogSec=10\\n\" >"
            + " /etc/systemd/system/directord-server.service.d/short.conf && systemctl"
            + " daemon-reload && systemctl restart directord-server'")
        .expect(0);
    String before = property("server", "MainPID");
    run("sh -c 'kill -STOP " + before + "'").expect(0);
    // A stopped process still counts as active.
    await().atMost(TIMEOUT).until(() -> !property("server", "NRestarts").equals("0"));
    await().atMost(TIMEOUT).until(() -> property("server", "ActiveState").equals("active"));
    assertNotEquals(before, property("server", "MainPID"));
    podman.awaitNodes(machine, 1);
    job("RUN 'echo again'");
  }

  @Test
  @Order(6)
  void theJournalHasThePriorityOfWhatIsLogged() {
    run("systemctl stop directord-server").expect(0);
    run("sh -c 'echo shared_key: short > /etc/directord/config.yaml; systemctl start"
            + " directord-server'")
        .expect(0);
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              Ran warnings =
                  run("journalctl --quiet --output cat --priority 4..4 --unit directord-server");
              assertTrue(
                  warnings.out().lines().anyMatch(line -> line.contains(" WARN  server: ")),
                  warnings::toString);
              assertTrue(
                  warnings.out().lines().noneMatch(line -> line.contains("<4>")),
                  warnings::toString);
            });
  }

  private static Ran run(String command) {
    return podman.exec(machine, command);
  }

  /** A job that succeeds. */
  private static void job(String words) {
    run("directord exec --stream --ignore-cache --verb " + words).expect(0);
  }

  private static boolean runs(String seconds) {
    return run("sh -c 'cat /proc/[0-9]*/cmdline | tr \"\\0\" \" \"'")
        .out()
        .contains("sleep " + seconds);
  }

  private static String property(String mode, String name) {
    return run("systemctl show --value --property " + name + " directord-" + mode).out().strip();
  }
}
