package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.NodeView;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Use;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replies of which two do not fit into the memory for them. */
@Timeout(300)
class LargeReplyTest {
  private static final int NODES = 4000;
  private static final String GET_NODES = "GET /v1/nodes HTTP/1.1";

  @TempDir Path directory;
  private final MemoryBudget memory = new MemoryBudget(10_000_000);
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory, ApiFixture.LIMITS, memory);
    for (int i = 0; i < NODES; i++) {
      api.dispatch.nodes.add(SampleViews.node("node-" + i, NodeView.State.ACTIVE));
    }
  }

  @Test
  void oneThatNobodyTakesGivesWayToOthers() throws Exception {
    try (RawHttp stuck = api.raw()) {
      stuck.send(GET_NODES + "\r\nHost: localhost\r\n\r\n");
      long half = memory.share(Use.FOLLOWERS).limit() / 2;
      await().until(() -> memory.share(Use.FOLLOWERS).reserved() > half);

      await().until(() -> api.ask(GET_NODES).startsWith("HTTP/1.1 200 "));
    }
    await().until(() -> memory.share(Use.FOLLOWERS).reserved() == 0);
  }

  @Test
  void itComesWholeAndLeavesTheConnectionOpen() throws Exception {
    assertEquals(NODES + 2, api.connection.nodes().size());
    assertEquals(NODES + 2, api.connection.nodes().size());
  }
}
