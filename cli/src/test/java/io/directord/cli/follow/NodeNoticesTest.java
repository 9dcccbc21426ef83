package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.cli.console.Terminal;
import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.NodeTraits;
import io.directord.common.api.NodeView;
import io.directord.common.api.NodeView.State;
import io.directord.common.api.Receipt;
import io.directord.common.api.RunCounts;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class NodeNoticesTest {
  private String transfer = "";
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(new ByteArrayOutputStream()),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          null);
  private final RunFixture fixture = new RunFixture(1, "a", "b", "c");
  private final NodeNotices notices = new NodeNotices(console, RunDisplay.NONE);

  @Test
  void whoIsLeftOutAndWhoIsAwayIsNamed() {
    notices.taken(
        new Receipt(List.of(), List.of("a", "b", "c"), List.of("b", "c"), List.of("x", "y")));
    assertEquals(
        "left out, since expired: x, y\n"
            + "not connected now, so that the jobs wait for them: b, c\n",
        said());
  }

  @Test
  void aChangeIsToldOnceIfTheRunWaitsForTheNode() {
    change("a", State.AWAY);
    change("a", State.AWAY);
    change("other", State.AWAY);
    change("b", State.ACTIVE);
    change("a", State.ACTIVE);
    assertEquals(
        "a is not connected any more; its jobs wait for it, for 137 s at most\n"
            + "a is connected again\n",
        said());
  }

  @Test
  void whatWasCutOrTriedAgainIsSaidOfTheFirstJobs() {
    RunFixture many = new RunFixture(8, "a", "b");
    for (int i = 0; i < 8; i++) {
      List<String> retried = i == 0 ? List.of("a", "b") : List.of();
      many.ends(
          i,
          new EndedNodes(List.of(), List.of(), retried, List.of("b")),
          new RunCounts(0, 0, retried.size(), 1));
      notices.ended(many.run.job(many.jobs.get(i).id()));
    }
    List<String> lines = said().lines().toList();
    assertEquals(
        List.of(
            label(many, 0) + ": output was cut to 1 MiB on b",
            label(many, 0) + ": tried more than once on a, b",
            label(many, 1) + ": output was cut to 1 MiB on b"),
        lines.subList(0, 3));
    assertEquals(
        "More jobs whose output was cut, or that were tried again, are counted at the end.",
        lines.get(lines.size() - 1));
    assertEquals(7, lines.size());
  }

  @Test
  void outputThatWasLostWithTheClientMayBeMissingAndWasNotCut() {
    Event died = fixture.fails(0, "a", Outcome.Reason.INTERRUPTED, new RunDetails(true, 0, null));
    fixture.fails(0, "b", Outcome.Reason.ERROR, new RunDetails(true, 1, null));
    new StreamedOutput(
            new PrintStream(new ByteArrayOutputStream()),
            text -> text,
            text -> text,
            line -> {},
            Show.ALL)
        .on(died, fixture.run);
    notices.ended(fixture.run.job(fixture.jobs.get(0).id()));
    assertEquals(
        label(fixture, 0)
            + ": output up to the crash may be missing on a\n"
            + label(fixture, 0)
            + ": output was cut to 1 MiB on b\n",
        said());
    assertEquals(1, fixture.run.gaps());
    assertEquals(0, fixture.run.missingLines());
    assertTrue(fixture.run.anyCut());
  }

  private static String label(RunFixture fixture, int job) {
    return fixture.run.job(fixture.jobs.get(job).id()).label();
  }

  @Test
  void whoHasDoneItsPartMayGo() {
    fixture.ends(0);
    change("a", State.AWAY);
    assertEquals("", said());
  }

  @Test
  void aSiteThatFlapsDoesNotBuryTheRest() {
    for (int i = 0; i < 50; i++) {
      change("a", State.AWAY);
      change("a", State.ACTIVE);
    }
    assertEquals(21, said().lines().count());
    assertTrue(said().endsWith("see 'directord manage --list-nodes'.\n"), this::said);
  }

  @Test
  void whoIsWaitedForIsNamedThoseThatAreAwayFirst() {
    assertEquals(
        "", Waiting.text(List.of(RunFixture.node("a", State.ACTIVE, 0)), List.of(), Set.of()));
    assertEquals(
        "waiting for b (not connected, given up in 137 s), a, c, d, e and 2 more",
        Waiting.text(
            List.of(
                RunFixture.node("a", State.ACTIVE, 1),
                RunFixture.node("b", State.AWAY, 2),
                RunFixture.node("c", State.ACTIVE, 1),
                RunFixture.node("d", State.ACTIVE, 1),
                RunFixture.node("e", State.ACTIVE, 1),
                RunFixture.node("f", State.ACTIVE, 1),
                RunFixture.node("g", State.ACTIVE, 1)),
            List.of(),
            Set.of()));
  }

  @Test
  void eachNodeThatJobsAreHeldForIsNamedWithTheEndOfThat() {
    Instant until = Instant.parse("2026-12-01T10:00:00.123Z");
    assertEquals(
        "waiting for d (not connected, given up in 137 s), c, a (away, held until"
            + " 2026-12-01T10:00:00Z), b (away, held until 2026-12-01T10:00:00Z), z (has not"
            + " enrolled, held until 2026-12-01T10:00:00Z)",
        Waiting.text(
            List.of(
                RunFixture.node("a", State.AWAY, 2).holding(2, until),
                RunFixture.node("b", State.EXPIRED, 1).holding(1, until),
                RunFixture.node("c", State.ACTIVE, 1),
                RunFixture.node("d", State.AWAY, 2).holding(1, until)),
            List.of(new Receipt.Held("z", false, until)),
            Set.of()));
    notices.changed(
        new Event.NodeChanged(RunFixture.node("a", State.AWAY, 2).holding(2, until)), fixture.run);
    notices.changed(
        new Event.NodeChanged(RunFixture.node("b", State.AWAY, 3).holding(1, until)), fixture.run);
    notices.changed(
        new Event.NodeChanged(RunFixture.node("a", State.EXPIRED, 2).holding(2, until)),
        fixture.run);
    assertEquals(
        """
        a is not connected any more; its jobs are held until 2026-12-01T10:00:00Z
        b is not connected any more; its jobs wait for it, for 137 s at most, but 1 of them is held until 2026-12-01T10:00:00Z
        a has expired; its jobs are held until 2026-12-01T10:00:00Z
        """,
        said());
  }

  @Test
  void aRunThatIsPausedDoesNotWaitForAStranger() {
    UUID own = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    String behind = "behind " + other.toString().substring(0, 8);
    String text =
        Waiting.text(
            List.of(
                waitsFor("a", own),
                waitsFor("b", other),
                waitsFor("c", other),
                RunFixture.node("d", State.ACTIVE, 1)),
            List.of(),
            Set.of(own));
    assertEquals(
        behind
            + ", which is paused: manage --resume or --cancel it (b, c); waiting for a (this run is"
            + " paused), d",
        text);
    ProgressBar bar = bar();
    bar.waitingFor(text);
    assertTrue(bar.line(79).contains(behind + ","), () -> bar.line(79));
  }

  private static NodeView waitsFor(String name, UUID paused) {
    NodeView node = RunFixture.node(name, State.ACTIVE, 1);
    String remark = "what is next there waits for parent " + paused + ", which is paused";
    return new NodeView(name, node.presence(), node.client(), 1, remark, NodeTraits.NONE);
  }

  private ProgressBar bar() {
    return new ProgressBar(console.out(), new Terminal(80), () -> 0L, fixture.run, () -> transfer);
  }

  @Test
  void aBarShowsWhoIsWaitedForWhereThereIsRoom() {
    ProgressBar bar = bar();
    assertTrue(bar.waitingFor("waiting for b (not connected, given up in 137 s), a, c, d, e"));
    assertTrue(bar.line(119).contains("waiting for b"), () -> bar.line(119));
    assertTrue(bar.line(79).contains("waiting for b (not"), () -> bar.line(79));
    assertTrue(bar.line(79).endsWith("..."), () -> bar.line(79));
    assertEquals(79, bar.line(79).length());
    transfer = "12 MiB of 300 MiB (34 MiB/s)";
    assertTrue(bar.line(79).endsWith(transfer), () -> bar.line(79));
  }

  private void change(String node, State state) {
    notices.changed(new Event.NodeChanged(RunFixture.node(node, state, 1)), fixture.run);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
