package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.job.Job;
import io.directord.common.job.JobLinks;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that run only if an earlier one has changed something. */
class WhenChangedTest extends LanesFixture {
  private final List<String> done = new CopyOnWriteArrayList<>();
  private Boolean changes = true;
  private boolean fails;

  @BeforeEach
  void verbs() {
    verbs.put(
        "CHANGE",
        TestVerbs.verb(
            "CHANGE",
            (text, node) -> {
              done.add("change");
              if (changes != null) {
                node.changed(changes);
              }
              return new Outcome.Succeeded("");
            }));
    verbs.put(
        "FOLLOW",
        TestVerbs.verb(
            "FOLLOW",
            null,
            true,
            (text, node) -> {
              done.add("follow");
              if (fails) {
                throw new JobException("it does not work");
              }
              return new Outcome.Succeeded("followed");
            }));
    verbs.put(
        "MAYBE",
        TestVerbs.verb(
            "MAYBE",
            (text, node) ->
                fails ? new Outcome.Failed(Outcome.Reason.ERROR, "") : new Outcome.Succeeded("")));
  }

  @Test
  void followsAChangeAndNothingElse() throws Exception {
    assertEquals("followed", run());
    changes = false;
    assertEquals("nothing to follow: config has changed nothing", run());
    changes = true;
    // Also where the same work counts as done.
    assertEquals("followed", run());
    assertEquals(List.of("change", "follow", "change", "change", "follow"), done);
  }

  @Test
  void whatACommandChangesIsUnknownAndCounts() throws Exception {
    changes = null;
    assertEquals("followed", run());
  }

  @Test
  void aChangeThatWasNotFollowedSinceARunFailedIsFollowedInALaterRun() throws Exception {
    fails = true;
    Parent first = parent();
    List<Job> jobs = jobs(first, true);
    run(jobs);
    awaitEnd(jobs);
    assertEquals(Outcome.Reason.OMITTED, reason(jobs.get(2)));

    restart();
    fails = false;
    changes = false;
    assertEquals("followed (follows a change of run " + first.id() + ")", run());
    assertTrue(run().startsWith("nothing to follow"));
  }

  @Test
  void jobsOfTheSameNamesInAnotherOrchestrationTakeNoChangeAway() throws Exception {
    fails = true;
    List<Job> jobs = jobs(parent(), true);
    run(jobs);
    awaitEnd(jobs);
    fails = false;

    assertEquals("followed", said(jobs(parent(), "another")));
    changes = false;
    assertTrue(said(jobs(parent(), "another")).startsWith("nothing to follow"));
    assertTrue(run().startsWith("followed (follows a change of run " + jobs.get(0).parent().id()));
    assertTrue(run().startsWith("nothing to follow"));
  }

  @Test
  void oneThatFailedFollowsAgain() throws Exception {
    fails = true;
    assertEquals("it does not work", run());
    fails = false;
    changes = false;
    assertTrue(run().startsWith("followed (follows"));
    assertTrue(run().startsWith("nothing to follow"));
  }

  @Test
  void evictingJobsForgetsWhatIsOwed() throws Exception {
    fails = true;
    run();
    fails = false;
    changes = false;
    cache.evict(CacheTag.JOBS);
    assertTrue(run().startsWith("nothing to follow"));
  }

  private String run() throws Exception {
    return said(jobs(parent(), "config"));
  }

  private String said(List<Job> jobs) throws Exception {
    run(jobs);
    awaitEnd(jobs);
    return results.get(jobs.get(jobs.size() - 1).id()).outcome().info();
  }

  private static Parent parent() {
    return new Parent(UUID.randomUUID(), null, "web", false);
  }

  private static List<Job> jobs(Parent parent, boolean between) {
    List<Job> both = jobs(parent, "config");
    Job maybe = job("MAYBE", "between", "", parent, JobLinks.NONE);
    return between ? List.of(both.get(0), maybe, both.get(1)) : both;
  }

  private static List<Job> jobs(Parent parent, String text) {
    JobLinks followed = new JobLinks(List.of(), List.of("restart"));
    JobLinks follows = new JobLinks(List.of("config"), List.of());
    return List.of(
        job("CHANGE", "config", text, parent, followed),
        job("FOLLOW", "restart", text, parent, follows));
  }

  private static Job job(String verb, String name, String text, Parent parent, JobLinks links) {
    Job job = new TestVerbs.JobMaker(verb, text).cached().parent(parent).make();
    JobOptions options = new JobOptions(false, false, false, null, links);
    return new Job(job.id(), job.fingerprint(), parent, name, job.definition(), options, List.of());
  }
}
