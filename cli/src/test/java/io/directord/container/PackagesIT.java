package io.directord.container;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The packages that {@code mvn package -Ppackages} makes, on a Debian: from install to purge; those
 * for rpm too, as far as that goes there.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("container")
class PackagesIT {
  private static final Path PACKAGES = TestCluster.distribution().resolveSibling("packages");

  /** The same packages as the next version, as dpkg sees it. */
  private static final String NEXT =
      """
      set -e
      work=$(mktemp -d)
      cd "$work"
      for deb in /packages/*.deb; do
        dpkg-deb -R "$deb" tree
        sed -i 's/1\\.0\\.0/1.0.1/' tree/DEBIAN/control
        echo '# new' >> tree/usr/share/doc/$(dpkg-deb -f "$deb" Package)/copyright
        dpkg-deb --root-owner-group -Znone -b tree "$(basename "$deb")" > /dev/null
        rm -r tree
      done
      dpkg -i ./*.deb
      rm -r "$work"
      """;

  @TempDir static Path home;
  private static Podman podman;
  private static String machine;

  @BeforeAll
  static void start() throws IOException {
    podman = new Podman(home);
    assumeTrue(Files.isDirectory(PACKAGES), "needs the packages: mvn package -Ppackages");
    Files.writeString(home.resolve("next.sh"), NEXT);
    machine =
        podman.start(
            podman.name("machine"),
            "--volume "
                + PACKAGES
                + ":/packages:ro --volume "
                + home
                + ":/home:ro "
                + podman.shared(Podman.DEBIAN)
                + " sleep infinity");
  }

  @AfterAll
  static void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  @Order(1)
  void lintianFindsNoErrors() {
    Ran ran = run("lintian --allow-root --tag-display-limit 0 /packages/*.deb");
    assertTrue(ran.out().lines().noneMatch(line -> line.startsWith("E:")), ran::toString);
    assertEquals(0, ran.status(), ran::toString);
  }

  @Test
  @Order(2)
  void theRpmsAreWhole() {
    for (String name : List.of("directord-[0-9]*", "directord-server-*", "directord-client-*")) {
      run("rpm -i --test --nodeps /packages/" + name + ".rpm").expect(0);
    }
    String files = run("rpm -qplv /packages/directord-[0-9]*.rpm").expect(0).out();
    assertTrue(
        files.matches(
            "(?s).*-rwxr-xr-x +1 root +root [^\\n]*/usr/lib/directord/bin/directord\\n.*"),
        files);
    assertTrue(
        files.matches("(?s).*-rw------- +1 root +root [^\\n]*/etc/directord/config.yaml\\n.*"),
        files);
    assertEquals(
        "/etc/directord/config.yaml\n", run("rpm -qpc /packages/directord-[0-9]*.rpm").out());
    assertTrue(
        run("rpm -qpl /packages/directord-server-*.rpm")
            .out()
            .contains("/usr/lib/systemd/system/directord-server.service\n"));
    for (String half : List.of("server", "client")) {
      Ran needs = run("rpm -qpR /packages/directord-" + half + "-*.rpm");
      assertTrue(needs.out().contains("directord = 1.0.0\n"), needs::toString);
      // Else an image that is made in one go may be without it when the group is to be made.
      assertEquals(
          half.equals("server"), needs.out().contains("/usr/sbin/groupadd\n"), needs::toString);
    }
  }

  @Test
  @Order(3)
  void whatIsInstalledWorksAndBelongsToRoot() {
    runLong("dpkg -i /packages/*.deb");
    assertTrue(run("directord --version").expect(0).out().startsWith("directord 1.0.0"));
    run("getent group directord").expect(0);
    assertEquals("600 root:root\n", run("stat -c '%a %U:%G' /etc/directord/config.yaml").out());
    assertEquals("700 root:root\n", run("stat -c '%a %U:%G' /var/lib/directord").out());
    assertEquals(
        "",
        run("find /usr/lib/directord /usr/share/doc/directord* ! -user root -o -perm /022 ! -type l")
            .out());
    assertEquals(
        "ExecStart=/usr/bin/directord --socket-group directord server\n",
        run("grep ExecStart= /usr/lib/systemd/system/directord-server.service").out());
    for (String link :
        List.of(
            "bash-completion/completions/directord",
            "zsh/vendor-completions/_directord",
            "fish/vendor_completions.d/directord.fish")) {
      run("test -f /usr/share/" + link).expect(0);
    }
    Ran page = run("zcat /usr/share/man/man1/directord-client.1.gz");
    assertTrue(page.out().contains(".SH OPTIONS\n"), page::toString);
    assertTrue(
        page.out().contains("\\fB\\-\\-server\\-address\\fR=\\fIADDRESS\\fR\n"), page::toString);
    run("ls /usr/lib/directord/lib/directord-*.jsa").expect(0);
  }

