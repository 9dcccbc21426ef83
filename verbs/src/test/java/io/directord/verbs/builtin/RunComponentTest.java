package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.component.Surroundings;
import io.directord.common.component.Surroundings.Bind;
import io.directord.common.component.Surroundings.Limits;
import io.directord.common.component.Surroundings.Root;
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
  void surroundingsAreKeysOfTheJobAndRenderedOnTheNode() throws Exception {
    String written =
        "--root /srv/{{ who }} --bind /a:/b --bind /c:/d:ro --network none --user web --cwd /x"
            + " --umask 027 --memory 1G --cpu 150% --nice -5 make";
    assertEquals(
        "{\"no_block\":false,\"retry\":1,\"command\":\"make\",\"root\":\"/srv/{{ who }}\","
            + "\"bind\":[\"/a:/b\",\"/c:/d:ro\"],\"network\":\"none\",\"user\":\"web\",\"cwd\":\"/x\","
            + "\"umask\":\"027\",\"memory\":\"1G\",\"cpu\":\"150%\",\"nice\":\"-5\"}",
        FakeNode.plan(run, written, null).toString());
    node.args.put("who", JsonNodeFactory.instance.stringNode("world"));
    node.run(run, written, null);
    assertEquals(
        "in "
            + new Surroundings(
                new Root(
                    "/srv/world", List.of(new Bind("/a", "/b", false), new Bind("/c", "/d", true))),
                true,
                "web",
                "/x",
                027,
                new Limits(1L << 30, 150, -5),
                List.of()),
        node.done.get(1));
  }

  @Test
  void whatIsWrongInSurroundingsIsToldWhereTheJobIsMade() {
    for (String wrong :
        List.of(
            "--root srv",
            "--bind /a:/b",
            "--root /r --bind /a",
            "--root /r --bind /a:b",
            "--root /r --bind /a:/b:rx",
            "--network some",
            "--user a:b",
            "--cwd x",
            "--umask 9",
            "--umask 1777",
            "--memory 1X",
            "--memory 100",
            "--memory 999999999999T",
            "--cpu 50",
            "--cpu 0%",
            "--nice 20",
            "--no-block --memory 1G")) {
      PlanException e =
          assertThrows(PlanException.class, () -> FakeNode.plan(run, wrong + " true", null), wrong);
      assertTrue(e.getMessage().contains("--"), e.getMessage());
    }
  }

  @Test
  void aSizeThatIsTooLargeIsRefusedWithTheLargest() throws Exception {
    FakeNode.plan(run, "--memory 8388607T true", null);
    PlanException e =
        assertThrows(PlanException.class, () -> FakeNode.plan(run, "--memory 8388608T true", null));
    assertTrue(e.getMessage().contains("from 1M to 8388607T is expected"), e.getMessage());
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
