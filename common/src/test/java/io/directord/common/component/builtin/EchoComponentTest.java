package io.directord.common.component.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.job.Outcome;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class EchoComponentTest {

  @Test
  void answersItsTextRendered() throws Exception {
    FakeNode node = new FakeNode();
    node.args.put("who", JsonNodeFactory.instance.stringNode("world"));
    Outcome outcome = node.run(new EchoComponent(), "hello  {{ who }}", null);
    assertEquals(Outcome.Succeeded.FINISHED, outcome);
    assertEquals("hello  world", node.stdout.toString());
  }

  @Test
  void nothingIsATextToo() throws Exception {
    FakeNode node = new FakeNode();
    node.run(new EchoComponent(), "", null);
    assertEquals("", node.stdout.toString());
  }
}
