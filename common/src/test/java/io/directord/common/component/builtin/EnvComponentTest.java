package io.directord.common.component.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @Test
  void anAssignmentIsNoName() {
    assertThrows(PlanException.class, () -> FakeNode.plan(env, "A=b", null));
    assertThrows(PlanException.class, () -> FakeNode.plan(env, "A=b c", null));
  }
}
