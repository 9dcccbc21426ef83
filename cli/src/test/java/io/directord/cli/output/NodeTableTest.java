package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeClient;
import io.directord.common.api.NodePresence;
import io.directord.common.api.NodeTraits;
import io.directord.common.api.NodeView;
import io.directord.common.api.NodeView.State;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeTableTest {
  private static final LocalDate TODAY = LocalDate.now(ZoneId.systemDefault());

  @Test
  void scriptsFindTheOriginalsColumnsFirstAndNoSumThatMeansNothing() {
    assertEquals(
        """
        ID      EXPIRY    VERSION    HOST_UPTIME     AGENT_UPTIME    MACHINE_ID    DRIVER    STATE    LAST_SEEN
        ------  --------  ---------  --------------  --------------  ------------  --------  -------  -------------------
        node-1  176.35    0.12.0     0:39:47.420000  0:00:00.222097  m1            zeromq    ACTIVE   2026-11-22 06:46:26
        node-2  137.70    0.12.0     0:39:47.450000  0:00:00.254874  m2            zeromq    AWAY

        Total Items: 2""",
        String.join(
            "\n",
            NodeTable.of(
                List.of(
                    node(
                        "node-1",
                        State.ACTIVE,
                        at(LocalDate.of(2026, 11, 22)),
                        176.35,
                        420,
                        222097),
                    node("node-2", State.AWAY, null, 137.70, 450, 254874)),
                Table.UNLIMITED)));
  }

  @Test
  void peopleSeeWhetherJobsReachThem() {
    assertEquals(
        """
        ID      STATE    LAST_SEEN  JOBS  VERSION  AGENT_UPTIME  HOST_UPTIME  MACHINE_ID
        ------  -------  ---------  ----  -------  ------------  -----------  ----------
        node-1  ACTIVE   06:46      4     0.12.0   0:00          0:39         m1
        node-2  EXPIRED             4     0.12.0   0:00          0:39         m2

        2 nodes: 1 active, 0 away, 1 expired
        (Too wide for this terminal: --output yaml shows the rest.)""",
        String.join(
            "\n",
            NodeTable.of(
                List.of(
                    node("node-1", State.ACTIVE, at(TODAY), 176.35, 420, 222097),
                    node("node-2", State.EXPIRED, null, 0, 450, 254874)),
                80)));
  }

  @Test
  void whatANodesJobsWaitForIsNoted() {
    NodeView node = node("node-1", State.ACTIVE, at(TODAY), 1, 1, 1);
    String remark = "what is next there waits for parent a13f, which is paused";
    NodeView noted =
        new NodeView(node.identity(), node.presence(), node.client(), 4, remark, NodeTraits.NONE);
    List<String> people = NodeTable.of(List.of(noted, noted), 80);
    assertEquals("node-1, node-1: " + remark, people.get(6), people::toString);
    List<String> scripts = NodeTable.of(List.of(noted), Table.UNLIMITED);
    assertTrue(scripts.get(0).endsWith("  NOTE"), scripts::toString);
    assertTrue(scripts.get(2).endsWith("  " + remark), scripts::toString);
  }

  @Test
  void itFitsATerminalWhateverTheNames() {
    List<NodeView> nodes =
        List.of(
            node("db-1.internal.example.com", State.AWAY, at(TODAY), 176.35, 420, 222097),
            node("a-node-of-such-a-long-name-".repeat(4), State.ACTIVE, null, 1, 1, 1));
    for (int width : new int[] {60, 80, 100, 200}) {
      List<String> lines = NodeTable.of(nodes, width);
      assertTrue(lines.stream().allMatch(line -> line.length() <= width), lines::toString);
      assertTrue(lines.get(2).contains("  AWAY "), lines::toString);
    }
  }

  private static NodeView node(
      String name, State state, Instant seen, double expiry, long hostMillis, long agentMicros) {
    return new NodeView(
        name,
        new NodePresence(state, seen, Duration.ofNanos(Math.round(expiry * 1e9))),
        new NodeClient(
            "0.12.0",
            Duration.ofMinutes(39).plusSeconds(47).plusMillis(hostMillis),
            Duration.ofNanos(agentMicros * 1000),
            "m" + name.charAt(name.length() - 1),
            "zeromq"),
        4,
        "",
        NodeTraits.NONE);
  }

  private static Instant at(LocalDate day) {
    return LocalDateTime.of(day, LocalTime.of(6, 46, 26))
        .atZone(ZoneId.systemDefault())
        .toInstant();
  }
}
