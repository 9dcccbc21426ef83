package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

class RunComponentTest {
  private final RunComponent run = new RunComponent();
  private final FakeNode node = new FakeNode();

  @Test
  void theJobsKeysAreInTheOriginalsOrder() throws Exception {
    assertEquals(
        "{\"no_block\":false,\"retry\":1,\"command\":\"echo  'a  b'\"}",
        FakeNode.plan(run, "echo  'a  b'", null).toString());
  }

  @Test
  void theCommandIsRenderedAndIsTheInfo() throws Exception {
    node.args.put("who", JsonNodeFactory.instance.stringNode("world"));
    assertEquals(new Outcome.Succeeded("echo world"), node.run(run, "echo {{ who }}", null));
    assertEquals(List.of("shell echo world"), node.done);
  }

  @Test
  void anotherExitStatusIsAFailure() throws Exception {
    node.exitStatuses.add(3);
    assertEquals(
        new Outcome.Failed(Outcome.Reason.ERROR, "exit status 3: exit 3"),
        node.run(run, "exit 3", null));
  }

  @Test
  void itIsTriedAgainUntilItSucceeds() throws Exception {
    node.exitStatuses.addAll(List.of(1, 1, 0, 0));
    node.outputs.addAll(List.of("first", "second", "third"));
    assertEquals(new Outcome.Succeeded("x (attempt 3 of 5)"), node.run(run, "--retry 5 x", null));
    assertEquals("third", node.stdout.toString());
  }

  @Test
  void itIsTriedNoMoreOftenThanAsked() throws Exception {
    node.exitStatuses.addAll(List.of(1, 1, 1));
    assertEquals(
        new Outcome.Failed(Outcome.Reason.ERROR, "exit status 1: x (attempt 2 of 2)"),
        node.run(run, "--retry 2 x", null));
    assertEquals(List.of("shell x", "next attempt", "shell x"), node.done);
  }

  @Test
  void withoutBlockingItIsStartedOnly() throws Exception {
    assertEquals(new Outcome.Succeeded("sleep 9"), node.run(run, "--no-block sleep 9", null));
    assertEquals(List.of("detached sleep 9"), node.done);
  }

  @Test
  void anUnknownArgumentFailsTheJob() {
    JobException e = assertThrows(JobException.class, () -> node.run(run, "echo {{ nope }}", null));
    assertEquals("'nope' is undefined", e.getMessage());
  }

  @Test
  void aCommandIsNeeded() {
    assertThrows(PlanException.class, () -> FakeNode.plan(run, "--no-block", null));
    assertThrows(PlanException.class, () -> FakeNode.plan(run, "--retry 0 x", null));
    assertThrows(JobException.class, () -> node.run(run, Json.object()));
  }
}
