package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.ValidationError;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HookOrchestrationTest {
  @TempDir Path directory;

  private HookOrchestration read(String yaml) throws Exception {
    Path file = directory.resolve("hook.yaml");
    Files.writeString(file, yaml);
    return HookOrchestration.read(file, List.of("version", "name"));
  }

  @Test
  void valuesStandInTextsWhateverYamlWouldMakeOfThem() throws Exception {
    HookOrchestration hook =
        read(
            """
            - name: of {{hook.name}}
              targets: ["{{ hook.name }}"]
              jobs:
                - RUN: |
                    {% raw %}{{ hook.version }}{% endraw %}
                    {{ fact.os }} {# a note #} {{   hook.version   }}
                  vars: {timeout: "{{ hook.version }}"}
            """);
    assertEquals(List.of(), hook.errors());

    Orchestration with = hook.with(Map.of("version", "1.10", "name", "yes"));

    assertEquals(List.of(), with.errors());
    Orchestration.Entry entry = with.entries().get(0);
    assertEquals("of yes", entry.name());
    assertEquals(List.of("yes"), entry.targets().written());
    assertEquals(
        "{% raw %}1.10{% endraw %}\n{{ fact.os }} {# a note #} 1.10\n", entry.jobs().get(0).text());
    assertEquals("1.10", entry.jobs().get(0).vars().get("timeout").stringValue());
    // Each run has values of its own.
    assertEquals("of no", hook.with(Map.of("version", "1", "name", "no")).entries().get(0).name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      quoteCharacter = '~',
      value = {
        "{{ hook.verion }} => no parameter verion (did you mean version?)",
        "{{ hook.version | upper }} => cannot be part of an expression",
        "{{- hook.version }} => cannot be part of an expression",
        "{{ x if hook.version }} => cannot be part of an expression",
        "{% if hook.version %}a{% endif %} => cannot be part of an expression",
        "{{ {{ hook.version }} }} => cannot be part of an expression",
        "{% set a = {{ hook.version }} %} => cannot be part of an expression",
        "{{ hook['version'] }} => cannot be part of an expression",
        "${{ hook.version }} => the name of a variable",
      })
  void aValueIsNeverPartOfWhatATemplateComputes(String text, String error) throws Exception {
    List<ValidationError> errors =
        read("- jobs:\n    - RUN: >-\n        echo " + text + "\n").errors();
    assertEquals(1, errors.size(), errors::toString);
    assertTrue(errors.get(0).message().contains(error), errors::toString);
    assertTrue(errors.get(0).toString().contains("hook.yaml:2:"), errors::toString);
  }
}
