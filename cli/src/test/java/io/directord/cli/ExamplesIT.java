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
import java.nio.file.attribute.PosixFilePermissions;
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
 * test's directory, and tools that would change the machine are replaced by some that note how they
 * were called.
 */
class ExamplesIT {
  /** They wait for the node db-1, which is not here. */
  private static final List<String> WAITING = List.of("database-replicas.yaml", "app-upgrade.yaml");

  private static final Path EXAMPLES = Path.of("../orchestrations").toAbsolutePath().normalize();
  private static final Set<String> RUN = new TreeSet<>();

  @TempDir static Path directory;
  private static TestCluster cluster;
  private static RecordingTools tools;
  private static HttpServer web;
  private Path root;

  @BeforeAll
  static void start() throws IOException {
    cluster = new TestCluster(directory.resolve("cluster"));
    tools =
        new RecordingTools(
            directory,
            "systemctl",
            "pg_isready",
            "pg_basebackup",
            "app-migrate",
            "useradd",
            "sshd",
            "apt-get",
            "journalctl",
            "chronyc",
            "app",
            "mkswap",
            "swapon",
            "sysctl",
            "nginx",
            "podman",
            "rabbitmqctl");
    cluster.set("PATH", tools.directory() + ":" + System.getenv("PATH"));
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.startClient("node-2");
    cluster.awaitActive(2);
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
    root = Files.createTempDirectory(directory, "root");
    tools.forget();
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    web.stop(0);
    RUN.add("pod-deploy.yaml"); // by PodExampleIT
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
    cluster.write("certificates/erlang-cookie", "not yet a cookie\n");
    cluster.write("secrets/shared_key_next", "the next key, which is long enough\n");
    List<String> words = new ArrayList<>(List.of("orchestrate", "--target", "node-1"));
    words.add("--check-only");
    try (Stream<Path> files = Files.list(EXAMPLES)) {
      files
          .filter(file -> !WAITING.contains(file.getFileName().toString()))
          .map(Path::toString)
          .filter(name -> name.endsWith(".yaml"))
          .forEach(words::add);
    }
    assertTrue(words.size() >= 13, words::toString);
    Ran ran = cluster.run(words.toArray(String[]::new)).expect(0);
    assertTrue(ran.out().endsWith(" can run on 1 node; nothing was run\n"), ran::toString);
  }

  @Test
  void thoseThatWaitForANodeThatIsNotHereAreToldBeforeAnythingIsRun() {
    for (String example : WAITING) {
      Ran ran =
          cluster
              .run(
                  "orchestrate",
                  "--target",
                  "node-1",
                  "--check-only",
                  EXAMPLES.resolve(example).toString())
              .expect(2);
      assertTrue(ran.err().contains("_WAIT: unknown node db-1"), ran::toString);
    }
  }

