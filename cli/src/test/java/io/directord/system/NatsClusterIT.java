package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.JobSummary;
import io.directord.nats.BrokerProcess;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three brokers of a cluster, of which one after the other dies under load. Server and nodes have
 * the accounts that docs/nats.md proposes.
 */
class NatsClusterIT {
  private static final int BROKERS = 3;
  private static final int JOBS = 200;
  private static final String PASSWORD = "p4ss-w0rd";
  private static final Path PAGE = Path.of("../docs/nats.md");
  private static final Pattern ACCOUNTS = Pattern.compile("(?s)```\n(authorization .*?)```");

  @TempDir Path directory;
  private final List<BrokerProcess> brokers = new ArrayList<>();

  @AfterEach
  void endBrokers() {
    brokers.forEach(BrokerProcess::close);
  }

  @Test
  void jobsRunOnceWhicheverBrokerDiesAndOnNodesOfBothDrivers() throws IOException {
    startBrokers();
    try (TestCluster cluster = new TestCluster(directory)) {
      cluster.set("DIRECTORD_NATS_SERVER", urls("server"));
      cluster.set("DIRECTORD_DRIVER", "zeromq,nats");
      cluster.startServer();
      cluster.set("DIRECTORD_DRIVER", "nats");
      cluster.set("DIRECTORD_NATS_SERVER", urls("node"));
      cluster.startClient("node-1");
      cluster.startClient("node-2");
      cluster.set("DIRECTORD_DRIVER", "zeromq");
      cluster.startClient("node-3");
      cluster.awaitActive(3);

      Ledger ledger = new Ledger(cluster, "brokers");
      TestProcess waiting = cluster.background("orchestrate", ledger.orchestration(JOBS), "--wait");
      for (int i = 0; i < BROKERS; i++) {
        int lines = (i + 1) * JOBS / (BROKERS + 2);
        awaiting("jobs run").until(() -> least(ledger) >= lines);
        brokers.get(i).close();
        awaiting("jobs go on").until(() -> least(ledger) >= lines + 10);
        brokers.get(i).startAgain();
      }
      assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + cluster.logs());
      Jobs jobs = new Jobs(cluster);
      jobs.awaitAllEnded();
      for (String node : List.of("node-1", "node-2", "node-3")) {
        assertEquals(Ledger.numbers(JOBS), ledger.of(node), () -> node + cluster.logs());
      }
      List<JobSummary> failed = jobs.all().stream().filter(job -> job.failed() > 0).toList();
      assertEquals(List.of(), failed, cluster::logs);
      String shown = cluster.run("config", "show").expect(0).out() + cluster.logs();
      assertFalse(shown.contains(PASSWORD), shown);
    }
  }

  private static int least(Ledger ledger) {
    return Math.min(ledger.of("node-1").size(), ledger.of("node-2").size());
  }

  private String urls(String user) {
    return brokers.stream()
        .map(broker -> broker.url().replace("//", "//" + user + ":" + PASSWORD + "@"))
        .collect(Collectors.joining(","));
  }

  private void startBrokers() throws IOException {
    Matcher accounts = ACCOUNTS.matcher(Files.readString(PAGE));
    assertTrue(accounts.find(), "the accounts of the page");
    Path configuration =
        Files.writeString(
            directory.resolve("nats.conf"), accounts.group(1).replace("...", PASSWORD));
    int[] routes = IntStream.range(0, BROKERS).map(i -> FreePorts.next()).toArray();
    for (int own : routes) {
      String others =
          IntStream.of(routes)
              .filter(route -> route != own)
              .mapToObj(route -> "nats://127.0.0.1:" + route)
              .collect(Collectors.joining(","));
      brokers.add(
          BrokerProcess.start(
              "-c",
              configuration.toString(),
              "--cluster_name",
              "test",
              "--cluster",
              "nats://127.0.0.1:" + own,
              "--routes",
              others));
    }
  }
}
