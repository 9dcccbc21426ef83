package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class EnvComponentTest {
  private final EnvComponent env = new EnvComponent();
  private final FakeNode node = new FakeNode();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "ekey evalue | {\"envs\":{\"ekey\":\"evalue\"}}",
        "n 007 | {\"envs\":{\"n\":\"007\"}}",
        "n 1e3 | {\"envs\":{\"n\":\"1e3\"}}",
        "n True | {\"envs\":{\"n\":\"True\"}}",
        "n 'a  b' | {\"envs\":{\"n\":\"a  b\"}}",
        "opts -a --b=\"c d\" | {\"envs\":{\"opts\":\"-a --b=\\\"c d\\\"\"}}",
      })
  void theValueIsAlwaysAText(String text, String json) throws Exception {
    assertEquals(json, FakeNode.plan(env, text, null).toString());
  }

  @Test
  void itSaysWhatWasCached() throws Exception {
    node.args.put("a", JsonNodeFactory.instance.stringNode("x"));
    Outcome outcome = node.run(env, "k {{ a }}/bin", null);
    assertEquals(new Outcome.Succeeded("type:envs, value:{'k': 'x/bin'}"), outcome);
    assertEquals("envs added to cache", node.stdout.toString());
    assertEquals(Map.of("k", "x/bin"), node.envs);
  }

  /** Kept, each would fail every later command of the node. */
  @ParameterizedTest
  @ValueSource(strings = {"K \"a\\0b\"", "K {{ a }}", "{{ a }} x", "{{ empty }} x", "K {{ long }}"})
  void whatNoCommandCanBeGivenIsRefusedWhereItIsPut(String text) {
    node.args.put("a", JsonNodeFactory.instance.stringNode("x\0=y"));
    node.args.put("empty", JsonNodeFactory.instance.stringNode(""));
    node.args.put("long", JsonNodeFactory.instance.stringNode("x".repeat(131_070)));
    assertThrows(Exception.class, () -> node.run(env, text, null));
    assertEquals(Map.of(), node.envs);
  }

  @Test
  void allVariablesTogetherAreBoundedToo() throws Exception {
    node.args.put("long", JsonNodeFactory.instance.stringNode("x".repeat(131_000)));
    for (int i = 0; i < 8; i++) {
      node.run(env, "K" + i + " {{ long }}", null);
    }
    JobException refused =
        assertThrows(JobException.class, () -> node.run(env, "LAST {{ long }}", null));
    assertTrue(refused.getMessage().contains("CACHEEVICT"), refused.getMessage());
    assertEquals(8, node.envs.size());
    node.run(env, "K1 short", null);
  }

  @Test
  void anAssignmentIsNotAName() {
    assertThrows(PlanException.class, () -> FakeNode.plan(env, "A=b", null));
    assertThrows(PlanException.class, () -> FakeNode.plan(env, "A=b c", null));
  }
}
