package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.ArgumentReader;
import io.directord.common.component.Component;
import io.directord.common.component.PlanException;
import io.directord.common.component.VerbHelp;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ComponentsTest {
  private final Components components = Components.builtin();

  @Test
  void everyVerbIsFoundUnderItsName() throws Exception {
    assertEquals("ADD", components.verbs().first());
    assertEquals("WORKDIR", components.verbs().last());
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
            + " the verbs are "
            + String.join(", ", components.verbs()),
        e.getMessage());
  }

  @Test
  void argAndEnvShareALockAsDoAddAndCopy() throws Exception {
    assertEquals(components.find("ARG").lock(), components.find("ENV").lock());
    assertEquals(components.find("ADD").lock(), components.find("COPY").lock());
    assertEquals(null, components.find("RUN").lock());
  }

  @Test
  void onlyWhatChangesTheCacheOrMustHappenEachTimeIsNeverSkipped() throws Exception {
    Set<String> neverSkipped =
        Set.of(
            "ARG",
            "ENV",
            "CACHEFILE",
            "CACHEEVICT",
            "QUERY",
            "QUERY_WAIT",
            "JOB_WAIT",
            "QUEUESENTINEL",
            "REBOOT",
            "FETCH");
    for (String verb : components.verbs()) {
      assertEquals(!neverSkipped.contains(verb), components.find(verb).cacheable(), verb);
    }
  }

  @Test
  void everyVerbHasHelpWithItsOptionsAndAnExample() throws Exception {
    for (String verb : components.verbs()) {
      Component<?> component = components.find(verb);
      assertTrue(ArgumentReader.read(component, "--exec-help true", Map.of()).common().execHelp);
      String help = VerbHelp.of(component);
      assertTrue(help.contains("Usage: " + verb), help);
      assertTrue(help.contains("--stdout-arg"), help);
      assertTrue(help.contains("Example"), help);
      assertTrue(help.endsWith("\n"), help);
    }
    String help = VerbHelp.of(components.find("RUN"));
    assertTrue(VerbHelp.of(components.find("REBOOT")).contains("[SECONDS]"));
    assertTrue(help.contains("--no-block"), help);
    assertTrue(help.contains("COMMAND"), help);
  }
}
