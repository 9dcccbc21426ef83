package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the documentation, run word for word as a new user would type them: on three bare
 * machines that reach each other by ssh, from the tarball on. Blocks marked {@code shell} are run,
 * in the order of the page, on the server's machine or where a comment before the block says:
 * {@code <!-- on web-1 -->}, {@code <!-- on web-1, keeps running -->}, {@code <!-- exits 1 -->}.
 * Other blocks that begin with the name of a file are written to that file first.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("container")
class DocumentedCommandsIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern BLOCK =
      Pattern.compile("(?ms)(?:^<!-- ([^\\n]*) -->\\n\\n?)?^```(\\w*)\\n(.*?)^```$");
  private static final Pattern FILE =
      Pattern.compile("^(?:#|//) ([\\w/.-]+\\.(?:yaml|conf|java))\\b");
  private static final Pattern ON = Pattern.compile("on ([\\w-]+)");
  private static final Pattern EXITS = Pattern.compile("exits (\\d+)");

  /** A bare Debian with a Java runtime; the rest is what operators have: ssh between machines. */
  private static final String MACHINE =
      """
      FROM %s
      RUN mkdir -p /run/sshd /root/.ssh /etc/app \\
       && ssh-keygen -q -t ed25519 -N '' -f /root/.ssh/id_ed25519 \\
       && cp /root/.ssh/id_ed25519.pub /root/.ssh/authorized_keys \\
       && echo 'StrictHostKeyChecking no' > /root/.ssh/config \\
       && printf '#!/bin/sh\\nexit 0\\n' > /usr/local/bin/systemctl \\
       && chmod 0755 /usr/local/bin/systemctl \\
       && mkdir -p /srv/operator/files \\
       && echo 'release = {{ release }}' | tee /srv/operator/app.conf > /srv/operator/files/app.conf \\
       && rm -f /etc/machine-id /var/lib/dbus/machine-id \\
       && echo '[{jobs: [{RUN: "true"}]}]' | tee /srv/operator/base.yaml > /srv/operator/web.yaml
      WORKDIR /srv/operator
      CMD ["/usr/sbin/sshd", "-D"]
      """;

  private static final List<String> MACHINES = List.of("server", "web-1", "web-2");

  @TempDir static Path home;
  private static Podman podman;

  @BeforeAll
  static void startMachines() throws IOException {
    podman = new Podman(home);
    Files.writeString(
        home.resolve("Containerfile"), MACHINE.formatted(podman.shared(Podman.DEBIAN)));
    String image = podman.name("machine");
    podman.build(image);
    String network = podman.name("machines");
    podman.afterwards("podman network rm --force " + network);
    podman.shell("podman network create " + network).expect(0);
    for (String machine : MACHINES) {
      podman.start(
          podman.name(machine),
          "--network %s --network-alias %s --network-alias %s.example.com --hostname %s %s"
              .formatted(network, machine, machine, machine, image));
    }
    try (var files = Files.list(ROOT.resolve("cli/target"))) {
      Path tarball =
          files.filter(file -> file.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
      Files.copy(tarball, home.resolve(tarball.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      podman
          .shell(
              "podman cp "
                  + tarball.getFileName()
                  + " "
                  + podman.name("server")
                  + ":/srv/operator/")
          .expect(0);
    }
  }

  @AfterAll
  static void stopMachines() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  @Order(1)
  void installation() throws IOException {
    run("docs/installation.md");
    podman.awaitNodes(podman.name("server"), 2);
  }

  @Test
  @Order(2)
  void theFirstPage() throws IOException {
    run("README.md");
  }

  @Test
  @Order(3)
  void orchestrations() throws IOException {
    run("docs/orchestrations.md");
  }

  @Test
  @Order(4)
  void manage() throws IOException {
    run("docs/manage.md");
  }

  @Test
  @Order(5)
  void syntax() throws IOException {
    run("docs/syntax.md");
  }

  @Test
  @Order(6)
  void library() throws IOException {
    run("docs/library.md");
  }

  @Test
  @Order(7)
  void security() throws IOException {
    run("docs/security.md");
  }

  /**
   * The page's server takes over from the one of the other pages, as it would from the original's.
   */
  @Test
  @Order(8)
  void migration() throws IOException {
    for (String machine : MACHINES) {
      on(machine, "pkill -x java; while pgrep -x java; do sleep 0.1; done; rm -rf /etc/directord");
    }
    run("docs/migration.md");
    podman.awaitNodes(podman.name("server"), 1);
  }

  private static void run(String page) throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve(page)));
    int commands = 0;
    while (block.find()) {
      String directions = block.group(1) == null ? "" : block.group(1);
      String text = block.group(3);
      Matcher file = FILE.matcher(text);
      if (block.group(2).equals("shell")) {
        type(page, directions, text);
        commands++;
      } else if (file.find()) {
        write(machine(directions), file.group(1), text);
      }
    }
    assertTrue(commands > 0, page + " shows no commands");
  }

  private static void type(String page, String directions, String text) {
    String machine = machine(directions);
    if (directions.contains("keeps running")) {
      String log = "/tmp/" + machine + ".log";
      podman
          .shell(
              "podman exec --detach %s bash -c %s"
                  .formatted(podman.name(machine), quoted("exec > " + log + " 2>&1\n" + text)))
          .expect(0);
      String started = machine.equals("server") ? "serves nodes" : "its server is";
      await(page + ": " + text)
          .atMost(Podman.TIMEOUT)
          .pollInterval(Duration.ofMillis(300))
          .until(() -> on(machine, "grep -q '" + started + "' " + log).status() == 0);
      return;
    }
    Matcher exits = EXITS.matcher(directions);
    int expected = exits.find() ? Integer.parseInt(exits.group(1)) : 0;
    Ran ran = on(machine, "set -e\n" + text);
    assertEquals(expected, ran.status(), () -> page + " on " + machine + ":\n" + ran);
  }

  private static void write(String machine, String name, String text) throws IOException {
    Path file = Files.writeString(home.resolve("shown"), text);
    String path = name.startsWith("/") ? name : "/srv/operator/" + name;
    on(machine, "mkdir -p " + Path.of(path).getParent()).expect(0);
    podman.shell("podman cp " + file + " " + podman.name(machine) + ":" + path).expect(0);
  }

  private static String machine(String directions) {
    Matcher on = ON.matcher(directions);
    return on.find() ? on.group(1) : "server";
  }

  private static Ran on(String machine, String script) {
    return podman.exec(podman.name(machine), "bash -c " + quoted(script));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
