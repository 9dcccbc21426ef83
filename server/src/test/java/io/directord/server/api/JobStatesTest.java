package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.json.Json;
import io.directord.server.dispatch.ResultsByNode;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobStatesTest {
  private static final List<String> NODES = List.of("node-a", "node-b");

  /** Results that count how often they are read. */
  private static final class Counting extends AbstractList<NodeOutcome> implements ResultsByNode {
    private int reads;

    @Override
    public NodeOutcome get(int at) {
      reads++;
      return NodeOutcome.withoutRun(node(at), State.SUCCEEDED, null, "");
    }

    @Override
    public String node(int at) {
      return NODES.get(at);
    }

    @Override
    public int size() {
      return NODES.size();
    }
  }

  private static JobView view(boolean processing, JobCounts counts, List<NodeOutcome> results) {
    JobSummary some = SampleViews.summary(JobJson.read(Json.object().put("verb", "RUN")));
    JobSummary summary =
        new JobSummary(
            some.id(),
            some.parent(),
            some.title(),
            some.origin(),
            processing,
            counts,
            some.times());
    return new JobView(summary, Json.object(), "me", List.of(), List.of(), List.of(), results);
  }

  @Test
  void resultsThatAreAllAlikeAreNotRead() {
    Counting results = new Counting();
    JobStates all = JobStates.of(view(false, new JobCounts(2, 2, 0, 0, 0, 0), results));
    assertEquals(NODES, all.nodes());
    assertEquals("OO", all.states());
    assertEquals(
        "KK", JobStates.of(view(false, new JobCounts(2, 2, 2, 0, 0, 0), results)).states());
    assertEquals(0, results.reads);
  }

  @Test
  void whereTheyMayDifferEachIsRead() {
    for (JobCounts counts :
        List.of(
            new JobCounts(2, 2, 1, 0, 0, 0),
            new JobCounts(2, 1, 0, 1, 0, 0),
            new JobCounts(2, 2, 0, 0, 0, 0).withResultsLost(1))) {
      Counting results = new Counting();
      assertEquals("OO", JobStates.of(view(false, counts, results)).states());
      assertEquals(2, results.reads);
    }
    Counting results = new Counting();
    JobStates.of(view(true, new JobCounts(2, 2, 0, 0, 0, 0), results));
    assertEquals(2, results.reads, "it goes on");
  }

  @Test
  void whatHasEndedIsReadOnce() {
    StatesCache cache = new StatesCache(StatesCache.JOB_BYTES + 3);
    Counting results = new Counting();
    JobView view = view(false, new JobCounts(2, 1, 0, 1, 0, 0), results);
    assertEquals("OO", JobStates.of(view, cache).states());
    assertEquals(NODES, JobStates.of(view, cache).nodes());
    assertEquals(2, results.reads);
    // There is room for one of them only.
    JobStates.of(view(false, new JobCounts(2, 1, 0, 1, 0, 0), new Counting()), cache);
    JobStates.of(view, cache);
    assertEquals(4, results.reads);
    Counting goesOn = new Counting();
    JobView open = view(true, new JobCounts(2, 1, 0, 1, 0, 0), goesOn);
    JobStates.of(open, cache);
    JobStates.of(open, cache);
    assertEquals(4, goesOn.reads);
  }

  @Test
  void jobsOfFewNodesAreBoundedTooThoughTheirLettersTakeNothing() {
    StatesCache cache = new StatesCache(30_000);
    List<JobSummary> jobs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      JobSummary job = view(false, new JobCounts(1, 1, 0, 0, 0, 0), List.of()).summary();
      cache.keep(job, "O");
      jobs.add(job);
    }
    assertEquals("O", cache.find(jobs.get(999)));
    long kept = jobs.stream().filter(job -> cache.find(job) != null).count();
    assertTrue(kept <= 100, () -> kept + " jobs in 30 kB");
  }

  @Test
  void everyOutcomeHasALetter() {
    List<NodeOutcome> results = new ArrayList<>();
    StringBuilder wanted = new StringBuilder("WSROK");
    for (State state :
        List.of(State.WAITING, State.SENT, State.RUNNING, State.SUCCEEDED, State.SKIPPED)) {
      results.add(NodeOutcome.withoutRun("node", state, null, ""));
    }
    for (Reason reason : Reason.values()) {
      results.add(NodeOutcome.withoutRun("node", State.FAILED, reason, ""));
      wanted.append(
          switch (reason) {
            case OMITTED, DROPPED, NOT_STARTED -> 'N';
            case CANCELLED -> 'X';
            case LOST, RESULT_LOST -> 'L';
            default -> 'F';
          });
    }
    int all = results.size();
    JobView view = view(false, new JobCounts(all, 2, 1, all - 5, 2, 3), results);
    assertEquals(wanted.toString(), JobStates.of(view).states());
  }
}
