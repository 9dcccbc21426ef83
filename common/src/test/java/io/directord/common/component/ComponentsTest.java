package io.directord.common.component;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComponentsTest {
  private final Components components = Components.builtin();

  @Test
  void everyVerbIsFoundUnderItsName() throws Exception {
    assertEquals(
        List.of("ADD", "ARG", "COPY", "ECHO", "ENV", "RUN", "WORKDIR"),
        List.copyOf(components.verbs()));
    for (String verb : components.verbs()) {
      assertEquals(verb, components.find(verb).verb());
    }
  }

  @Test
  void aVerbIsMadeOnceAndFoundInLowerCaseToo() throws Exception {
    assertSame(components.find("RUN"), components.find("run"));
  }

  @Test
  void anUnknownVerbNamesTheNearestAndAll() {
    PlanException e = assertThrows(PlanException.class, () -> components.find("WORKDRI"));
    assertEquals(
        "unknown verb WORKDRI (did you mean WORKDIR?);"
            + " the verbs are ADD, ARG, COPY, ECHO, ENV, RUN, WORKDIR",
        e.getMessage());
  }

  @Test
  void argAndEnvShareALockAsDoAddAndCopy() throws Exception {
    assertEquals(components.find("ARG").lock(), components.find("ENV").lock());
    assertEquals(components.find("ADD").lock(), components.find("COPY").lock());
    assertEquals(null, components.find("RUN").lock());
  }

  @Test
  void onlyWhatChangesTheCacheIsNeverSkipped() throws Exception {
    for (String verb : components.verbs()) {
      boolean changesTheCache = List.of("ARG", "ENV").contains(verb);
      assertEquals(!changesTheCache, components.find(verb).cacheable(), verb);
    }
  }

  @Test
  void everyVerbHasHelpWithItsOptionsAndAnExample() throws Exception {
    for (String verb : components.verbs()) {
      String help = VerbHelp.of(components.find(verb));
      assertTrue(help.contains("Usage: " + verb), help);
      assertTrue(help.contains("--stdout-arg"), help);
      assertTrue(help.contains("Example"), help);
      assertTrue(help.endsWith("\n"), help);
    }
    String help = VerbHelp.of(components.find("RUN"));
    assertTrue(help.contains("--no-block"), help);
    assertTrue(help.contains("COMMAND"), help);
  }
}
