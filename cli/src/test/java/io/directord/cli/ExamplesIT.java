package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every example in {@code orchestrations/}, run on a node. Paths of the machine lead into the
 * test's folder, and tools that would change the machine are replaced by some that note how they
 * were called.
 */
class ExamplesIT {
  private static final Path EXAMPLES = Path.of("../orchestrations").toAbsolutePath().normalize();
  private static final Set<String> RUN = new TreeSet<>();

  @TempDir static Path folder;
  private static TestCluster cluster;
  private static RecordingTools tools;
  private static HttpServer web;
  private Path root;

  @BeforeAll
  static void start() throws IOException {
    cluster = new TestCluster(folder.resolve("cluster"));
    tools =
        new RecordingTools(
            folder,
            "systemctl",
            "useradd",
            "sshd",
            "apt-get",
            "dnf",
            "journalctl",
            "podman",
            "chronyc",
            "app");
    cluster.set("PATH", tools.folder() + ":" + System.getenv("PATH"));
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    web.start();
  }

  @BeforeEach
  void freshRoot() throws IOException {
    root = Files.createTempDirectory(folder, "root");
    tools.forget();
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    web.stop(0);
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      Set<String> all =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml"))
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(all, RUN, "examples, and those that a test has run");
    }
  }

  @Test
  void allAreFoundInOrderBeforeAnythingIsRun() throws IOException {
    cluster.write("certificates/server.pem", "");
    cluster.write("certificates/server.key", "");
    List<String> words = new ArrayList<>(List.of("orchestrate", "--check-only"));
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      files.map(Path::toString).filter(name -> name.endsWith(".yaml")).forEach(words::add);
    }
    assertTrue(words.size() >= 12, words::toString);
    Ran ran = cluster.run(words.toArray(String[]::new)).expect(0);
    assertTrue(ran.out().endsWith(" can run on 1 node; nothing was run\n"), ran::toString);
  }

  @Test
  void rollingRestartEndsWellOnlyIfTheServiceAnswers() throws IOException {
    run("rolling-restart.yaml", "http://127.0.0.1:80/", url()).expect(0);
    assertEquals(List.of("systemctl restart nginx"), tools.calls());
    Ran ran =
        run(
            "rolling-restart.yaml",
            "http://127.0.0.1:80/",
            "http://127.0.0.1:1/",
            "seq 30",
            "seq 1");
    assertTrue(ran.expect(1).err().contains("wait until it answers"), ran::toString);
    assertTrue(tools.calls().contains("systemctl status --no-pager nginx"));
  }

  @Test
  void operatorsGetAccountsAndKeysAndOthersLoseTheirs() throws IOException {
    Path keys = Files.createDirectories(root.resolve("etc/ssh/authorized_keys.d"));
    Files.createDirectories(root.resolve("etc/ssh/sshd_config.d"));
    Files.writeString(keys.resolve("mallory"), "ssh-ed25519 AAAA mallory");
    String[] names = {"/etc/ssh", root + "/etc/ssh", "'alice', 'bob'", "'nobody-a', 'nobody-b'"};
    Path given = cluster.folder().resolve("examples/files/authorized_keys");
    copyFiles();
    Files.move(given.resolve("alice"), given.resolve("nobody-a"));
    Files.move(given.resolve("bob"), given.resolve("nobody-b"));
    orchestrate(example("operators.yaml", names)).expect(0);
    assertEquals(
        List.of(
            "useradd --create-home --shell /bin/bash nobody-a",
            "useradd --create-home --shell /bin/bash nobody-b",
            "sshd -t",
            "systemctl reload ssh"),
        tools.calls());
    assertEquals(Set.of("nobody-a", "nobody-b"), names(keys));
    assertTrue(Files.exists(root.resolve("etc/ssh/sshd_config.d/10-operators.conf")));

    tools.fail("sshd");
    orchestrate(example("operators.yaml", names)).expect(1);
    assertEquals(1, tools.calls().stream().filter("systemctl reload ssh"::equals).count());
  }

  @Test
  void packagesAreUpdatedWithWhatTheNodeHas() throws IOException {
    Path release = root.resolve("os-release");
    String[] paths = {
      "/etc/os-release", release.toString(), "/var/run/reboot-required", root + "/reboot"
    };
    Files.writeString(release, "ID=debian\n");
    Files.writeString(root.resolve("reboot"), "");
    run("package-update.yaml", paths).expect(0);
    assertEquals(List.of("apt-get -q update", "apt-get -q -y upgrade"), tools.calls());
    assertEquals("debian is up to date, a reboot is needed", lastOutput());

    Files.writeString(release, "ID=rocky\n");
    Files.delete(root.resolve("reboot"));
    run("package-update.yaml", paths).expect(0);
    assertTrue(tools.calls().contains("dnf -y upgrade"));
    assertEquals("rocky is up to date, a reboot is not needed", lastOutput());

    Files.writeString(release, "ID=plan9\n");
    Ran ran = run("package-update.yaml", paths).expect(1);
    assertTrue(ran.err().contains("plan9"), ran::toString);
  }

  @Test
  void aConfigFileRestartsItsServiceOnlyWhenItChangedAndIsSound() throws IOException {
    Path conf = root.resolve("etc/app/app.conf");
    run("config-file.yaml", "/etc/app", root + "/etc/app").expect(0);
    String cores = Integer.toString(2 * Runtime.getRuntime().availableProcessors());
    String text = Files.readString(conf);
    assertTrue(text.contains("listen = 0.0.0.0:8080\nworkers = " + cores + "\n"), text);
    assertEquals(
        List.of("app --check-config app.conf.new", "systemctl restart app"), tools.calls());

    run("config-file.yaml", "/etc/app", root + "/etc/app").expect(0);
    assertEquals("unchanged", lastOutput());
    assertEquals(2, tools.calls().size());

    tools.fail("app");
    run("config-file.yaml", "/etc/app", root + "/etc/app", "8080", "9090").expect(1);
    assertEquals(text, Files.readString(conf));
    assertEquals(3, tools.calls().size());
    tools.heal("app");
    tools.fail("systemctl");
    run("config-file.yaml", "/etc/app", root + "/etc/app", "8080", "9090").expect(1);
    assertEquals(text, Files.readString(conf));
  }

  @Test
  void aConfigFileWithWhichTheServiceDoesNotStartIsNotLeftBehind() throws IOException {
    tools.fail("systemctl");
    run("config-file.yaml", "/etc/app", root + "/etc/app").expect(1);
    assertEquals(Set.of(), names(root.resolve("etc/app")));
    tools.heal("systemctl");
    run("config-file.yaml", "/etc/app", root + "/etc/app").expect(0);
    assertEquals("restarted", lastOutput());
  }

  @Test
  void aHealthCheckAsksEverythingAndFailsForWhatIsIll() throws IOException {
    String[] well = {"http://127.0.0.1:80/", url(), "health_percent 95", "health_percent 100"};
    run("health-check.yaml", well).expect(0);
    tools.say("systemctl", "broken.service loaded failed failed Broken");
    Ran ran =
        run(
            "health-check.yaml",
            "http://127.0.0.1:80/",
            "http://127.0.0.1:1/",
            "health_percent 95",
            "health_percent 100");
    assertTrue(ran.expect(1).err().contains("broken.service"), ran::toString);
    assertTrue(ran.err().contains("curl: "), ran::toString);
  }

  @Test
  void logsComeBackAsAnArchive() throws Exception {
    Files.createDirectories(root.resolve("log/deep"));
    Files.writeString(root.resolve("log/a.log"), "a line\n");
    Files.writeString(root.resolve("log/deep/b c.log"), "another\n");
    Files.writeString(root.resolve("log/other.txt"), "not a log\n");
    Path old = Files.writeString(root.resolve("log/old.log"), "long ago\n");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(1, ChronoUnit.DAYS)));
    run("collect-logs.yaml", "/var/log", root + "/log", "/var/tmp", root.toString()).expect(0);
    Path archive = root.resolve("back.tar.gz");
    Files.write(archive, Base64.getMimeDecoder().decode(lastOutput()));
    Process list = new ProcessBuilder("tar", "-tzf", archive.toString()).start();
    String found = new String(list.getInputStream().readAllBytes());
    assertEquals(Set.of("./a.log", "./deep/b c.log"), Set.of(found.strip().split("\n")));
  }

  @Test
  void aDiskIsCleanedUpOnlyIfItIsFull() throws IOException {
    Path old = Files.writeString(root.resolve("syslog.1"), "x");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(30, ChronoUnit.DAYS)));
    Path young = Files.writeString(root.resolve("syslog.2"), "x");
    String disk = root.toString();
    String[] idle = {
      "/var/log", disk, "disk /var", "disk " + disk, "percent 80", "percent 100", "> 95", "> 100"
    };
    run("disk-cleanup.yaml", idle).expect(0);
    assertTrue(Files.exists(old));
    assertEquals(List.of(), tools.calls());

    String[] full = {
      "/var/log", disk, "disk /var", "disk " + disk, "percent 80", "percent -1", "> 95", "> 100"
    };
    run("disk-cleanup.yaml", full).expect(0);
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(young));
    assertEquals(List.of("journalctl --vacuum-time=14d", "apt-get -q clean"), tools.calls());
  }

  @Test
  void aContainerThatDoesNotAnswerIsReplacedByTheOldOne() throws IOException {
    String port = Integer.toString(web.getAddress().getPort());
    tools.say("podman", "registry.example.com/app:1.4.1");
    run("container-deploy.yaml", "deploy_port 8080", "deploy_port " + port).expect(0);
    String start = "podman run --detach --replace --name app --restart=always --publish ";
    assertEquals(start + port + ":8080 registry.example.com/app:1.4.2", tools.calls().get(2));
    assertEquals("podman image prune --force", tools.calls().get(3));

    run("container-deploy.yaml", "deploy_port 8080", "deploy_port 1", "--retry 20", "--retry 1")
        .expect(1);
    List<String> again = tools.calls().subList(4, tools.calls().size());
    assertEquals("podman logs --tail 20 app", again.get(3));
    assertEquals(start + "1:8080 registry.example.com/app:1.4.1", again.get(4));
    assertEquals(5, again.size());
  }

  @Test
  void theTimeComesFromTheServersThatWereNamed() throws IOException {
    Files.createDirectories(root.resolve("etc/chrony"));
    run("time-sync.yaml", "/etc/chrony/", root + "/etc/chrony/").expect(0);
    String conf = Files.readString(root.resolve("etc/chrony/chrony.conf"));
    assertTrue(
        conf.contains("server ntp1.example.com iburst\nserver ntp2.example.com iburst\ndriftfile"),
        conf);
    assertEquals(
        List.of(
            "systemctl enable --now chrony",
            "systemctl restart chrony",
            "chronyc waitsync 30 0.5 0 2"),
        tools.calls());
    tools.fail("chronyc");
    run("time-sync.yaml", "/etc/chrony/", root + "/etc/chrony/").expect(1);
  }

  @Test
  void aCertificateIsTakenOnlyWithItsKey() throws Exception {
    String[] paths = {"/etc/ssl", root + "/etc/ssl"};
    certificate();
    run("certificates.yaml", paths).expect(0);
    String installed = Files.readString(root.resolve("etc/ssl/server.pem"));
    assertTrue(installed.startsWith("-----BEGIN CERTIFICATE"), installed);
    assertEquals(List.of("systemctl reload nginx"), tools.calls());
    run("certificates.yaml", paths).expect(0);
    assertEquals("unchanged", lastOutput());

    Path key = cluster.folder().resolve("certificates/server.key");
    String right = Files.readString(key);
    certificate();
    Files.writeString(key, right);
    Ran ran = run("certificates.yaml", paths).expect(1);
    assertTrue(ran.err().contains("server.key is not the key of server.pem"), ran::toString);
    assertEquals(installed, Files.readString(root.resolve("etc/ssl/server.pem")));
    assertEquals(1, tools.calls().size());
  }

  /** A key and a certificate where the operator stands. */
  private static void certificate() throws Exception {
    Path to = Files.createDirectories(cluster.folder().resolve("certificates"));
    Process openssl =
        new ProcessBuilder(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ed25519",
                "-nodes",
                "-days",
                "30",
                "-subj",
                "/CN=test",
                "-keyout",
                to + "/server.key",
                "-out",
                to + "/server.pem")
            .redirectErrorStream(true)
            .start();
    String said = new String(openssl.getInputStream().readAllBytes());
    assertEquals(0, openssl.waitFor(), said);
  }

  private Ran run(String name, String... replacements) throws IOException {
    copyFiles();
    return orchestrate(example(name, replacements));
  }

  private static Ran orchestrate(Path example) {
    return cluster.run("orchestrate", "--wait", example.toString());
  }

  /** The example with every first text of a pair replaced by the second, which must be there. */
  private static Path example(String name, String... replacements) throws IOException {
    RUN.add(name);
    String text = Files.readString(EXAMPLES.resolve(name));
    for (int i = 0; i < replacements.length; i += 2) {
      assertTrue(text.contains(replacements[i]), name + " has no " + replacements[i]);
      text = text.replace(replacements[i], replacements[i + 1]);
    }
    return cluster.write("examples/" + name, text);
  }

  private static void copyFiles() throws IOException {
    Path from = EXAMPLES.resolve("files");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        cluster.write("examples/files/" + from.relativize(file), Files.readString(file));
      }
    }
  }

  private static String lastOutput() throws IOException {
    return cluster.api().job(null).nodes().get(0).stdout().strip();
  }

  private static String url() {
    return "http://127.0.0.1:" + web.getAddress().getPort() + "/";
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