  @Test
  void allAreInTheDistributionAndInTheDocs() throws IOException {
    Path shipped = TestCluster.distribution().resolve("share/orchestrations");
    String docs = Files.readString(EXAMPLES.resolveSibling("docs/orchestrations.md"));
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path relative = EXAMPLES.relativize(file);
        assertEquals(-1, Files.mismatch(file, shipped.resolve(relative)), file::toString);
        boolean example = relative.toString().endsWith(".yaml") && relative.getNameCount() == 1;
        assertEquals(example, docs.contains("](../orchestrations/" + relative + ")"));
      }
    }
  }

  @Test
  void rollingRestartEndsWellOnlyIfTheServiceAnswers() throws IOException {
    run("rolling-restart.yaml", "http://127.0.0.1:80/", url()).expect(0);
    assertEquals(List.of("systemctl restart nginx", "systemctl is-active nginx"), tools.calls());
    tools.forget();
    Ran ran =
        run(
            "rolling-restart.yaml",
            "http://127.0.0.1:80/",
            "http://127.0.0.1:1/",
            "--retry 30",
            "--retry 1");
    assertTrue(ran.expect(1).err().contains("wait until it answers"), ran::toString);
    assertEquals(List.of("systemctl restart nginx"), tools.calls());
  }

  @Test
  void theNextSharedKeyIsPutBesideTheOldOneAndReplacesIt() throws IOException {
    cluster.write("secrets/shared_key_next", "the next key, which is long enough\n");
    Path keys = Files.createDirectories(root.resolve("etc/directord"));
    Files.writeString(keys.resolve("shared_key"), "the key\n");
    run("key-rotation.yaml", "/etc/directord", keys.toString()).expect(0);
    Path next = keys.resolve("shared_key_next");
    assertEquals("the next key, which is long enough\n", Files.readString(next));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(next)));
    assertEquals("the key\n", Files.readString(keys.resolve("shared_key")));
    run("key-rotation-end.yaml", "/etc/directord", keys.toString()).expect(0);
    run("key-rotation-end.yaml", "/etc/directord", keys.toString()).expect(0);
    assertEquals(
        "the next key, which is long enough\n", Files.readString(keys.resolve("shared_key")));
    assertFalse(Files.exists(next));
  }

  @Test
  void operatorsGetAccountsAndKeysAndOthersLoseTheirs() throws IOException {
    Path keys = Files.createDirectories(root.resolve("etc/ssh/authorized_keys.d"));
    Files.createDirectories(root.resolve("etc/ssh/sshd_config.d"));
    Files.writeString(keys.resolve("mallory"), "ssh-ed25519 AAAA mallory");
    String[] names = {"/etc/ssh", root + "/etc/ssh", "'alice', 'bob'", "'nobody-a', 'nobody-b'"};
    Path given = cluster.directory().resolve("examples/files/authorized_keys");
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
    String[] paths = {"/var/run/reboot-required", root + "/reboot"};
    Files.writeString(root.resolve("reboot"), "");
    run("package-update.yaml", paths).expect(0);
    List<String> calls = tools.calls();
    assertTrue(calls.get(1).endsWith(" update"), calls::toString);
    assertTrue(calls.get(2).endsWith(" install openssl ca-certificates nginx"), calls::toString);
    assertEquals("systemctl restart nginx", calls.get(3));
    assertEquals("up to date; a reboot is needed", lastOutput());

    tools.forget();
    tools.fail("apt-get");
    run("package-update.yaml", paths).expect(1);
    assertFalse(tools.calls().contains("systemctl restart nginx"), "nothing was updated");
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
  void everyNodeIsInTheHostsFileBesideWhatWasThere() throws IOException {
    Path hosts = root.resolve("etc/hosts");
    Files.createDirectories(hosts.getParent());
    Files.writeString(hosts, "127.0.0.1 localhost\n");
    String[] paths = {"/etc/hosts", hosts.toString()};
    cluster
        .run("exec", "--wait", "--target", "node-2", "--verb", "ARG", "hosts_address 10.0.0.2")
        .expect(0);
    run("hosts-file.yaml", paths).expect(0);
    List<String> lines = Files.readAllLines(hosts);
    assertEquals("127.0.0.1 localhost", lines.get(0));
    assertTrue(lines.get(2).matches("[0-9.]+ node-1"), lines::toString);
    assertEquals("10.0.0.2 node-2", lines.get(3));
    assertEquals(5, lines.size(), lines::toString);
    FileTime changed = Files.getLastModifiedTime(hosts);
    run("hosts-file.yaml", paths).expect(0);
    assertEquals(lines, Files.readAllLines(hosts));
    assertEquals(changed, Files.getLastModifiedTime(hosts));
  }

  @Test
  void replicasCopyThePrimaryWhereverThatIs() throws IOException {
    copyFiles();
    Path example =
        example(
            "database-replicas.yaml",
            "[db-1]",
            "[node-1]",
            "[db-2, db-3]",
            "[node-2]",
            "--identity db-1",
            "--identity node-1",
            "query['db-1']",
            "query['node-1']",
            "/var/lib/postgresql/data",
            root.toString());
    cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    String copied =
        tools.calls().stream().filter(call -> call.startsWith("pg_base")).findFirst().orElseThrow();
    assertTrue(
        copied.matches(
            "pg_basebackup --host [0-9.]+ --username replica --pgdata "
                + root
                + " --write-recovery-conf"),
        copied);
    assertEquals(
        List.of("systemctl start postgresql", "pg_isready --quiet"), tools.calls().subList(1, 3));

    Files.writeString(root.resolve("PG_VERSION"), "15\n");
    tools.forget();
    cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    assertFalse(tools.calls().toString().contains("pg_basebackup"));
  }

  @Test
  void theWebTierIsUpgradedOnlyAfterTheDatabase() throws IOException {
    copyFiles();
    Path example =
        example(
            "app-upgrade.yaml",
            "[db-1]",
            "[node-1]",
            "[web-1, web-2]",
            "[node-2]",
            "--identity db-1",
            "--identity node-1",
            "http://127.0.0.1:8080/health",
            url());
    cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    List<String> calls = tools.calls();
    assertTrue(calls.get(2).endsWith(" install app-tools"), calls::toString);
    assertEquals(List.of("app-migrate ", "app-migrate --is-done"), calls.subList(3, 5));
    assertTrue(calls.get(7).endsWith(" install app"), calls::toString);
    assertEquals("systemctl restart app", calls.get(9));

    tools.forget();
    tools.fail("app-migrate");
    cluster.run("orchestrate", "--wait", example.toString()).expect(1);
    assertEquals("app-migrate --is-done", tools.calls().get(tools.calls().size() - 1));
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
        List.of("systemctl enable chrony", "systemctl restart chrony", "chronyc waitsync 1 0.5"),
        tools.calls().subList(1, 4));
    tools.fail("chronyc");
    run("time-sync.yaml", "/etc/chrony/", root + "/etc/chrony/", "--retry 30", "--retry 1")
        .expect(1);
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

    Path key = cluster.directory().resolve("certificates/server.key");
    String right = Files.readString(key);
    certificate();
    Files.writeString(key, right);
    Ran ran = run("certificates.yaml", paths).expect(1);
    assertTrue(ran.err().contains("server.key is not the key of server.pem"), ran::toString);
    assertEquals(installed, Files.readString(root.resolve("etc/ssl/server.pem")));
    assertEquals(1, tools.calls().size());
  }

  @Test
  void nodesGetEachOthersSshKeysBesideThoseThatWereThere() throws IOException {
    String[] paths = {"/root/.ssh", root + "/{{node}}/.ssh"};
    Path first = Files.createDirectories(root.resolve("node-1/.ssh"));
    Path second = root.resolve("node-2/.ssh");
    Files.writeString(first.resolve("authorized_keys"), "ssh-ed25519 AAAA ann\n");
    copyFiles();
    Path example = example("ssh-keys.yaml", paths);
    cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    String own = Files.readString(first.resolve("id_ed25519.pub"));
    String other = Files.readString(second.resolve("id_ed25519.pub"));
    assertTrue(own.startsWith("ssh-ed25519 ") && own.endsWith(" node-1\n"), own);
    String keys =
        "# directord: begin. Changes made here are lost.\n" + own + other + "# directord: end\n";
    assertEquals(keys, Files.readString(second.resolve("authorized_keys")));
    assertEquals(
        "ssh-ed25519 AAAA ann\n" + keys, Files.readString(first.resolve("authorized_keys")));
    assertEquals(
        PosixFilePermissions.fromString("rw-------"),
        Files.getPosixFilePermissions(second.resolve("authorized_keys")));

    cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    assertEquals("unchanged", lastOutput());
    assertEquals(own, Files.readString(first.resolve("id_ed25519.pub")));
  }

  @Test
  void aSwapFileIsMadeOnceAndCompletedWhereItWasNot() throws IOException {
    Files.createDirectories(root.resolve("etc/sysctl.d"));
    Path table = Files.writeString(root.resolve("etc/fstab"), "/dev/sda1 / ext4 defaults 0 1\n");
    Path swap = root.resolve("swapfile");
    String[] changes = {
      "swap_file /swapfile",
      "swap_file " + swap,
      "swap_mib 2048",
      "swap_mib 1",
      "/etc/",
      root + "/etc/"
    };
    tools.fail("mkswap");
    run("swap-file.yaml", changes).expect(1);
    assertFalse(Files.exists(swap));
    tools.forget();
    run("swap-file.yaml", changes).expect(0);
    String conf = root + "/etc/sysctl.d/90-swap.conf";
    assertEquals(
        List.of(
            "mkswap " + swap + ".new",
            "swapon --show=NAME --noheadings",
            "swapon " + swap,
            "sysctl --quiet --load " + conf),
        tools.calls());
    assertEquals(1 << 20, Files.size(swap));
    assertEquals(PosixFilePermissions.fromString("rw-------"), Files.getPosixFilePermissions(swap));
    assertEquals(
        "/dev/sda1 / ext4 defaults 0 1\n" + swap + " none swap sw 0 0\n", Files.readString(table));
    assertEquals("vm.swappiness = 10\n", Files.readString(Path.of(conf)));

    tools.forget();
    tools.say("swapon", swap.toString());
    run("swap-file.yaml", changes).expect(0);
    assertEquals(List.of("swapon --show=NAME --noheadings"), tools.calls());
  }

  @Test
  void nginxIsReloadedOnlyWithASiteThatItHasChecked() throws IOException {
    Files.createDirectories(root.resolve("etc/nginx/conf.d"));
    int port = web.getAddress().getPort();
    String[] changes = {
      "nginx_port 80",
      "nginx_port " + port,
      "/srv/www",
      root + "/www",
      "/etc/nginx",
      root + "/etc/nginx"
    };
    tools.fail("nginx");
    run("nginx.yaml", changes).expect(1);
    assertFalse(tools.calls().contains("systemctl reload nginx"));
    tools.forget();
    run("nginx.yaml", changes).expect(0);
    assertTrue(tools.calls().contains("nginx -t -q"), "what was not followed is made up for");
    assertTrue(tools.calls().contains("systemctl reload nginx"), tools.calls()::toString);
    String site = Files.readString(root.resolve("etc/nginx/conf.d/site.conf"));
    assertTrue(site.contains("listen " + port + ";\n    server_name node-1;"), site);
    assertEquals(
        -1,
        Files.mismatch(EXAMPLES.resolve("files/www/index.html"), root.resolve("www/index.html")));

    tools.forget();
    run("nginx.yaml", changes).expect(0);
    assertFalse(tools.calls().contains("systemctl reload nginx"));
  }

  @Test
  void podmanIsThereWhenItsApiAnswers() throws IOException {
    tools.say("podman", "5.4.2");
    run("podman.yaml").expect(0);
    List<String> calls = tools.calls();
    assertTrue(calls.contains("systemctl enable podman.socket"), calls::toString);
    assertEquals(
        List.of(
            "podman --url unix:///run/podman/podman.sock info",
            "podman version --format {{.Client.Version}}"),
        calls.subList(calls.size() - 2, calls.size()));
    tools.fail("podman");
    run("podman.yaml", "--retry 30", "--retry 1").expect(1);
  }

  @Test
  void aRabbitmqClusterHasCertificatesOfOneAuthorityAndItsPrivateKeysStay() throws Exception {
    cluster.write("certificates/erlang-cookie", "0123456789abcdef\n");
    Files.createDirectories(root.resolve("node-1/lib"));
    Files.createDirectories(root.resolve("node-2/lib"));
    copyFiles();
    String user = System.getProperty("user.name");
    Path example =
        example(
            "rabbitmq-cluster.yaml",
            "[mq-1, mq-2, mq-3]",
            "[node-1, node-2]",
            "[mq-1]",
            "[node-1]",
            "mq_first mq-1",
            "mq_first node-1",
            "/etc/rabbitmq",
            root + "/{{node}}",
            "/var/lib/rabbitmq",
            root + "/{{node}}/lib",
            "--chown=rabbitmq",
            "--chown=" + user,
            "chown rabbitmq:",
            "chown " + user);
    Ran ran = cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    Path authority = root.resolve("node-1/tls/ca.pem");
    assertEquals(-1, Files.mismatch(authority, root.resolve("node-2/tls/ca.pem")));
    for (String node : List.of("node-1", "node-2")) {
      Path tls = root.resolve(node).resolve("tls");
      assertEquals(
          openssl("pkey", "-pubout", "-in", tls + "/key.pem"),
          openssl("x509", "-pubkey", "-noout", "-in", tls + "/certificate.pem"));
      openssl("verify", "-CAfile", authority.toString(), tls + "/certificate.pem");
      assertEquals(
          "0123456789abcdef", Files.readString(root.resolve(node + "/lib/.erlang.cookie")));
      String conf = Files.readString(root.resolve(node).resolve("rabbitmq.conf"));
      assertTrue(conf.contains("ssl_options.keyfile = " + tls + "/key.pem\n"), conf);
    }
    List<String> calls = tools.calls();
    assertEquals(
        1,
        calls.stream().filter(call -> call.startsWith("rabbitmqctl join_cluster rabbit@")).count());
    assertFalse(Files.exists(root.resolve("node-2/tls/authority")));
    String shown = ran + cluster.run("manage", "--export-jobs", "-").out();
    assertFalse(shown.contains("PRIVATE KEY") || shown.contains("0123456789abcdef"), shown);

    tools.forget();
    tools.say("rabbitmqctl", "rabbit@" + InetAddress.getLocalHost().getHostName().split("[.]")[0]);
    cluster.run("orchestrate", "--wait", example.toString()).expect(0);
    assertFalse(tools.calls().toString().contains("join_cluster"), tools.calls()::toString);
    assertFalse(tools.calls().toString().contains("systemctl restart"), tools.calls()::toString);
  }

  private static String openssl(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(words));
    Process openssl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(openssl.getInputStream().readAllBytes());
    assertEquals(0, openssl.waitFor(), said);
    return said;
  }

  /** A key and a certificate where the operator stands. */
  private static void certificate() throws Exception {
    Path to = Files.createDirectories(cluster.directory().resolve("certificates"));
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
    return cluster.run("orchestrate", "--wait", example.toString(), "--target", "node-1");
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

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
