package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class MachineFactsTest {
  @Test
  void templatesKnowTheNodeAndItsMachineBesideTheArguments() throws IOException {
    Map<String, JsonNode> names = MachineFacts.and(Map.of("app", Json.tree("shop")), "web-1");
    assertEquals("shop", names.get("app").asString());
    assertEquals("web-1", names.get("node").asString());
    JsonNode facts = names.get("fact");
    assertEquals(
        List.of(
            "hostname",
            "os",
            "os_version",
            "os_like",
            "kernel",
            "arch",
            "cpus",
            "memory",
            "machine_id",
            "addresses"),
        List.copyOf(facts.propertyNames()));
    String kernel = Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip();
    assertEquals(kernel, facts.get("kernel").asString());
    assertTrue(facts.get("memory").asLong() > 0);
    assertTrue(facts.get("addresses").isArray());
  }

  @Test
  void whatTheSystemIsIsReadWithAndWithoutQuotes() {
    assertEquals(
        Map.of("ID", "debian", "VERSION_ID", "13", "NAME", "it's", "EMPTY", ""),
        MachineFacts.release(
            List.of("ID=debian", "VERSION_ID=\"13\"", "# x=y", "NAME=\"it's\"", "EMPTY=", "odd")));
  }
}
