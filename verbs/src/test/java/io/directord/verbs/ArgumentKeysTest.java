package io.directord.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.component.Component;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class ArgumentKeysTest {
  private static final String OF_RUN =
      "bind, command, cpu, cwd, memory, network, nice, no_block, retry, root, secret, umask, user";

  private static final String OF_EVERY_JOB =
      ", and of every job " + String.join(", ", new TreeSet<>(JobJson.commonKeys()));

  private final Components components = Components.builtin();

  @Test
  void aMisspeltKeyIsRefusedWithTheOneThatWasMeant() {
    assertEquals(
        "unknown key of RUN (did you mean targets?); it knows " + OF_RUN + OF_EVERY_JOB,
        refusal("RUN", "{'command': 'true', 'target': ['web-1']}"));
    assertEquals(
        "unknown key of RUN (did you mean command?); it knows " + OF_RUN + OF_EVERY_JOB,
        refusal("RUN", "{'command': 'true', 'comand': 'true'}"));
    assertEquals(
        "unknown key of RUN; it knows " + OF_RUN + OF_EVERY_JOB,
        refusal("RUN", "{'command': 'true', 'whatever': null}"));
    assertEquals(
        "unknown key of RUN (did you mean targets?); it knows " + OF_RUN + OF_EVERY_JOB,
        refusal("RUN", "{'command': 'true', 'Targets': 'web-1'}"));
  }

  @Test
  void aValueThatIsWrongIsToldBesideAKeyThatIs() {
    assertEquals(
        "a text is expected, not 5\na whole number from 1 is expected, not 0",
        refusal("RUN", "{'command': 5, 'retry': 0}"));
  }

  /** Those that the original's programs send, and those that travel in planned jobs. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "RUN | {'command': 'true', 'no_block': false, 'retry': 1}",
        "ARG | {'args': {'a': 1}, 'extend_args': true}",
        "ENV | {'envs': {'a': '1'}}",
        "CACHEEVICT | {'cacheevict': 'all'}",
        "CACHEFILE | {'cachefile': '/x'}",
        "COPY | {'files': [{'path': '/x', 'sha256': 'x', 'size': 1, 'to': '/y'}], 'user': 'a', 'group': 'b', 'mode': 420, 'blueprint': false}",
        "ADD | {'files': [{'path': '/x', 'sha256': 'x', 'size': 1, 'to': '/y'}], 'user': null, 'group': null, 'mode': null, 'blueprint': false}",
        "DNF | {'state': 'latest', 'retry': 1, 'clear': true, 'packages': ['a'], 'exclude': null}",
        "QUERY | {'query': 'a', 'no_wait': true}",
        "QUEUESENTINEL | {'queue_sentinel': true, 'parent_async_bypass': true}",
        "SERVICE | {'state': 'enable', 'mask': 'mask', 'running': 'stop', 'retry': 1,"
            + " 'services': ['a'], 'daemon_reload': true}",
        "WAIT | {'url': 'http://x', 'retry': 1, 'retry_wait': 1, 'insecure': true}",
        "QUERY_WAIT | {'item': 'a', 'query_timeout': 600, 'identity': null}",
        "WORKDIR | {'workdir': '/x', 'user': 'a', 'group': 'b', 'mode': 420}",
      })
  void whatAVerbKnowsIsLeftAlone(String verb, String keys) throws PlanException {
    ObjectNode written = json(keys);
    assertSame(written, components.find(verb).complete(written));
  }

  @Test
  void aVerbOfSomebodyElseMayHaveAnyKeyThatIsNotNearlyOneOfEveryJob() throws PlanException {
    ObjectNode own = json("{'colour': 'red', 'size': 3}");
    assertSame(own, new Foreign().complete(own));
    PlanException refusal =
        assertThrows(PlanException.class, () -> new Foreign().complete(json("{'target': 'a'}")));
    assertEquals(
        "unknown key of PAINT (did you mean targets?); it knows colour" + OF_EVERY_JOB,
        refusal.getMessage());
  }

  /** From a jar. */
  private static final class Foreign implements Component<Foreign.Arguments> {
    public static final class Arguments {
      public String colour;
    }

    @Override
    public String verb() {
      return "PAINT";
    }

    @Override
    public Arguments newArguments() {
      return new Arguments();
    }

    @Override
    public Outcome run(Arguments arguments, NodeContext node) {
      return Outcome.Succeeded.FINISHED;
    }
  }

  private String refusal(String verb, String keys) {
    return assertThrows(PlanException.class, () -> components.find(verb).complete(json(keys)))
        .getMessage();
  }

  private static ObjectNode json(String text) {
    return Json.read(text.replace('\'', '"'), ObjectNode.class);
  }
}
