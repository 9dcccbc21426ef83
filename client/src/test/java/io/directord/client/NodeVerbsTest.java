package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.Heartbeat;
import io.directord.verbs.Components;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeVerbsTest {

  @Test
  void theServerIsToldOfEveryVerbAndOfDefinitions() {
    Components components = Components.builtin();
    Set<String> told = NodeVerbs.capabilities(components);
    assertEquals(components.verbsInJava().size() + 1, told.size());
    assertTrue(told.containsAll(Set.of(Heartbeat.verb("RUN"), Heartbeat.DEFINITIONS)));
  }
}
