package io.directord.cli.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes are made of machines that have nothing but sshd and Java. */
class NodeIT {
  /** Stands for systemd: starts the client as its unit says. */
  private static final String SYSTEMCTL =
      """
      #!/bin/sh
      [ "$1" = --quiet ] && shift
      echo "$*" >> ~/systemctl.log
      runs() { [ -e /run/client.pid ] && kill -0 $(cat /run/client.pid) 2> /dev/null; }
      case $1 in
        is-active) runs ;;
        restart)
          if runs; then kill $(cat /run/client.pid); fi
          while runs; do sleep 0.1; done
          command=$(sed -n 's/^ExecStart=//p' /etc/systemd/system/directord-client.service)
          rm -f /run/client.pid
          setsid sh -c 'echo $$ > /run/client.pid; exec "$@"' sh $command \
              > /var/lib/client.log 2>&1 < /dev/null &
          # In a session of its own it outlives the terminal of this one.
          until [ -s /run/client.pid ]; do sleep 0.1; done
          ;;
        status) cat /var/lib/client.log ;;
      esac
      """;

  /** Stands for what makes the class archive: says so the first time. */
  private static final String ARCHIVER =
      """
      #!/bin/sh
      [ "$1" = --if-needed ] || exit 1
      [ -e /opt/archive ] || echo made
      touch /opt/archive
      """;

  @TempDir Path directory;
  @AutoClose private TestCluster cluster;
  @AutoClose private SshMachine web;

  @BeforeEach
  void start() throws Exception {
    Path key = SshMachine.makeUserKey(directory);
    cluster = new TestCluster(directory).set("SSH_AUTH_SOCK", null);
    web = SshMachine.start(directory, "web-1", key);
    web.program("systemctl", SYSTEMCTL);
    // A class archive takes minutes of a slow machine; so there is none.
    web.program("mktemp", "#!/bin/sh\necho 'no space left' >&2\nexit 1\n");
    Files.createDirectories(web.inside("run/systemd/system"));
    Files.createDirectories(web.inside("etc/systemd/system"));
  }

  private Ran bootstrap(String... options) {
    List<String> words = new ArrayList<>(List.of("bootstrap", "--accept-new", "--host", host()));
    words.addAll(List.of(options));
    return cluster.run(words.toArray(String[]::new));
  }

  private String host() {
    return "root@127.0.0.1:" + web.port();
  }

  private String line(int step, String text) {
    return "127.0.0.1:" + web.port() + ": step " + step + " of 8: " + text;
  }

  @Test
  void aMachineBecomesANodeAndStaysOne() throws Exception {
    cluster.startServer();
    Ran ran = bootstrap();
    ran.expect(0);
    assertTrue(ran.lines().contains(line(8, "web-1 is active")), ran::toString);
    cluster.awaitActive(1);
    Path key = web.inside("etc/directord/shared_key");
    assertEquals(cluster.variable("DIRECTORD_SHARED_KEY") + "\n", Files.readString(key));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
    assertFalse(ran.out().contains(cluster.variable("DIRECTORD_SHARED_KEY")), ran::toString);
    assertEquals(List.of(), List.of(web.home().resolve(".directord-bootstrap").toFile().list()));
    assertTrue(Files.isExecutable(web.inside("opt/directord/bin/directord")));
    String config = Files.readString(web.inside("etc/directord/config.yaml"));
    assertTrue(config.contains("server_address: \"127.0.0.1\"\n"), config);
    assertTrue(config.contains("job_port: \"" + cluster.jobPort() + "\"\n"), config);
    cluster.run("exec", "--wait", "--target", "web-1", "--verb", "RUN", "true").expect(0);
    assertTrue(ran.err().contains("step 6 of 8 failed, class archive: without it"), ran::toString);
    assertTrue(ran.err().contains("\n    no space left\n"), ran::toString);
    assertTrue(ran.out().contains("ok: 7 steps, without class archive"), ran::toString);

    assertFalse(Files.exists(web.inside("opt/.directord-changed")));
    Files.writeString(
        web.inside("opt/directord").toRealPath().resolve("share/archive-classes.sh"), ARCHIVER);
    ran = bootstrap();
    ran.expect(0);
    assertTrue(ran.lines().contains(line(6, "made")), ran::toString);
    assertTrue(ran.lines().contains(line(7, "restarted")), ran::toString);
    assertTrue(ran.out().contains("ok: 8 steps"), ran::toString);

    assertFalse(Files.exists(web.inside("opt/.directord-changed")));
    ran = bootstrap();
    ran.expect(0);
    for (int step : new int[] {1, 2, 3, 4, 5, 6, 7}) {
      assertTrue(ran.lines().contains(line(step, "nothing to do")), ran::toString);
    }
  }

