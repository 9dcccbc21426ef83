package io.directord.common.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.target.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupsTest {
  @TempDir Path directory;

  @Test
  void groupsMayNameGroupsAndLabelsAreAMapping() throws Exception {
    Settings settings =
        load(
            """
            groups:
              web: [web-*, db-1]
              some: '%web and not web-3'
            labels: {role: web, site: ham}
            """);

    assertEquals(
        Target.of(List.of("web-*", "db-1")), settings.get(Settings.GROUPS).byName().get("web"));
    assertEquals(Map.of("role", "web", "site", "ham"), settings.get(Settings.LABELS));
  }

  @Test
  void everyErrorHasItsPlace() {
    assertEquals(
        List.of(
            "2:3: group none is empty: name its nodes",
            "3:11: the ] of this [ is missing",
            "4:15: unknown group wbe (did you mean web?)",
            "5:11: a group cannot name the nodes of jobs"),
        errors(
            """
            groups:
              none: []
              bad: ['a[1']
              web: ['x or %wbe']
              jobs: ['%failed:last']
            """));
    assertEquals(
        List.of("3:3: group a contains itself: a -> b -> a"),
        errors("groups:\n  a: ['%b']\n  b: ['x or %a']\n"));
    assertEquals(
        List.of("1:9: groups are a mapping, such as 'web: [web-*]'"), errors("groups: x\n"));
    assertEquals(
        List.of("1:1: labels: os is known of every node, and cannot be a label"),
        errors("labels: {os: debian}\n"));
  }

  @Test
  void groupsThatDoubleEachOtherAreBounded() {
    StringBuilder text = new StringBuilder("groups:\n  g0: [x*]\n");
    for (int i = 1; i < 40; i++) {
      text.append("  g" + i + ": ['%g" + (i - 1) + " or %g" + (i - 1) + "']\n");
    }
    assertEquals(1, errors(text.toString()).size());
  }

  private List<String> errors(String text) {
    InvalidSettingsException e = assertThrows(InvalidSettingsException.class, () -> load(text));
    return e.errors().stream()
        .map(
            error ->
                error.toString().substring(directory.resolve("c.yaml").toString().length() + 1))
        .toList();
  }

  private Settings load(String text) throws Exception {
    Path file = directory.resolve("c.yaml");
    Files.writeString(file, text);
    return SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of());
  }
}
