package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class NodeViewTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void itIsReadAsItWasWritten() {
    NodeView node =
        new NodeView(
            "web-1",
            new NodePresence(NodeView.State.AWAY, NOW, Duration.ofMillis(1500), 2, NOW),
            new NodeClient("1.0", Duration.ofDays(2), Duration.ofSeconds(7), "m", "zeromq"),
            3,
            "its clock is wrong",
            new NodeTraits(
                Map.of("role", new NodeLabel("web", NodeLabel.Origin.SERVER, "db")),
                Map.of("os", "debian"),
                List.of("192.0.2.1", "2001:db8::1")));

    assertEquals(node, Json.read(Json.bytes(node), NodeView.class));
  }

  @Test
  void oneThatWasNotHeardOfAndSaysNothingOfItselfIsRead() {
    NodeView node =
        new NodeView(
            "web-1",
            new NodePresence(NodeView.State.EXPIRED, null, Duration.ZERO),
            new NodeClient(null, null, null, null, null),
            0,
            "",
            NodeTraits.NONE);

    assertEquals(node, Json.read(Json.bytes(node), NodeView.class));
    assertEquals(NodeTraits.NONE, Json.read("{\"identity\":\"web-1\"}", NodeView.class).traits());
  }

  @Test
  void whatIsNoNodeIsRefused() {
    assertThrows(JacksonException.class, () -> Json.read("[]", NodeView.class));
    assertThrows(
        JacksonException.class, () -> Json.read("{\"state\":\"SOMEHOW\"}", NodeView.class));
  }
}
