package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.component.Component;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a verb does, which others may have written, is its own job's failure alone. */
class UnrulyVerbsTest extends LanesFixture {

  @Test
  void oneThatCannotBeMadeFailsItsJob() throws Exception {
    throwing.add("BROKEN");
    failsAlone(TestVerbs.job("BROKEN", ""));
  }

  @Test
  void oneThatDoesNotSayHowItEndedFailsItsJob() throws Exception {
    verbs.put("BROKEN", TestVerbs.verb("BROKEN", (text, node) -> null));
    failsAlone(TestVerbs.job("BROKEN", ""));
  }

  @Test
  void oneThatCannotSayWhetherItIsCachedFailsItsJob() throws Exception {
    verbs.put(
        "BROKEN",
        new Unruly() {
          @Override
          public boolean cacheable() {
            throw new NoClassDefFoundError("cacheable");
          }
        });
    failsAlone(new JobMaker("BROKEN", "").cached().make());
    Job asked = TestVerbs.job("BROKEN", "");
    run(List.of(asked));
    awaitEnd(List.of(asked));
    assertEquals(Outcome.Reason.ERROR, reason(asked), "asked when it has succeeded");
  }

  @Test
  void oneThatCannotSayItsLockFailsItsJobAndHoldsNone() throws Exception {
    verbs.put(
        "BROKEN",
        new Unruly() {
          @Override
          public String lock() {
            throw new IllegalStateException("lock");
          }
        });
    Job job = new JobMaker("BROKEN", "").forceLock().make();
    Job keepsTheThreadBusy = TestVerbs.job("BLOCK", "");
    Job other = new JobMaker("OK", "").parent(TestVerbs.parent(true)).forceLock().make();
    run(List.of(job, keepsTheThreadBusy));
    await().until(() -> running.get() == 1);
    run(List.of(other));
    awaitEnd(List.of(job, other));
    assertEquals(Outcome.Reason.ERROR, reason(job));
  }

  @Test
  void oneThatCannotSayWhetherItDropsWhatIsQueuedDropsNothing() throws Exception {
    verbs.put(
        "BROKEN",
        new Unruly() {
          @Override
          public boolean dropsQueued() {
            throw new IllegalStateException("drops");
          }
        });
    Job job = TestVerbs.job("BROKEN", "");
    Job next = TestVerbs.job("OK", "");
    run(List.of(job, next));
    awaitEnd(List.of(job, next));
  }

  @Test
  void anInterruptThatOneLeavesBehindDoesNotHitTheNextJob() throws Exception {
    verbs.put(
        "LEAVES",
        TestVerbs.verb(
            "LEAVES",
            (text, node) -> {
              Thread.currentThread().interrupt();
              return new Outcome.Succeeded("");
            }));
    Job job = TestVerbs.job("LEAVES", "");
    Job next = TestVerbs.job("LOCKED", "");
    gate.countDown();
    run(List.of(job, next));
    awaitEnd(List.of(job, next));
    assertInstanceOf(Outcome.Succeeded.class, results.get(next.id()).outcome());
  }

  @Test
  void whatOneSaysIsCutWhereTheServerCouldNotReadIt() throws Exception {
    verbs.put(
        "CHATS",
        TestVerbs.verb("CHATS", (text, node) -> new Outcome.Succeeded("ä".repeat(9 << 20))));
    Job job = TestVerbs.job("CHATS", "");
    run(List.of(job));
    awaitEnd(List.of(job));
    String info = results.get(job.id()).outcome().info();
    assertTrue(info.startsWith("ää") && info.endsWith("ää"), () -> info.substring(0, 100));
    assertTrue(info.contains("bytes cut out by directord"));
  }

  private void failsAlone(Job job) throws Exception {
    Job next = TestVerbs.job("OK", "");
    run(List.of(job, next));
    awaitEnd(List.of(job, next));
    assertEquals(Outcome.Reason.ERROR, reason(job));
    assertTrue(results.get(job.id()).outcome().info().contains("BROKEN failed unexpectedly"));
    assertInstanceOf(Outcome.Succeeded.class, results.get(next.id()).outcome());
  }

  /** Succeeds, as far as it comes. */
  private static class Unruly implements Component<TestVerbs.Text> {
    @Override
    public String verb() {
      return "BROKEN";
    }

    @Override
    public TestVerbs.Text newArguments() {
      return new TestVerbs.Text();
    }

    @Override
    public Outcome run(TestVerbs.Text arguments, NodeContext node) {
      return new Outcome.Succeeded("");
    }
  }
}