  @Test
  void aMachineJoinsByATokenOfItsOwnWithoutTheSharedKey() throws Exception {
    cluster.startServer();
    Ran ran = bootstrap("--join-token");
    ran.expect(0);
    assertTrue(ran.lines().contains(line(5, "written, mode 0600")), ran::toString);
    assertTrue(ran.lines().contains(line(8, "web-1 is active")), ran::toString);
    assertFalse(ran.out().contains("directord-join_"), ran::toString);
    assertEquals(List.of("config.yaml"), List.of(web.inside("etc/directord").toFile().list()));
    var tokens = cluster.api().access().joinTokens();
    assertEquals(List.of("web-1"), tokens.get(0).joined());
    assertEquals(1, tokens.get(0).terms().uses());

    ran = bootstrap("--join-token");
    ran.expect(0);
    for (int step : new int[] {1, 2, 3, 4, 5, 7}) {
      assertTrue(ran.lines().contains(line(step, "nothing to do")), ran::toString);
    }
    assertEquals(1, cluster.api().access().joinTokens().size());
  }

  @Test
  void whatIsThereIsKept() throws Exception {
    cluster.startServer();
    Path etc = Files.createDirectories(web.inside("etc/directord"));
    web.program("id", "#!/bin/sh\necho 1000\n");
    web.program("sudo", "#!/bin/sh\nshift\nexec \"$@\"\n");
    Files.writeString(etc.resolve("config.yaml"), "labels: {role: web}\nserver_address: other");
    Ran ran = bootstrap("--server", "127.0.0.1");
    ran.expect(1);
    assertTrue(
        ran.err().contains("/etc/directord/config.yaml says server_address: other, not 127.0.0.1"),
        ran::toString);

    Files.writeString(etc.resolve("config.yaml"), "labels: {role: web}");
    Files.writeString(etc.resolve("shared_key"), "of another server\n");
    ran = bootstrap();
    ran.expect(1);
    assertTrue(ran.err().contains("shared_key is there, with another key"), ran::toString);
    assertEquals("of another server\n", Files.readString(etc.resolve("shared_key")));
    assertTrue(ran.lines().contains(line(1, "by sudo")), ran::toString);
    assertTrue(ran.lines().contains(line(3, "nothing to do")), ran::toString);
    String config = Files.readString(etc.resolve("config.yaml"));
    assertTrue(config.startsWith("labels: {role: web}\njob_port: "), config);
    assertTrue(config.endsWith("\nserver_address: \"127.0.0.1\"\n"), config);
  }

  @Test
  void aCopyThatWasBrokenOffIsTakenUp() throws Exception {
    web.program("cp", "#!/bin/sh\necho 'no room' >&2\nexit 1\n");
    Ran ran = bootstrap("--server", "192.0.2.1", "--shared-key-file", key().toString());
    ran.expect(1);
    assertTrue(ran.err().endsWith(": exit status 1\n    no room\n"), ran::toString);
    assertFalse(Files.exists(web.inside("opt/directord")));
    Files.delete(web.inside("programs/cp"));
    web.program("systemctl", "#!/bin/sh\nexit 1\n");
    ran = bootstrap("--server", "192.0.2.1", "--shared-key-file", key().toString());
    ran.expect(1);
    assertTrue(
        ran.out().matches("(?s).*step 3 of 8: 0 of \\d+ files copied, installed\n.*"),
        ran::toString);
    assertTrue(ran.out().contains(line(5, "written, mode 0600")), ran::toString);
    assertTrue(ran.err().contains("step 6 of 8 failed, class archive: without it"), ran::toString);
    assertTrue(ran.err().contains("\n    no space left\n"), ran::toString);
    assertTrue(ran.err().contains("step 7 of 8 failed, directord-client.service: "), ran::toString);
    // A client that runs by then has to be restarted.
    assertTrue(Files.exists(web.inside("opt/.directord-changed")));
  }

  private Path key() throws Exception {
    Path key = cluster.write("key", "a shared key of 30 characters\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    return key;
  }

  @Test
  void whatIsMissingIsSaidWithWhatToDo() throws Exception {
    Ran ran = bootstrap();
    ran.expect(2);
    assertTrue(ran.err().contains("--server is missing"), ran::toString);
    web.program("id", "#!/bin/sh\necho 1000\n");
    web.program("sudo", "#!/bin/sh\necho 'a password is required' >&2\nexit 1\n");
    ran = bootstrap("--server", "192.0.2.1");
    ran.expect(1);
    assertTrue(
        ran.err().contains("step 1 of 8 failed, administrator: sudo does not work without a"),
        ran::toString);
    Files.delete(web.inside("programs/id"));
    web.program("java", "#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n");
    ran = bootstrap("--server", "192.0.2.1");
    ran.expect(1);
    assertTrue(
        ran.err()
            .contains("step 2 of 8 failed, Java: Java 17 or later is needed: install it there"),
        ran::toString);
  }
}
