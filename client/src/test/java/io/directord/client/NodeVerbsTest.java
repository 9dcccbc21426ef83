package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.Heartbeat;
import io.directord.verbs.Components;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeVerbsTest {

  @Test
  void theServerIsToldOfEveryVerbAndOfWhatEarlierClientsCouldNot() {
    Components components = Components.builtin();
    Set<String> told = NodeVerbs.capabilities(components);
    Set<String> more =
        Set.of(
            Heartbeat.DEFINITIONS,
            Heartbeat.PREVIEW,
            Heartbeat.WHEN_CHANGED,
            Heartbeat.SECRETS,
            Heartbeat.SURROUNDINGS,
            Heartbeat.TREES,
            Heartbeat.WHY);
    assertEquals(components.verbsInJava().size() + more.size(), told.size());
    assertTrue(told.containsAll(more));
    assertTrue(told.contains(Heartbeat.verb("RUN")));
  }
}
