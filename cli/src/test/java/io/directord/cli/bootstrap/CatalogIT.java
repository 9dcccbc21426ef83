package io.directord.cli.bootstrap;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Catalogs run on machines that are reached by real sshds. */
class CatalogIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;
  @AutoClose private TestCluster cluster;
  @AutoClose private SshMachine boss;
  @AutoClose private SshMachine web;

  @BeforeEach
  void start() throws Exception {
    Path key = SshMachine.makeUserKey(directory);
    cluster = new TestCluster(directory).set("SSH_AUTH_SOCK", null);
    boss = SshMachine.start(directory, "boss", key);
    web = SshMachine.start(directory, "web-1", key);
    cluster.write(
        "hosts.yaml",
        """
        directord_server:
          args: {username: root}
          targets:
          - {name: boss, host: 127.0.0.1, port: %d}
        directord_clients:
          args: {username: root}
          targets:
          - {name: web-1, host: localhost, port: %d}
          - {name: away, host: 127.0.0.1, port: 1}
        """
            .formatted(boss.port(), web.port()));
  }

  private Ran bootstrap(String jobs, String... options) {
    cluster.write("jobs.yaml", jobs);
    String[] words = {
      "bootstrap", "--accept-new", "--catalog", "hosts.yaml", "--catalog", "jobs.yaml"
    };
    String[] all = new String[words.length + options.length];
    System.arraycopy(words, 0, all, 0, words.length);
    System.arraycopy(options, 0, all, words.length, options.length);
    return cluster.run(all);
  }

  @Test
  void whatAServerMadeComesToTheClientsWhileOneOfThemIsAway() throws Exception {
    Path secret = directory.resolve("secret");
    cluster.write("run.sh", "hostname; pwd\n").toFile().setExecutable(true);
    Ran ran =
        bootstrap(
            """
            directord_server:
              jobs:
              - RUN: echo "of $(hostname)" > made
              - GET: made %1$s
            directord_clients:
              jobs:
              - - ADD: %1$s taken
                - ADD: run.sh tools.sh
              - RUN: ./tools.sh; echo '{{ directord_bootstrap.name }}'; cat
            """
                .formatted(secret),
            "--verbose");
    ran.expect(1);
    assertEquals("of boss\n", Files.readString(secret));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)));
    assertEquals("of boss\n", Files.readString(web.home().resolve("taken")));
    assertTrue(Files.isExecutable(web.home().resolve("tools.sh")));
    assertEquals(
        List.of("web-1| web-1", "web-1| /root", "web-1| web-1"),
        ran.lines().stream().filter(line -> line.startsWith("web-1|")).toList());
    assertTrue(ran.err().startsWith("away: unreachable: Connection refused"), ran::toString);
    assertEquals(
        List.of(
            "HOST    RESULT",
            "------  -----------",
            "boss    ok: 2 jobs",
            "web-1   ok: 3 jobs",
            "away    unreachable"),
        ran.lines().subList(ran.lines().size() - 5, ran.lines().size()));
    assertEquals(
        List.of("taken", "tools.sh"),
        List.of(web.home().toFile().list()).stream().sorted().toList());
  }

  @Test
  void aDiskThatIsFullIsSaidToBeSo() throws Exception {
    Files.write(directory.resolve("big"), new byte[3 << 20]);
    Ran ran =
        bootstrap(
            """
            directord_clients:
              jobs:
              - RUN: mkdir small && mount -t tmpfs -o size=1m tmpfs small
              - ADD: big small/big
            """,
            "--limit",
            "web-1");
    bootstrap(
            """
            directord_clients:
              jobs:
              - RUN: umount small
            """,
            "--limit",
            "web-1")
        .expect(0);
    ran.expect(1);
    assertEquals(
        "web-1: job 2 of 2 failed, ADD "
            + directory.resolve("big")
            + " small/big: small/big: Failure; its disk has 0 bytes"
            + " left\n",
        ran.err());
  }

  @Test
  void aServerThatFailsIsToldWithItsOutputAndNoClientBegins() throws Exception {
    Ran ran =
        bootstrap(
            """
            directord_server:
              jobs:
              - RUN: echo before
              - RUN: |-
                  echo out
                  echo err >&2; exit 3
              - RUN: touch after
            directord_clients:
              jobs:
              - RUN: touch begun
            """);
    ran.expect(1);
    assertEquals(
        "boss: job 2 of 3 failed, RUN echo out ...: exit status 3\n    out\n    err\n", ran.err());
    assertFalse(Files.exists(boss.home().resolve("after")));
    assertFalse(Files.exists(web.home().resolve("begun")));
    assertTrue(ran.out().contains("boss    failed at job 2 of 3\n"), ran::toString);
    assertTrue(
        ran.out().contains("web-1   not begun, since a server is not ready\n"), ran::toString);
  }

  @Test
  void filesThatCannotBePutOrBroughtAreSaid() throws Exception {
    Ran ran =
        bootstrap(
            """
            directord_clients:
              jobs:
              - ADD: hosts.yaml /no/such/directory/file
            """,
            "--limit",
            "web-1");
    ran.expect(1);
    assertTrue(
        ran.err().contains("hosts.yaml /no/such/directory/file: No such file"), ran::toString);
    ran =
        bootstrap(
            "directord_clients: {jobs: [{GET: /no/such " + directory + "/brought}]}",
            "--limit",
            "web-1");
    ran.expect(1);
    assertTrue(ran.err().contains("No such file"), ran::toString);
    assertFalse(Files.exists(directory.resolve("brought")));
  }

  @Test
  void aKeyThatIsUnknownOrHasChangedIsRefused() throws Exception {
    String jobs = "directord_clients: {jobs: [{RUN: 'true'}]}";
    cluster.write("jobs.yaml", jobs);
    Path known = directory.resolve(".ssh/known_hosts");
    String[] words = {
      "bootstrap", "--catalog", "hosts.yaml", "--catalog", "jobs.yaml", "--limit", "web-1"
    };
    Ran ran = cluster.run(words).expect(1);
    assertTrue(
        ran.err().startsWith("web-1: unreachable: its key is not known: ssh-"), ran::toString);
    assertFalse(Files.exists(known));

    bootstrap(jobs, "--limit", "web-1").expect(0);
    List<String> lines = Files.readAllLines(known);
    assertEquals(1, lines.size());
    assertTrue(lines.get(0).startsWith("[localhost]:" + web.port() + " ssh-"), lines::toString);
    cluster.run(words).expect(0);

    // Of another kind alone: that one is asked for.
    Files.writeString(
        known,
        "# mine\n[localhost]:" + web.port() + " " + Files.readString(web.inside("host_rsa.pub")));
    cluster.run(words).expect(0);

    Files.writeString(
        known,
        "# mine\n[localhost]:" + web.port() + " " + Files.readString(boss.inside("host_key.pub")));
    ran = bootstrap(jobs, "--limit", "web-1").expect(1);
    assertTrue(ran.err().contains("its key has changed: ssh-ed25519 "), ran::toString);
    assertTrue(ran.err().contains(" is not what stands in " + known + ":2."), ran::toString);
  }

  @Test
  void keysComeFromTheFileThatIsNamedOrFromTheAgent() throws Exception {
    String jobs = "directord_clients: {jobs: [{RUN: 'true'}]}";
    Path own = directory.resolve(".ssh/id_ed25519");
    Path moved = Files.move(own, directory.resolve("moved"));
    Ran ran = bootstrap(jobs, "--limit", "web-1").expect(1);
    assertTrue(
        ran.err().contains("web-1: unreachable: no access as root: no key was accepted ("),
        ran::toString);

    SshMachine.makeKey(own, "ed25519", "open sesame");
    ran = bootstrap(jobs, "--limit", "web-1").expect(1);
    assertTrue(
        ran.err()
            .endsWith(
                "; "
                    + own
                    + " is encrypted, and there is no terminal to ask for its passphrase: ssh-add"
                    + " it)\n"),
        ran::toString);

    bootstrap(jobs, "--limit", "web-1", "--key-file", "moved").expect(0);
    ran = bootstrap(jobs, "--limit", "web-1", "--key-file", "hosts.yaml").expect(2);
    assertEquals(
        "directord: bootstrap: the SSH key: "
            + directory.resolve("hosts.yaml")
            + " is not a private key [wrong-usage]\n",
        ran.err());
    Path absent = directory.resolve("absent");
    ran = bootstrap(jobs, "--limit", "web-1", "--key-file", "absent").expect(2);
    assertEquals(
        "directord: bootstrap: the SSH key: "
            + absent
            + ": no such file or directory [wrong-usage]\n",
        ran.err());

    Path socket = directory.resolve("agent");
    Process agent =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      await().atMost(TIMEOUT).until(() -> Files.exists(socket));
      cluster.set("SSH_AUTH_SOCK", socket.toString());
      ProcessBuilder add = new ProcessBuilder("ssh-add", "-q", moved.toString());
      add.environment().put("SSH_AUTH_SOCK", socket.toString());
      assertEquals(0, add.start().waitFor());
      bootstrap(jobs, "--limit", "web-1").expect(0);
    } finally {
      agent.destroy();
      agent.waitFor();
    }
  }

  @Test
  void thePassphraseOfAKeyIsAskedForAtATerminal() throws Exception {
    Path key = directory.resolve("locked");
    Files.writeString(
        web.inside("authorized_keys"),
        Files.readString(SshMachine.makeKey(key, "ed25519", "open sesame")));
    cluster.write("jobs.yaml", "directord_clients: {jobs: [{RUN: 'true'}]}");
    cluster.set("DIRECTORD_BOOTSTRAP_SSH_KEY_FILE", key.toString());
    String[] words = {
      "bootstrap",
      "--accept-new",
      "--catalog",
      "hosts.yaml",
      "--catalog",
      "jobs.yaml",
      "--limit",
      "web-1"
    };
    Ran ran = cluster.run(words).expect(2);
    assertEquals(
        "directord: bootstrap: the SSH key: "
            + key
            + " is encrypted, and there is no terminal to ask for its passphrase: ssh-add it"
            + " [wrong-usage]\n",
        ran.err());
    TestCluster.Terminal terminal = cluster.terminal(words);
    await().atMost(TIMEOUT).until(() -> terminal.process().log().contains("Passphrase of "));
    terminal.type("wrong\r");
    await()
        .atMost(TIMEOUT)
        .until(() -> terminal.process().log().split("Passphrase of ").length == 3);
    terminal.type("open sesame\r");
    assertEquals(0, terminal.process().awaitEnd(), () -> terminal.process().log());
    assertFalse(terminal.process().log().contains("sesame"));
  }

  @Test
  void theConfigurationOfSshNamesHostsUsersKeysAndJumps() throws Exception {
    Path key = Files.move(directory.resolve(".ssh/id_ed25519"), directory.resolve("moved"));
    cluster.write(
        ".ssh/config",
        """
        Host gate
          HostName 127.0.0.1
          Port %d
        Host inner
          HostName 127.0.0.1
          Port %d
          ProxyJump gate
        Host *
          User root
          IdentityFile %s
        """
            .formatted(boss.port(), web.port(), key));
    cluster.write("hosts.yaml", "directord_clients: {targets: [{host: inner}]}\n");
    Ran ran =
        bootstrap(
            "directord_clients: {jobs: [{RUN: 'hostname; echo {{ directord_bootstrap.username }}'}]}",
            "--verbose");
    ran.expect(0);
    assertTrue(ran.out().contains("inner| web-1\ninner| root\n"), ran::toString);
    assertTrue(boss.log().contains("Accepted publickey for root"), boss.log());
    assertEquals(
        List.of("[127.0.0.1]:" + boss.port(), "[127.0.0.1]:" + web.port()),
        Files.readAllLines(directory.resolve(".ssh/known_hosts")).stream()
            .map(line -> line.split(" ")[0])
            .toList());
  }

  @Test
  void anInterruptEndsWhatRunsAndTellsWhatWasNotDone() throws Exception {
    cluster.write(
        "jobs.yaml",
        """
        directord_server:
          jobs:
          - RUN: echo $$ > pid; exec sleep 1000
          - RUN: touch after
        directord_clients:
          jobs:
          - RUN: touch begun
        """);
    TestProcess process =
        cluster.background(
            "bootstrap", "--accept-new", "--catalog", "hosts.yaml", "--catalog", "jobs.yaml");
    Path pid = boss.home().resolve("pid");
    await().atMost(TIMEOUT).until(() -> Files.exists(pid) && Files.size(pid) > 0);
    process.signal("INT");
    assertEquals(130, process.awaitEnd());
    String said = process.log();
    assertTrue(said.contains("boss    ended by Ctrl-C in job 1 of 2\n"), said);
    assertTrue(said.contains("web-1   not begun\n"), said);
    long sleeping = Long.parseLong(Files.readString(pid).strip());
    await()
        .atMost(TIMEOUT)
        .until(() -> ProcessHandle.of(sleeping).filter(ProcessHandle::isAlive).isEmpty());
    assertFalse(Files.exists(boss.home().resolve("after")));
  }
}