  @Test
  @Order(4)
  void theBillOfMaterialsHasEveryLibrary() {
    JsonNode bill =
        Json.mapper().readTree(run("cat /usr/share/doc/directord/directord.cdx.json").out());
    assertEquals("CycloneDX", bill.path("bomFormat").asString());
    Set<String> listed = new TreeSet<>();
    for (JsonNode one : bill.path("components")) {
      if (!one.path("group").asString().equals("io.directord")) {
        listed.add(
            one.path("group").asString()
                + ":"
                + one.path("name").asString()
                + ":"
                + one.path("version").asString());
      }
    }
    Set<String> there = new TreeSet<>();
    Pattern.compile("\\(([^:() ]+:[^: ]+:[^: ]+) - ")
        .matcher(run("cat /usr/lib/directord/share/THIRD-PARTY.txt").out())
        .results()
        .forEach(library -> there.add(library.group(1)));
    assertEquals(there, listed);
  }

  @Test
  @Order(5)
  void anUpgradeKeepsWhatWasConfigured() {
    run("echo 'server_address: 192.0.2.1' > /etc/directord/config.yaml").expect(0);
    runLong("sh /home/next.sh");
    assertTrue(run("dpkg-query -W directord-client").out().contains("1.0.1"));
    assertEquals(
        "server_address: 192.0.2.1\n", run("cat /etc/directord/config.yaml").expect(0).out());
    run("directord --version").expect(0);
  }

  @Test
  @Order(6)
  void removalKeepsConfigurationAndStateAndPurgeLeavesNothing() {
    run("install -m 0600 /dev/null /etc/directord/shared_key; mkdir -p /var/lib/directord/client"
            + " /var/lib/directord/content /var/cache/directord; touch"
            + " /var/lib/directord/server.store")
        .expect(0);
    run("dpkg -r directord-server directord-client directord").expect(0);
    run("test ! -e /usr/lib/directord -a ! -e /usr/bin/directord").expect(0);
    run("test -s /etc/directord/config.yaml -a -e /var/lib/directord/server.store").expect(0);
    run("dpkg -P directord-server").expect(0);
    run("test ! -e /var/lib/directord/server.store -a -d /var/lib/directord/client").expect(0);
    run("dpkg -P directord-client directord").expect(0);
    assertEquals("", run("find / -xdev -path /proc -prune -o -name '*directord*' -print").out());
    run("! getent group directord").expect(0);
  }

  /**
   * What the scripts would have systemd do is only noted, since there is none in the container; nor
   * may rpm there take away rights from scripts, which a plugin of it does.
   */
  @Test
  @Tag("long")
  @Order(7)
  void theRpmsAreInstalledUpgradedAndRemovedLikewise() {
    run("mkdir -p /run/systemd/system;"
            + " printf '#!/bin/sh\\necho \"$@\" >> /tmp/calls\\n' > /usr/bin/systemctl;"
            + " chmod 755 /usr/bin/systemctl")
        .expect(0);
    runLong("rpm -i --noplugins --nodeps /packages/*.rpm");
    run("getent group directord").expect(0);
    run("ls /usr/lib/directord/lib/directord-*.jsa").expect(0);
    assertTrue(run("directord --version").expect(0).out().startsWith("directord 1.0.0"));
    assertEquals(
        List.of(
            "--quiet preset directord-client.service",
            "--quiet preset directord-server.service",
            "daemon-reload",
            "daemon-reload"),
        calls());

    // In place of a next version, with the numbers that rpm gives scripts for one.
    run("echo 'server_address: 192.0.2.1' > /etc/directord/config.yaml").expect(0);
    runLong("rpm -U --noplugins --nodeps --replacepkgs /packages/*.rpm");
    assertEquals(
        "server_address: 192.0.2.1\n", run("cat /etc/directord/config.yaml").expect(0).out());
    run("ls /usr/lib/directord/lib/directord-*.jsa").expect(0);
    assertEquals(
        List.of(
            "daemon-reload",
            "daemon-reload",
            "daemon-reload",
            "daemon-reload",
            "try-restart directord-client.service",
            "try-restart directord-server.service"),
        calls());

    run("install -m 0600 /dev/null /etc/directord/shared_key; mkdir -p /var/lib/directord/client")
        .expect(0);
    run("rpm -e --noplugins directord-server directord-client directord").expect(0);
    assertEquals(
        List.of(
            "--quiet disable --now directord-client.service",
            "--quiet disable --now directord-server.service",
            "daemon-reload",
            "daemon-reload"),
        calls());
    run("test ! -e /usr/lib/directord -a ! -e /usr/bin/directord").expect(0);
    run("test -e /etc/directord/shared_key -a -d /var/lib/directord/client").expect(0);
    assertEquals(
        "server_address: 192.0.2.1\n",
        run("cat /etc/directord/config.yaml.rpmsave").expect(0).out());
    run("getent group directord").expect(0);
  }

  /** What systemctl was called with since the last time, sorted. */
  private static List<String> calls() {
    return run("sort /tmp/calls; rm -f /tmp/calls").expect(0).lines();
  }

  /** What takes its time: each installation makes an archive of classes. */
  private static void runLong(String command) {
    podman.shell("podman exec " + machine + " sh -c '" + command + "'", Podman.LONG).expect(0);
  }

  private static Ran run(String script) {
    return podman.exec(machine, "sh -c '" + script.replace("'", "'\\''") + "'");
  }
}
