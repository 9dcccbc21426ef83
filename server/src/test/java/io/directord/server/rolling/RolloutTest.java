package io.directord.server.rolling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Amount;
import io.directord.common.job.ParentOptions;
import io.directord.common.job.Rolling;
import io.directord.server.rolling.Rollout.Verdict;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RolloutTest {
  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

  private Moment now = new Moment(Duration.ZERO, START);
  private Rollout rollout;

  @Test
  void asManyNodesRunAsTheSizeAndTheNextTakesThePlaceOfOneThatHasFinished() {
    roll(5, "2", null, null);
    assertEquals(List.of("n0", "n1"), begin());

    end("n1", Verdict.WELL);
    assertEquals(List.of("n2"), begin());
    assertEquals(List.of(), begin());

    end("n2", Verdict.WELL);
    assertEquals(List.of("n3"), begin(), "the slow n0 holds one place");
    assertEquals(2, rollout.running());
    assertEquals(1, rollout.pending());
  }

  @Test
  void sizesAreOfAllNodesRoundedDownAndAtLeastOne() {
    roll(19, "10%", null, null);
    assertEquals(1, begin().size());
    roll(20, "10%", null, null);
    assertEquals(2, begin().size());
    roll(3, "10%", null, null);
    assertEquals(1, begin().size());
  }

  @Test
  void theNextSizeCountsOnceAsManyNodesAsThisOneHaveFinishedWell() {
    roll(20, "1,10%,50%", null, null);
    assertEquals(List.of("n0"), begin());
    end("n0", Verdict.WELL);
    assertEquals(List.of("n1", "n2"), begin());
    end("n1", Verdict.WELL);
    assertEquals(List.of("n3"), begin());
    end("n2", Verdict.WELL);
    assertEquals(9, begin().size(), "10 places, of which n3 has one");
    for (int i = 3; i < 12; i++) {
      end("n" + i, Verdict.WELL);
    }
    assertEquals(7, begin().size(), "the last size repeats, and no more are left");
  }

  @Test
  void aNodeThatFailedOrWasCancelledLetsTheSizeNotGrow() {
    roll(9, "1,3", null, null);
    begin();
    end("n0", Verdict.FAILED);
    assertEquals(List.of("n1"), begin());
    end("n1", Verdict.NEITHER);
    assertEquals(List.of("n2"), begin());
    end("n2", Verdict.WELL);
    assertEquals(List.of("n3", "n4", "n5"), begin());
  }

  @Test
  void aNodeFinishesWithTheLastOfItsJobs() {
    roll(2, "1", null, null);
    rollout.expect("n0");
    begin();
    assertFalse(rollout.ended("n0", Verdict.WELL));
    assertEquals(List.of(), begin());
    assertTrue(rollout.ended("n0", Verdict.WELL));
    rollout.finished("n0", now);
    assertEquals(List.of("n1"), begin());
  }

  @Test
  void aPlaceIsFreeOnlyAfterThePauseAndTheSizeGrowsOnlyThen() {
    roll(9, "1,3", null, Duration.ofSeconds(30));
    begin();
    end("n0", Verdict.WELL);
    pass(29);
    assertEquals(List.of(), begin());
    assertTrue(rollout.waitsForTime());
    assertEquals(0, rollout.running());
    pass(1);
    assertEquals(List.of("n1", "n2", "n3"), begin());
  }

  @Test
  void itPausesWhenMoreNodesHaveFailedThanMay() {
    roll(9, "2", "1", null);
    begin();
    end("n0", Verdict.FAILED);
    assertEquals(List.of("n2"), begin());
    end("n1", Verdict.FAILED);
    assertEquals(List.of(), begin());
    assertEquals("2 failed and at most 1 may (n0, n1)", rollout.pausedBecause());
    end("n2", Verdict.FAILED);
    begin();
    assertEquals("3 failed and at most 1 may (n0, n1, n2)", rollout.pausedBecause());
    assertEquals(6, rollout.pending());
  }

  @Test
  void aPercentageOfFailuresIsRoundedDownToNone() {
    roll(10, "1", "5%", null);
    begin();
    end("n0", Verdict.FAILED);
    assertEquals(List.of(), begin());
    assertEquals("1 failed and at most 0 may (n0)", rollout.pausedBecause());
  }

  @Test
  void aNodeCountsOnceHoweverManyOfItsJobsFail() {
    roll(5, "1", "1", null);
    rollout.expect("n0");
    begin();
    rollout.ended("n0", Verdict.FAILED);
    end("n0", Verdict.FAILED);
    assertEquals(List.of("n1"), begin());
    assertEquals(1, rollout.failures());
  }

  @Test
  void itDoesNotPauseWhenNothingIsLeftToBegin() {
    roll(1, "1", "0", null);
    begin();
    end("n0", Verdict.FAILED);
    begin();
    assertFalse(rollout.isPaused());
  }

  @Test
  void failuresBeforeItWasResumedCountNoMore() {
    roll(9, "1", "0", null);
    begin();
    end("n0", Verdict.FAILED);
    begin();
    rollout.resume();
    assertEquals(List.of("n1"), begin());
    end("n1", Verdict.FAILED);
    begin();
    assertEquals("1 failed and at most 0 may (n1)", rollout.pausedBecause());
    assertEquals(2, rollout.failures());
  }

  @Test
  void whatIsPausedByHandBeginsNothingUntilItIsResumed() {
    roll(3, "1", null, null);
    begin();
    rollout.pause("ann", START);
    end("n0", Verdict.WELL);
    assertEquals(List.of(), begin());
    assertEquals("paused by ann", rollout.pausedBecause());
    rollout.resume();
    assertEquals(List.of("n1"), begin());
  }

  @Test
  void aNodeThatEndsBeforeItsTurnTakesNoPlaceAndCounts() {
    roll(4, "1", "1", null);
    begin();
    assertFalse(rollout.ended("n1", Verdict.FAILED));
    assertFalse(rollout.ended("n2", Verdict.FAILED));
    begin();
    assertTrue(rollout.isPaused(), "an absent node counts, and holds nobody up");
    assertEquals(1, rollout.pending());
  }

  @Test
  void aBusyNodeGetsItsTurnLater() {
    rollout = new Rollout(new UUID(0, 1), options("1", null, null, null), names(3), now);
    names(3).forEach(rollout::expect);
    rollout.ready("n1");
    assertEquals(List.of("n1"), begin());
    rollout.ready("n2");
    rollout.ready("n0");
    end("n1", Verdict.WELL);
    assertEquals(List.of("n0"), begin());
  }

  @Test
  void aHeldNodeTakesNoPlaceUntilItComes() {
    hold(3, "1", Duration.ofDays(2));
    rollout.away("n0", true);
    assertEquals(List.of("n1"), begin());
    assertEquals(1, rollout.held());
    assertEquals(START.plus(Duration.ofDays(2)), rollout.until());
    end("n1", Verdict.WELL);
    assertEquals(List.of("n2"), begin());
    end("n2", Verdict.WELL);
    assertEquals(List.of(), begin());

    assertTrue(rollout.away("n0", false));
    rollout.ready("n0");
    assertEquals(List.of("n0"), begin());
    assertEquals(0, rollout.held());
  }

  @Test
  void heldNodesAreGivenUpAtTheDeadlineAndNotBefore() {
    hold(2, "1", Duration.ofMinutes(1));
    rollout.away("n0", true);
    pass(59);
    assertEquals(List.of(), rollout.overdue(now));
    pass(1);
    assertEquals(List.of("n0"), rollout.overdue(now));
    assertEquals(List.of(), rollout.overdue(now));
    assertFalse(rollout.isHolding());
  }

  @Test
  void aClockThatIsSetEndsNoDeadlineAndTheStoredOneFollowsIt() {
    hold(1, "1", Duration.ofDays(2));
    rollout.away("n0", true);
    rollout.unstored();
    now = new Moment(now.uptime().plusSeconds(1), START.plus(Duration.ofDays(365)));

    assertEquals(List.of(), rollout.overdue(now));
    RolloutProgress stored = rollout.unstored();
    assertEquals(now.instant().plus(Duration.ofDays(2)).minusSeconds(1), stored.until());
    assertEquals(List.of(), rollout.overdue(now));
    assertNull(rollout.unstored());
  }

  @Test
  void aRestartKnowsWhoHasBegunWhoFailedAndHowFarTheBatchHasGrown() {
    roll(9, "1,3", "1", null);
    begin();
    end("n0", Verdict.WELL);
    begin();
    end("n1", Verdict.FAILED);
    begin();
    RolloutProgress stored = rollout.unstored();

    rollout = restored(stored, "1,3", "1", null);
    Stream.of("n2", "n3", "n4", "n5", "n6", "n7", "n8").forEach(rollout::expect);
    names(9).subList(2, 9).forEach(rollout::ready);
    assertEquals(List.of(), begin(), "n2, n3 and n4 have their places");
    assertFalse(rollout.isShut("n4"));
    assertTrue(rollout.isShut("n5"));
    end("n2", Verdict.FAILED);
    begin();
    assertEquals("2 failed and at most 1 may (n1, n2)", rollout.pausedBecause());

    rollout = restored(rollout.unstored(), "1,3", "1", null);
    Stream.of("n3", "n4", "n5", "n6", "n7", "n8").forEach(rollout::expect);
    assertEquals("2 failed and at most 1 may (n1, n2)", rollout.pausedBecause());
  }

  @Test
  void aRestartGivesTheRestOfTheDeadlineWhateverTheClockShows() {
    hold(1, "1", Duration.ofHours(2));
    RolloutProgress stored = rollout.unstored();

    now = new Moment(Duration.ZERO, START.plus(Duration.ofHours(1)));
    rollout =
        new Rollout(new UUID(0, 1), options("1", null, null, hours(2)), names(1), stored, now);
    rollout.expect("n0");
    rollout.away("n0", true);
    pass(3599);
    assertEquals(List.of(), rollout.overdue(now));
    pass(1);
    assertEquals(List.of("n0"), rollout.overdue(now));

    now = new Moment(Duration.ZERO, START.minus(Duration.ofDays(300)));
    rollout =
        new Rollout(new UUID(0, 1), options("1", null, null, hours(2)), names(1), stored, now);
    rollout.expect("n0");
    rollout.away("n0", true);
    pass(7200);
    assertEquals(List.of("n0"), rollout.overdue(now), "no longer than it was given");
  }

  @Test
  void ofThePlacesThatWereNotGivenBackTheNodesAreKnownAfterARestart() {
    roll(3, "1", null, Duration.ofSeconds(30));
    begin();
    RolloutProgress stored = rollout.unstored();
    rollout = restored(stored, "1", null, Duration.ofSeconds(30));
    Stream.of("n1", "n2").forEach(rollout::expect);
    assertEquals(List.of("n0"), rollout.finishedBefore());
  }

  private static Duration hours(int hours) {
    return Duration.ofHours(hours);
  }

  private Rollout restored(RolloutProgress stored, String batch, String most, Duration soak) {
    return new Rollout(new UUID(0, 1), options(batch, most, soak, null), names(9), stored, now);
  }

  @Test
  void thePauseBetweenNodesGoesOnOverARestart() {
    roll(3, "1", null, Duration.ofSeconds(30));
    begin();
    end("n0", Verdict.WELL);
    begin();
    RolloutProgress stored = rollout.unstored();

    now = new Moment(Duration.ZERO, START.plusSeconds(20));
    rollout = restored(stored, "1", null, Duration.ofSeconds(30));
    Stream.of("n1", "n2").forEach(rollout::expect);
    Stream.of("n1", "n2").forEach(rollout::ready);
    assertEquals(List.of(), rollout.finishedBefore());
    pass(9);
    assertEquals(List.of(), begin());
    pass(1);
    assertEquals(List.of("n1"), begin());
  }

  @Test
  void aFailureThatALateResultTakesBackCountsNoMoreAndThePauseStays() {
    roll(9, "3", "1", null);
    rollout.expect("n1");
    begin();
    end("n0", Verdict.FAILED);
    rollout.ended("n1", Verdict.FAILED);
    end("n1", Verdict.FAILED);
    begin();
    assertTrue(rollout.isPaused());

    rollout.takeBack("n1");
    assertEquals(2, rollout.failures(), "another job of it has failed there");
    rollout.takeBack("n1");
    assertEquals(1, rollout.failures());
    assertEquals(List.of(), begin());
    assertEquals(
        "1 failed and at most 1 may (n0), since nodes that were lost have succeeded after all",
        rollout.pausedBecause());
    rollout.resume();
    rollout.takeBack("n0");
    assertEquals(0, rollout.failures());
    end("n2", Verdict.FAILED);
    begin();
    assertFalse(rollout.isPaused());
  }

  @Test
  void aNodeThatGoesBeforeItWasGivenAnythingGivesItsPlaceBack() {
    hold(2, "1", Duration.ofDays(2));
    assertEquals(List.of("n0"), begin());
    rollout.withdraw("n0");
    assertTrue(rollout.away("n0", true));
    assertTrue(rollout.isShut("n0"));
    assertEquals(List.of("n1"), begin());
    assertEquals(1, rollout.held());
  }

  @Test
  void whereItHasEndedThePlaceIsFreeOnce() {
    hold(3, "1", Duration.ofDays(2));
    assertEquals(List.of("n0"), begin());
    assertTrue(rollout.ended("n0", Verdict.NEITHER));
    rollout.withdraw("n0");
    rollout.finished("n0", now);
    assertEquals(List.of("n1"), begin());
    assertEquals(List.of(), begin());
  }

  @Test
  void whereANodeStandsInTheQueueIsKnown() {
    roll(5, "2", null, Duration.ofSeconds(30));
    begin();
    assertEquals(new WaitingTurn(3, 3, 2, "n0, n1", null), rollout.turn("n4", now));
    end("n0", Verdict.WELL);
    pass(10);
    assertEquals(new WaitingTurn(1, 3, 2, "n0, n1", "20 seconds"), rollout.turn("n2", now));
  }

  private void roll(int nodes, String batch, String most, Duration soak) {
    rollout = new Rollout(new UUID(0, 1), options(batch, most, soak, null), names(nodes), now);
    names(nodes).forEach(rollout::expect);
    names(nodes).forEach(rollout::ready);
  }

  private void hold(int nodes, String batch, Duration deadline) {
    rollout = new Rollout(new UUID(0, 1), options(batch, null, null, deadline), names(nodes), now);
    names(nodes).forEach(rollout::expect);
    names(nodes).forEach(rollout::ready);
  }

  private static ParentOptions options(
      String batch, String most, Duration soak, Duration deadline) {
    List<Amount> sizes = Stream.of(batch.split(",")).map(text -> Amount.parse(text, 1)).toList();
    Amount failures = most == null ? null : Amount.parse(most, 0);
    return new ParentOptions(new Rolling(sizes, failures, null, soak), deadline);
  }

  private static List<String> names(int nodes) {
    return IntStream.range(0, nodes).mapToObj(i -> "n" + i).toList();
  }

  private List<String> begin() {
    List<String> begun = rollout.begin(now);
    rollout.opened(begun);
    return new ArrayList<>(begun);
  }

  private void end(String node, Verdict verdict) {
    assertTrue(rollout.ended(node, verdict));
    rollout.finished(node, now);
  }

  private void pass(int seconds) {
    now = now.plus(Duration.ofSeconds(seconds));
  }
}
