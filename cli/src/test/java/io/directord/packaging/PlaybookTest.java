package io.directord.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The playbook for Ansible, which is not at hand in a build: nothing here runs it. It is read as
 * YAML, and held to what it says of keys.
 */
class PlaybookTest {
  private static final Path PLAYBOOK =
      Path.of("src/main/dist/share/tools/ansible-bootstrap-playbook.yaml");

  private static final String WITH_TOKENS = "directord_join_tokens | default(false) | bool";

  @Test
  void nodesGetTheSharedKeyOrAJoinTokenAndNeverBoth() throws IOException {
    Set<String> keys = new TreeSet<>();
    Set<String> tokens = new TreeSet<>();
    Set<String> always = new TreeSet<>();
    for (Map<?, ?> task : tasks()) {
      String when = String.valueOf(task.get("when"));
      String name = task.get("name").toString();
      if (when.equals("not " + WITH_TOKENS)) {
        keys.add(name);
      } else if (when.startsWith(WITH_TOKENS)) {
        tokens.add(name);
      } else {
        assertTrue(!when.contains("token"), when);
        always.add(name);
        String text = task.toString();
        assertTrue(!text.contains("shared_key") && !text.contains("token"), text);
      }
    }
    assertEquals(Set.of("Read the shared key", "Write the shared key"), keys);
    assertEquals(
        Set.of(
            "See whether the node has joined before",
            "Have the server make a join token for it",
            "Write the join token"),
        tokens);
    assertTrue(always.contains("Install and start its unit"), always::toString);
  }

  @Test
  void secretsAreInNoOutputAndInFilesOfTheirOwnerAlone() throws IOException {
    for (Map<?, ?> task : tasks()) {
      String text = task.toString();
      if (text.contains("join-token create") || text.contains("slurp")) {
        assertEquals(true, task.get("no_log"), text);
      }
      if (task.get("ansible.builtin.copy") instanceof Map<?, ?> copy) {
        assertEquals(true, task.get("no_log"), text);
        assertEquals("0600", copy.get("mode"), text);
      }
    }
  }

  @Test
  void theClassArchiveIsMadeWhereItIsNeededAndIsNoReasonToStop() throws IOException {
    Map<?, ?> task =
        tasks().stream()
            .filter(one -> one.toString().contains("archive-classes.sh"))
            .findFirst()
            .orElseThrow();
    assertEquals(
        "/opt/directord/share/archive-classes.sh --if-needed", task.get("ansible.builtin.command"));
    assertEquals(false, task.get("failed_when"));
    assertTrue(
        tasks().stream().anyMatch(one -> one.containsKey("ansible.builtin.debug")),
        "hosts without one are named");
  }

  private static List<Map<?, ?>> tasks() throws IOException {
    List<Map<?, ?>> tasks = new ArrayList<>();
    for (Object play : new Yaml().<List<?>>load(Files.readString(PLAYBOOK))) {
      ((List<?>) ((Map<?, ?>) play).get("tasks")).forEach(task -> tasks.add((Map<?, ?>) task));
    }
    return tasks;
  }
}
