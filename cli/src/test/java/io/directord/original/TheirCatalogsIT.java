package io.directord.original;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.bootstrap.SshMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The original's bootstrap catalogs, as they are. What they install is replaced by stand-ins. */
class TheirCatalogsIT {
  /** Writes down what it is to do, and does what only makes files. */
  private static final String SUDO =
      """
      #!/bin/sh
      echo "$(echo "$*" | head -1)" >> ~/sudo.log
      case $1 in
        python3 | mkdir | mv | DRIVER=*) exec env "$@" ;;
        getent) exit 1 ;;
      esac
      """;

  private static final String DEV_SETUP =
      """
      set -e
      mkdir -p /etc/directord/private_keys /etc/directord/public_keys
      cd /etc/directord
      if [ ! -e private_keys/client.key_secret ]; then
        echo "secret of $(hostname)" > private_keys/client.key_secret
        echo "client" > public_keys/client.key
        echo "server" > public_keys/server.key
      fi
      """;

  @TempDir Path directory;
  @AutoClose private TestCluster cluster;
  @AutoClose private SshMachine server;
  @AutoClose private SshMachine client;
  private Path tools;

  @BeforeEach
  void start() throws Exception {
    String original = System.getenv("DIRECTORD_ORIGINAL");
    assumeTrue(
        original != null && Files.isDirectory(Path.of(original, "tools")),
        "DIRECTORD_ORIGINAL names no checkout of Directord 0.12");
    tools = Path.of(original, "tools");
    cluster = new TestCluster(directory).set("SSH_AUTH_SOCK", null);
    Path key = SshMachine.makeUserKey(directory);
    server = SshMachine.start(directory, "server-1", key);
    client = SshMachine.start(directory, "client-1", key);
    for (SshMachine machine : List.of(server, client)) {
      machine.program("sudo", SUDO);
      machine.program("dnf", "#!/bin/sh\necho \"dnf $*\" >> ~/sudo.log\n");
    }
    cluster.write(
        "inventory.yaml",
        Files.readString(tools.resolve("directord-inventory-catalog.yaml"))
            .replaceFirst("port: 22\n", "port: " + server.port() + "\n")
            .replaceFirst("port: 22\n", "port: " + client.port() + "\n"));
  }

  @Test
  void allAreUnderstood() throws IOException {
    List<Path> catalogs;
    try (Stream<Path> files = Files.list(tools)) {
      catalogs =
          files
              .filter(file -> file.toString().endsWith(".yaml"))
              .filter(file -> file.getFileName().toString().startsWith("directord-"))
              .filter(file -> !file.endsWith("directord-inventory-catalog.yaml"))
              .sorted()
              .toList();
    }
    assertTrue(catalogs.size() >= 14, catalogs::toString);
    for (Path catalog : catalogs) {
      cluster
          .run(
              "bootstrap",
              "--catalog",
              "inventory.yaml",
              "--catalog",
              catalog.toString(),
              "--check-only")
          .expect(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "directord-config-bootstrap-zmq",
        "directord-dev-bootstrap-grpc",
        "directord-dev-bootstrap-grpc-no-server",
        "directord-dev-bootstrap-zmq",
        "directord-dev-bootstrap-zmq-no-server",
        "directord-dev-update-catalog",
        "directord-manage-bootstrap",
        "directord-prod-bootstrap-zmq",
        "directord-rpm-bootstrap-zmq",
        "directord-unmanage-bootstrap",
      })
  void itRuns(String catalog) throws Exception {
    cluster.write("dev-setup.sh", DEV_SETUP);
    Path copied = directory.resolve(catalog + ".yaml");
    Files.copy(tools.resolve(catalog + ".yaml"), copied);
    Files.createDirectories(client.inside("etc/directord"));
    Files.createDirectories(server.inside("etc/directord"));
    Ran ran =
        cluster.run(
            "bootstrap",
            "--accept-new",
            "--catalog",
            "inventory.yaml",
            "--catalog",
            copied.toString());
    ran.expect(0);
    assertTrue(ran.out().matches("(?s).*\nclient1 +ok: \\d+ jobs?\n.*"), ran::toString);
    assertTrue(Files.size(client.home().resolve("sudo.log")) > 0);
  }

  /** Keys that the server has made come to the clients by way of /tmp, as the catalogs say. */
  @Test
  void keysAreBroughtFromTheServerToTheClients() throws Exception {
    cluster.write("dev-setup.sh", DEV_SETUP);
    String name = "directord-dev-bootstrap-zmq-encryption-catalog.yaml";
    Files.copy(tools.resolve(name), directory.resolve(name));
    List<String> keys = List.of("client.key_secret", "client.key", "server.key");
    try {
      cluster
          .run("bootstrap", "--accept-new", "--catalog", "inventory.yaml", "--catalog", name)
          .expect(0);
      assertEquals(
          "secret of server-1\n",
          Files.readString(client.inside("etc/directord/private_keys/client.key_secret")));
      String config = Files.readString(client.inside("etc/directord/config.yaml"));
      assertTrue(config.contains("zmq_server_address: 127.0.0.1"), config);
    } finally {
      for (String key : keys) {
        Files.deleteIfExists(Path.of("/tmp", key));
      }
    }
  }
}
