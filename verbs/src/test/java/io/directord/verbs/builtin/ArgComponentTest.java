package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.job.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

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
  void theValueOfASecretIsReadWhereTheJobIsMadeAndStandsNowhereInIt() throws Exception {
    List<String> read = new ArrayList<>();
    PlanContext context =
        new PlanContext() {
          @Override
          public Matches files(String source) {
            throw new AssertionError(source);
          }

          @Override
          public Directory directory(String source, List<String> exclude) {
            throw new AssertionError(source);
          }

          @Override
          public SourceFile secret(SecretSource from, String name) {
            read.add(from + " " + name);
            return new SourceFile("secret", "0a", 256, null);
          }
        };
    ObjectNode job = FakeNode.plan(arg, "--secret password", context);
    assertEquals(
        "{\"args\":{},\"secret\":\"password\",\"files\":[{\"path\":\"secret\","
            + "\"sha256\":\"0a\",\"size\":256}]}",
        job.toString());
    FakeNode.plan(arg, "--secret-file f password", context);
    FakeNode.plan(arg, "--secret-env V password", context);
    assertEquals(List.of("STANDARD_INPUT null", "FILE f", "VARIABLE V"), read);
    for (String wrong :
        List.of(
            "--secret name value", "--secret", "--secret a-b", "--secret --secret-env A name")) {
      assertThrows(PlanException.class, () -> FakeNode.plan(arg, wrong, context), wrong);
    }
    assertThrows(PlanException.class, () -> FakeNode.plan(arg, "name", context));
    node.run(arg, job);
    assertEquals(List.of("secret password 0a"), node.done);
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
