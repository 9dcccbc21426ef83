package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.component.CacheTag;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** What counts as done already, and what jobs leave for later ones. */
class LanesCacheTest extends LanesFixture {
  @Test
  void whatSucceededIsSkippedTheNextTimeAlsoAfterARestart() throws Exception {
    Job first = new JobMaker("OK", "same").cached().make();
    Job second = new JobMaker("OK", "same").cached().make();
    Job fresh = new JobMaker("OK", "same").make();
    run(List.of(first, second, fresh));
    awaitEnd(List.of(first, second, fresh));
    assertInstanceOf(Outcome.Succeeded.class, results.get(first.id()).outcome());
    String info = results.get(second.id()).outcome().info();
    assertInstanceOf(Outcome.Skipped.class, results.get(second.id()).outcome());
    assertTrue(info.matches("done at [0-9-]+T[0-9:]+Z"), info);
    assertInstanceOf(Outcome.Succeeded.class, results.get(fresh.id()).outcome());
    restart();
    Job third = new JobMaker("OK", "same").cached().make();
    run(List.of(third));
    awaitEnd(List.of(third));
    assertInstanceOf(Outcome.Skipped.class, results.get(third.id()).outcome());
  }

  @Test
  void aSuccessThatCannotBeNotedIsOneAndSaysSo() throws Exception {
    verbs.put("CLOSE", closing());
    Job job = TestVerbs.job("CLOSE", "well");
    run(List.of(job));
    awaitEnd(List.of(job));
    Outcome outcome = results.get(job.id()).outcome();
    assertInstanceOf(Outcome.Succeeded.class, outcome);
    assertTrue(
        outcome
            .info()
            .startsWith("done; what this node is to keep of it is in memory only, until its cache"),
        outcome::info);
  }

  @Test
  void anArgumentThatCannotBeWrittenIsInMemoryForLaterJobs() throws Exception {
    verbs.put("CLOSE", closing());
    verbs.put(
        "READ",
        TestVerbs.verb("READ", (text, node) -> new Outcome.Succeeded(node.render("{{ who }}"))));
    Parent parent = TestVerbs.parent(false);
    Job first = new JobMaker("CLOSE", "well").parent(parent).stdoutArg("who").make();
    Job second = new JobMaker("READ", "").parent(parent).make();
    run(List.of(first, second));
    awaitEnd(List.of(first, second));
    assertInstanceOf(Outcome.Succeeded.class, results.get(first.id()).outcome());
    assertTrue(results.get(second.id()).outcome().info().startsWith("said"), results::toString);
  }

  private Component<TestVerbs.Text> closing() {
    return TestVerbs.verb(
        "CLOSE",
        null,
        true,
        (text, node) -> {
          cache.close();
          node.stdout("said");
          return new Outcome.Succeeded("done");
        });
  }

  @Test
  void whatFailedIsNotSkipped() throws Exception {
    Job first = new JobMaker("FAIL", "same").cached().make();
    Job second = new JobMaker("FAIL", "same").cached().make();
    run(List.of(first, second));
    awaitEnd(List.of(first, second));
    assertEquals(Outcome.Reason.ERROR, reason(second));
  }

  @Test
  void outputIsKeptAsAnArgumentBeforeTheNextJob() throws Exception {
    Parent parent = TestVerbs.parent(false);
    Job first = new JobMaker("SAY", " kernel 6\n").parent(parent).stdoutArg("who").make();
    verbs.put(
        "READ",
        TestVerbs.verb("READ", (text, node) -> new Outcome.Succeeded(node.render("{{ who }}"))));
    Job second = TestVerbs.job("READ", "", parent);
    run(List.of(first, second));
    awaitEnd(List.of(first, second));
    assertEquals("kernel 6", results.get(second.id()).outcome().info());
    assertEquals(" kernel 6\n", results.get(first.id()).stdout());
  }

  @Test
  void aJobThatLeavesAnArgumentIsNotSkippedWhenTheArgumentIsGone() throws Exception {
    cache.done(new JobMaker("SAY", "x").make().fingerprint(), Json.object());
    Job job = new JobMaker("SAY", "x").cached().stdoutArg("gone").make();
    run(List.of(job));
    awaitEnd(List.of(job));
    assertInstanceOf(Outcome.Succeeded.class, results.get(job.id()).outcome());
    assertEquals("x", cache.args().get("gone").stringValue());
  }

  @Test
  void aJobIsNotSkippedWhereWhatItLeavesWasEvicted() throws Exception {
    verbs.put("LEAVES", new LeavesArg());
    Job first = new JobMaker("LEAVES", "").cached().make();
    Job again = new JobMaker("LEAVES", "").cached().make();
    run(List.of(first, again));
    awaitEnd(List.of(first, again));
    assertInstanceOf(Outcome.Skipped.class, results.get(again.id()).outcome());
    cache.evict(CacheTag.ARGS);
    Job third = new JobMaker("LEAVES", "").cached().make();
    run(List.of(third));
    awaitEnd(List.of(third));
    assertEquals("left", results.get(third.id()).outcome().info());
  }

  /** A verb that leaves an argument, and is skipped where that is. */
  private static final class LeavesArg implements Component<TestVerbs.Text> {
    @Override
    public String verb() {
      return "LEAVES";
    }

    @Override
    public TestVerbs.Text newArguments() {
      return new TestVerbs.Text();
    }

    @Override
    public String leaves() {
      return "left";
    }

    @Override
    public Outcome run(TestVerbs.Text arguments, NodeContext node) throws JobException {
      node.putArg("left", StringNode.valueOf("x"), false);
      return new Outcome.Succeeded("left");
    }
  }
}
