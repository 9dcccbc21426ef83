package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.NodeView;
import io.directord.nats.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared key is changed by files, while jobs run; nobody is started anew but the server. */
class KeyRotationIT {
  private static final String OLD = "the old key, which is long enough";
  private static final String NEW = "a new key, which is as long as that";

  private static final int COUNT = 200;

  @TempDir Path directory;
  @AutoClose private TestCluster cluster;

  /** A node for each driver. */
  @Tag("long")
  @Test
  void eachJobRunsOnceWhileTheKeyIsChangedOverABrokerTooAndWhoKeptTheOldOneIsToldSo()
      throws IOException {
    try (BrokerProcess broker = BrokerProcess.start()) {
      cluster = new TestCluster(directory);
      cluster.set("DIRECTORD_SHARED_KEY", null);
      cluster.set("DIRECTORD_NATS_SERVER", broker.url());
      cluster.set("DIRECTORD_DRIVER", "zeromq,nats");
      for (String role : List.of("server", "node-1", "node-2", "late")) {
        key(role, "shared_key", OLD);
      }
      startServer();
      cluster.set("DIRECTORD_DRIVER", "zeromq");
      startClient("node-1");
      cluster.set("DIRECTORD_DRIVER", "nats");
      startClient("node-2");
      TestProcess late = startClient("late");
      awaitActive("late", "node-1", "node-2");

      Ledger ledger = new Ledger(cluster, "rotated");
      cluster.set("DIRECTORD_DRIVER", "zeromq,nats");
      cluster
          .run("orchestrate", ledger.orchestration(COUNT), "--target", "node-1,node-2")
          .expect(0);
      awaiting("jobs run").until(() -> ledger.of("node-2").size() >= 5);
      key("server", "shared_key_next", NEW);
      restartServer();
      key("node-1", "shared_key_next", NEW);
      key("node-2", "shared_key_next", NEW);
      key("server", "shared_key", NEW);
      key("server", "shared_key_next", OLD);
      restartServer();
      awaitActive("late", "node-1", "node-2");
      Files.delete(file("server", "shared_key_next"));
      restartServer();
      awaitActive("node-1", "node-2");
      new Jobs(cluster).awaitAllEnded();
      for (String node : List.of("node-1", "node-2")) {
        assertEquals(Ledger.numbers(COUNT), ledger.of(node), () -> node + cluster.logs());
      }
      awaiting("it is told").until(() -> late.log().contains("given another shared key"));
      awaiting("the operator is told")
          .until(() -> cluster.run("manage", "--list-refused").out().contains("NATS"));
      key("late", "shared_key", NEW);
      awaitActive("late", "node-1", "node-2");
    }
  }

  @Test
  void nodesAndServerNeverLoseEachOtherAndWhoWasAwayIsToldWhatToDo() throws IOException {
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_SHARED_KEY", null);
    for (String role : List.of("server", "node-1", "node-2", "away")) {
      key(role, "shared_key", OLD);
    }
    startServer();
    for (String node : List.of("node-1", "node-2", "away")) {
      startClient(node);
    }
    cluster.awaitActive(3);
    cluster.client("away").stop();
    Jobs jobs = new Jobs(cluster);
    var secretly = jobs.submit("true", "away");

    // A node that has the new key only is let in as soon as the server knows both.
    key("server", "shared_key_next", NEW);
    restartServer();
    key("fresh", "shared_key", NEW);
    startClient("fresh");
    awaitActive("fresh", "node-1", "node-2");
    assertTrue(cluster.server().log().contains("two shared keys are valid"), cluster::logs);

    // The new key before the old one, which nodes may still have: in this order, or the other.
    key("node-1", "shared_key_next", NEW);
    key("server", "shared_key", NEW);
    key("server", "shared_key_next", OLD);
    restartServer();
    awaitActive("fresh", "node-1", "node-2");

    // Given to the last node while it is connected; it needs no restart.
    key("node-2", "shared_key_next", NEW);
    Files.delete(file("server", "shared_key_next"));
    restartServer();
    awaitActive("fresh", "node-1", "node-2");
    for (String node : List.of("node-1", "node-2")) {
      Files.move(
          file(node, "shared_key_next"),
          file(node, "shared_key"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    restartServer();
    awaitActive("fresh", "node-1", "node-2");
    jobs.awaitEnd(jobs.submit("true", "node-1", "node-2", "fresh"));
    for (String node : List.of("node-1", "node-2")) {
      assertFalse(cluster.client(node).log().contains("another one than"), cluster::logs);
    }

    TestProcess away = startClient("away");
    awaiting("it is told").until(() -> away.log().contains("give this node the new one"));
    awaiting("the operator is told")
        .until(() -> cluster.run("manage", "--list-refused").out().contains("127.0.0.1"));
    key("away", "shared_key", NEW);
    awaitActive("away", "fresh", "node-1", "node-2");
    jobs.awaitEnd(secretly);
  }

  private void startServer() {
    cluster.set("DIRECTORD_CONFIG_FILE", directory.resolve("server/etc/config.yaml").toString());
    cluster.startServer();
  }

  private void restartServer() {
    assertEquals(0, cluster.server().stop(), cluster::logs);
    startServer();
  }

  private TestProcess startClient(String node) {
    cluster.set("DIRECTORD_CONFIG_FILE", directory.resolve(node + "/etc/config.yaml").toString());
    return cluster.startClient(node);
  }

  private Path file(String role, String name) {
    return directory.resolve(role + "/etc/" + name);
  }

  private void key(String role, String name, String key) throws IOException {
    Path file = file(role, name);
    Files.createDirectories(file.getParent());
    Files.writeString(file(role, "config.yaml"), "");
    Path fresh = Files.writeString(file.resolveSibling("fresh"), key + "\n");
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private void awaitActive(String... nodes) {
    awaiting(List.of(nodes) + " are active").until(() -> active().equals(List.of(nodes)));
  }

  private List<String> active() throws IOException {
    return cluster.api().nodes().stream()
        .filter(node -> node.state() == NodeView.State.ACTIVE)
        .map(NodeView::identity)
        .sorted()
        .toList();
  }
}
