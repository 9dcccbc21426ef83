package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Traceparent;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** What of a job's output becomes an argument. */
class KeptOutputTest extends LanesFixture {
  @BeforeEach
  void verbs() throws Exception {
    verbs.put("SHELL", TestVerbs.SHELL);
    cache.putArg("v", StringNode.valueOf("before"), false);
  }

  @Test
  void outputThatIsTooLongToBeKeptWholeFailsTheJobAndIsNotKept() throws Exception {
    NodeResult result = run("seq 1 700000");
    Outcome.Failed failed = (Outcome.Failed) result.outcome();
    assertEquals(Outcome.Reason.ERROR, failed.reason());
    assertTrue(
        failed
            .info()
            .contains("argument v stays as it was: the standard output is 4,788,895 bytes"),
        failed.info());
    assertEquals("before", cache.args().get("v").stringValue());
  }

  @Test
  void outputJustUnderTheLimitIsKeptWhole() throws Exception {
    run("head -c 1048576 /dev/zero | tr '\\0' x");
    assertEquals(1048576, cache.args().get("v").stringValue().length());
  }

  @Test
  void outputThatIsNotTextFailsTheJobAndIsNotKept() throws Exception {
    NodeResult result = run("printf 'a\\377b'");
    assertTrue(result.outcome().info().contains("is not text in UTF-8"), result.outcome().info());
    assertEquals("before", cache.args().get("v").stringValue());
  }

  @Test
  void aReservedNameStaysTheNodesOwn() throws Exception {
    verbs.put(
        "KEEP",
        TestVerbs.verb(
            "KEEP",
            (text, node) -> {
              node.putArg("node", StringNode.valueOf("mine"), false);
              return new Outcome.Succeeded("");
            }));
    Job job = TestVerbs.job("KEEP", "");
    run(List.of(job));
    awaitEnd(List.of(job));
    String info = results.get(job.id()).outcome().info();
    assertTrue(info.contains("the name node is reserved"), info);
  }

  @Test
  void ofSeveralAttemptsTheOutputOfTheLastIsKept() throws Exception {
    verbs.put(
        "SHELL",
        TestVerbs.verb(
            "SHELL",
            (text, node) -> {
              node.shell("echo first; echo e1 >&2");
              node.nextAttempt();
              node.shell("echo second");
              return new Outcome.Succeeded("");
            }));
    NodeResult result = run("");
    assertEquals("second", cache.args().get("v").stringValue());
    assertEquals("second\n", result.stdout());
    assertEquals("", result.stderr());
  }

  @Test
  void aCommandKnowsTheTraceOfItsJob() throws Exception {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Job plain = TestVerbs.job("SHELL", "echo \"trace: $TRACEPARENT\"");
    Job traced = Traceparent.of(List.of(TestVerbs.job("SHELL", "echo $TRACEPARENT")), trace).get(0);

    run(List.of(plain, traced));
    awaitEnd(List.of(plain, traced));

    assertEquals("trace: \n", results.get(plain.id()).stdout());
    assertEquals(trace + "\n", results.get(traced.id()).stdout());
  }

  private NodeResult run(String command) throws Exception {
    Job job = new JobMaker("SHELL", command).stdoutArg("v").make();
    run(List.of(job));
    awaitEnd(List.of(job));
    return results.get(job.id());
  }
}
