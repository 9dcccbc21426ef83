package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.RunCounts;
import io.directord.common.job.Outcome.Reason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecapTest {
  private static final Duration TIME = Duration.ofMillis(2140);
  private static final int NO_TERMINAL = Integer.MAX_VALUE;

  @Test
  void everyNodeHasALineAndTheLastIsOfAll() {
    RunFixture fixture =
        new RunFixture(2, List.of("web-1", "web-10", "web-2", "web-3"), List.of("web-4"));
    fixture.fails(0, "web-2", Reason.ERROR);
    fixture.fails(1, "web-2", Reason.OMITTED);
    fixture.fails(0, "web-3", Reason.LOST);
    fixture.fails(1, "web-3", Reason.LOST);
    fixture.ends(0, "web-1");
    fixture.ends(1);

    assertEquals(
        """
        web-1   ok=1  skipped=1  failed=0  lost=0  not-run=0
        web-10  ok=2  skipped=0  failed=0  lost=0  not-run=0
        web-2   ok=0  skipped=0  failed=1  lost=0  not-run=1
        web-3   ok=0  skipped=0  failed=0  lost=2  not-run=0
        left out, since expired: web-4
        4 nodes, 2 jobs: ok=3  skipped=1  failed=1  lost=2  not-run=1  in 2.1 s""",
        text(fixture, NO_TERMINAL));
  }

  @Test
  void whatWasLostWithTheServersStoreIsLost() {
    RunFixture fixture = new RunFixture(1, "a", "b");
    fixture.fails(0, "a", Reason.RESULT_LOST);
    fixture.ends(0);
    assertEquals(
        "a  ok=0  failed=0  lost=1\n"
            + "b  ok=1  failed=0  lost=0\n"
            + "2 nodes, 1 job: ok=1  failed=0  lost=1  in 2.1 s",
        text(fixture, 80));
  }

  @Test
  void whatDidNotHappenIsLeftAway() {
    RunFixture fixture = new RunFixture(1, "a");
    fixture.ends(0);
    assertEquals("a  ok=1  failed=0\n1 node, 1 job: ok=1  failed=0  in 2.1 s", text(fixture, 80));
  }

  @Test
  void whatIsSaidBesideStandsBesideHowItEnded() {
    RunFixture fixture = new RunFixture(2, "a", "b");
    fixture.ends(
        0,
        new EndedNodes(List.of(), List.of("a"), List.of("b"), List.of("a")),
        new RunCounts(1, 1, 1, 1));
    fixture.ends(1);
    assertEquals(
        """
        a  ok=2  changed=1  failed=0  retried=0  cut=1
        b  ok=2  changed=0  failed=0  retried=1  cut=0
        2 nodes, 2 jobs: ok=4  changed=1  failed=0  retried=1  cut=1  in 2.1 s""",
        text(fixture, 80));
  }

  @Test
  void aNarrowTerminalIsShownOnlyWhatThereIs() {
    RunFixture fixture = new RunFixture(2, List.of("web-1", "web-2", "web-3"), List.of());
    fixture.fails(0, "web-2", Reason.ERROR);
    fixture.fails(1, "web-2", Reason.OMITTED);
    fixture.fails(0, "web-3", Reason.LOST);
    fixture.ends(
        0,
        new EndedNodes(List.of("web-1"), List.of("web-1"), List.of("web-1"), List.of("web-1")),
        new RunCounts(1, 0, 1, 1));
    fixture.ends(1);
    assertEquals(
        """
        web-1  ok=1  changed=1  skipped=1  failed=0  retried=1  cut=1
        web-2  ok=0  changed=0  failed=1  not-run=1
        web-3  ok=1  changed=0  failed=0  lost=1
        3 nodes, 2 jobs, in 2.1 s:
          ok=2  changed=1  skipped=1  failed=1  lost=1  not-run=1  retried=1
          cut=1""",
        text(fixture, 72));
  }

  @Test
  void thatNothingWasChangedIsSaidWhereItIsKnown() {
    RunFixture fixture = new RunFixture(1, "a");
    fixture.ends(0, EndedNodes.NONE, new RunCounts(0, 1, 0, 0));
    assertEquals(
        "a  ok=1  changed=0  failed=0\n1 node, 1 job: ok=1  changed=0  failed=0  in 2.1 s",
        text(fixture, 80));
  }

  @Test
  void jobsThatAreNotWaitedForAnyLongerAreUnfinished() {
    RunFixture fixture = new RunFixture(2, "a", "b");
    fixture.fails(0, "a", Reason.TIMEOUT);
    fixture.ends(1);
    assertEquals(
        """
        a  ok=1  failed=1  unfinished=0
        b  ok=1  failed=0  unfinished=1
        2 nodes, 2 jobs: ok=2  failed=1  unfinished=1  in 2.1 s""",
        text(fixture, 80));
  }

  @Test
  void manyNodesArePutTogetherAndThoseInTroubleNamedLast() {
    RunFixture fixture = new RunFixture(2, RunFixture.names(100), List.of());
    for (String node : RunFixture.names(7)) {
      fixture.fails(0, node, Reason.LOST);
    }
    fixture.fails(1, "web-050", Reason.ERROR);
    fixture.ends(0, "web-099");
    fixture.ends(1);

    assertEquals(
        """
        91 nodes, each                                                ok=2  skipped=0  failed=0  lost=0
        web-099                                                       ok=1  skipped=1  failed=0  lost=0
        web-001, web-002, web-003, web-004, web-005 and 2 more, each  ok=1  skipped=0  failed=0  lost=1
        web-050                                                       ok=1  skipped=0  failed=1  lost=0
        100 nodes, 2 jobs: ok=191  skipped=1  failed=1  lost=7  in 2.1 s""",
        text(fixture, NO_TERMINAL));
  }

  @Test
  void itIsAsLongAsATerminalAndAsWideAtMost() {
    RunFixture fixture = new RunFixture(300, RunFixture.names(200), List.of());
    for (int node = 0; node < 200; node++) {
      for (int job = 0; job < node; job++) {
        fixture.fails(job, RunFixture.names(200).get(node), Reason.ERROR);
      }
    }
    for (int job = 0; job < 300; job++) {
      fixture.ends(job);
    }

    List<String> lines = Recap.of(fixture.run, TIME, 80);

    assertEquals(Recap.MAX_ROWS + 1, lines.size());
    assertTrue(lines.stream().allMatch(line -> line.length() <= 80), lines::toString);
    assertTrue(lines.get(0).startsWith("185 other nodes, in all"), lines::toString);
    assertTrue(lines.get(16).contains("ok=40100  failed=19900"), lines::toString);
  }

  private static String text(RunFixture fixture, int columns) {
    return String.join("\n", Recap.of(fixture.run, TIME, columns));
  }
}
