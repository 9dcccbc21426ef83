package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;

class ArgComponentTest {
  private final ArgComponent arg = new ArgComponent();
  private final FakeNode node = new FakeNode();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "key value | {\"args\":{\"key\":\"value\"}}",
        "key two  words | {\"args\":{\"key\":\"two  words\"}}",
        "key 'two  words' | {\"args\":{\"key\":\"two  words\"}}",
        "key ['a', 1] | {\"args\":{\"key\":[\"a\",1]}}",
        "key {\"a\": \"b\"} | {\"args\":{\"key\":{\"a\":\"b\"}}}",
        "key True | {\"args\":{\"key\":true}}",
        "key true | {\"args\":{\"key\":\"true\"}}",
        "--extend-args key [1] | {\"extend_args\":true,\"args\":{\"key\":[1]}}",
        "{{ a b }} 1.20 | {\"args\":{\"{{ a b }}\":\"1.20\"}}",
      })
  void theValueIsALiteralWhereItIsOne(String text, String json) throws Exception {
    assertEquals(json, FakeNode.plan(arg, text, null).toString());
  }

  @Test
  void itSaysWhatWasCached() throws Exception {
    Outcome outcome = node.run(arg, "key value", null);
    assertEquals(new Outcome.Succeeded("type:args, value:{'key': 'value'}"), outcome);
    assertEquals("args added to cache", node.stdout.toString());
    assertEquals(List.of("arg key \"value\" false"), node.done);
  }

  @Test
  void everyTextInTheValueIsATemplate() throws Exception {
    node.args.put("a", JsonNodeFactory.instance.stringNode("x"));
    Outcome outcome = node.run(arg, "--extend-args {{ a }}y {'{{ a }}': ['{{ a }}', 1]}", null);
    assertEquals(new Outcome.Succeeded("type:args, value:{'xy': {'x': ['x', 1]}}"), outcome);
    assertEquals(List.of("arg xy {\"x\":[\"x\",1]} true"), node.done);
  }

  @Test
  void anUnknownArgumentFailsTheJob() {
    assertThrows(JobException.class, () -> node.run(arg, "a {{ nope }}", null));
    assertEquals(List.of(), node.done);
  }

  @Test
  void aReservedNameIsRefused() {
    PlanException e =
        assertThrows(PlanException.class, () -> FakeNode.plan(arg, "node web-1", null));
    assertTrue(e.getMessage().startsWith("ARG: KEY: the name node is reserved"), e.getMessage());
    assertThrows(PlanException.class, () -> FakeNode.plan(arg, "--stdout-arg fact a b", null));
  }

  @Test
  void aKeyAndAValueAreNeeded() {
    assertThrows(PlanException.class, () -> FakeNode.plan(arg, "key", null));
    assertThrows(PlanException.class, () -> FakeNode.plan(arg, "", null));
  }
}
