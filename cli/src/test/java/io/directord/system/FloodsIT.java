package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome.Reason;
import java.io.IOException;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than is reasonable, of everything. */
class FloodsIT {
  private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

  /** Of each output stream this much is kept, see the house's sizes. */
  private static final int KEPT = 1 << 20;

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, NODES.size());
    jobs = new Jobs(cluster);
  }

  @AfterEach
  void nobodyDied() {
    assertTrue(cluster.server().isAlive(), () -> cluster.server().log());
    NODES.forEach(node -> assertTrue(cluster.client(node).isAlive(), () -> cluster.logs()));
  }

  @Test
  void outputWithoutEndEndsWithItsJob() {
    for (String how : List.of("--wait", "--stream")) {
      TestProcess ran = cluster.background("exec", how, "--verb", "RUN", "--timeout 2 yes x" + how);
      assertEquals(1, Processes.awaitEnd(ran), cluster::logs);
      for (NodeOutcome outcome : jobs.view(null).nodes()) {
        assertEquals(Reason.TIMEOUT, outcome.reason(), outcome::info);
        int length = outcome.stdout().length();
        assertTrue(length > KEPT / 2 && length < KEPT + 1000, outcome.node() + ": " + length);
        assertTrue(outcome.stdout().startsWith("x" + how + "\n"), "its beginning is kept");
      }
    }
  }

  @Test
  void outputThatIsNotTextHarmsNobody() {
    String command = "head -c 3000000 /dev/urandom; head -c 3000000 /dev/urandom >&2; ";
    for (String how : List.of("--wait", "--stream")) {
      TestProcess ran = cluster.background("exec", how, "--verb", "RUN", command + ": " + how);
      assertEquals(0, Processes.awaitEnd(ran), cluster::logs);
    }
    assertEquals(NODES.size(), jobs.view(null).summary().succeeded());
    cluster.run("manage", "--job-info", "last").expect(0);
    cluster.run("manage", "--job-info", "last", "--output", "json").expect(0);
  }

  @Test
  void aLineOfTenMegabytesComesThrough() {
    String command = "head -c 10000000 /dev/zero | tr '\\0' x; ";
    for (String how : List.of("--wait", "--stream")) {
      TestProcess ran = cluster.background("exec", how, "--verb", "RUN", command + ": " + how);
      assertEquals(0, Processes.awaitEnd(ran), cluster::logs);
      if (how.equals("--stream")) {
        long seen = ran.log().chars().filter(c -> c == 'x').count();
        assertTrue(seen > KEPT / 2, seen + " characters were shown");
      }
    }
    assertTrue(jobs.view(null).nodes().get(0).stdout().length() < KEPT + 1000);
  }

  /** Characters of two and more bytes are cut wherever a read ends, and must be whole again. */
  @Test
  void streamedTextKeepsItsCharactersWhole() {
    String command = "yes 'schöne grüße – ☃ 🎉' | head -n 20000";
    Ran ran =
        cluster.run("exec", "--stream", "--target", "node-1", "--verb", "RUN", command).expect(0);
    List<String> damaged = ran.lines().stream().filter(line -> line.contains("\uFFFD")).toList();
    assertEquals(List.of(), damaged);
  }

  @Test
  void aThousandJobsRunOnceOnEveryNodeWhileStrangersMakeNoiseAndAFollowerSleeps()
      throws IOException {
    int count = 1000;
    Ledger ledger = new Ledger(cluster, "thousand");
    StringBuilder yaml = new StringBuilder("- jobs:\n");
    Ledger.numbers(count)
        .forEach(
            n -> yaml.append("  - RUN: echo " + "text ".repeat(50) + "; " + ledger.add(n) + "\n"));
    List<AutoCloseable> strangers = new ArrayList<>();
    try (SocketChannel sleeper = sleepingFollower()) {
      TestProcess command =
          cluster.background(
              "orchestrate", ledger.file("thousand.yaml", yaml.toString()), "--poll");
      for (int i = 0; i < 25; i++) {
        strangers.add(garbage(cluster.jobPort(), i));
        strangers.add(garbage(cluster.contentPort(), i));
      }
      awaiting("the command ends")
          .atMost(Jobs.TIMEOUT.multipliedBy(3))
          .until(() -> !command.isAlive());
      assertEquals(0, Processes.awaitEnd(command), () -> command.log() + cluster.logs());
      assertTrue(sleeper.isOpen());
    } finally {
      strangers.forEach(FloodsIT::close);
    }
    for (String node : NODES) {
      assertEquals(Ledger.numbers(count), ledger.of(node), node);
    }
  }

  /** Asks for everything that happens and reads none of it. */
  private static SocketChannel sleepingFollower() throws IOException {
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    channel.connect(UnixDomainSocketAddress.of(cluster.socket()));
    String request = "GET /v1/events?detail=output HTTP/1.1\r\nHost: x\r\n\r\n";
    channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
    return channel;
  }

  /** Something that is no conversation, by a connection that stays. */
  private static Socket garbage(int port, int kind) throws IOException {
    Socket socket = new Socket("127.0.0.1", port);
    byte[] noise = new byte[5000];
    new Random(kind).nextBytes(noise);
    byte[] greeting = new byte[64];
    greeting[0] = (byte) 0xff;
    greeting[9] = 0x7f;
    greeting[10] = 3;
    System.arraycopy("CURVE".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 5);
    try {
      var out = socket.getOutputStream();
      switch (kind % 5) {
        case 0 -> out.write(noise);
        case 1 -> out.write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        case 2 -> {
          out.write(greeting);
          out.write(noise);
        }
        case 3 -> {
          out.write(greeting);
          // A long frame of two gigabytes is announced.
          out.write(new byte[] {6, 0, 0, 0, 0, 0x7f, -1, -1, -1});
        }
        default -> {}
      }
      out.flush();
    } catch (IOException e) {
      // The server has closed it already, as it may.
      return socket;
    }
    return socket;
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
