package io.directord.client.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** After which gaps a job begins only when the server has said that it still counts. */
class LeaseTest {
  private static final Duration TERM = Duration.ofSeconds(180);

  private final AtomicInteger lapses = new AtomicInteger();
  private volatile long nanos = Long.MAX_VALUE - 5;
  private volatile Instant instant = Instant.EPOCH;
  private final Lease lease =
      new Lease(Duration.ofHours(1), () -> instant, () -> nanos, lapses::incrementAndGet);

  @BeforeEach
  void term() {
    lease.term(TERM);
  }

  @Test
  void aClientThatStartsAsksFirst() {
    lease.heard(lease.now());
    assertFalse(lease.isSettled());
    assertTrue(lease.answered(lease.ask()));
    assertTrue(lease.isSettled());
  }

  @Test
  void jobsBeginForAsLongAsTheServerCannotHaveGivenTheNodeUp() {
    settle();
    pass(TERM);
    assertTrue(lease.isSettled());
    pass(Duration.ofNanos(1));
    assertFalse(lease.isSettled());
  }

  @Test
  void whatTheServerHearsMakesItLonger() {
    settle();
    for (int i = 0; i < 5; i++) {
      pass(TERM.minusSeconds(1));
      lease.heard(lease.now());
      assertTrue(lease.isSettled());
    }
  }

  /** The answer lay in the socket while the process was stopped. */
  @Test
  void anAnswerToWhatWasSaidBeforeAGapEndsNoGap() {
    settle();
    Lease.Mark before = lease.now();
    Lease.Question question = lease.ask();
    pass(TERM.plusSeconds(1));
    lease.heard(before);
    assertFalse(lease.isSettled());
    lease.answered(question);
    assertFalse(lease.isSettled());
  }

  /** No job asked meanwhile, so nobody noticed that the term was over. */
  @Test
  void aGapThatIsOverStillCounts() {
    settle();
    pass(TERM.plusSeconds(1));
    lease.heard(lease.now());
    assertFalse(lease.isSettled());
  }

  @Test
  void aJobThatWasTakenAfterTheQuestionIsAskedAboutToo() {
    Lease.Question question = lease.ask();
    lease.taken();
    assertFalse(lease.answered(question));
    assertFalse(lease.isSettled());
    assertTrue(lease.answered(lease.ask()));
    assertTrue(lease.isSettled());
    question = lease.ask();
    lease.taken();
    assertTrue(lease.answered(question), "there was no gap");
  }

  @Test
  void aServerThatDoesNotKnowTheNodeIsAsked() {
    settle();
    lease.lapse();
    assertFalse(lease.isSettled());
  }

  /** The monotonic clock stands still meanwhile. */
  @Test
  void asSuspendedMachineCountsAsAGap() {
    settle();
    instant = instant.plus(TERM).plusSeconds(1);
    assertFalse(lease.isSettled());
  }

  @Test
  void aClockThatIsSetBackIsNotAGap() {
    settle();
    instant = instant.minus(Duration.ofDays(1));
    assertTrue(lease.isSettled());
    pass(TERM.plusSeconds(1));
    assertFalse(lease.isSettled());
  }

  @Test
  void whoWaitsHasTheServerAskedAndGoesOnWhenItHasAnswered() throws Exception {
    Thread waiting = new Thread(this::awaitLease);
    waiting.start();
    await().until(() -> lapses.get() > 0);
    lease.heard(lease.now());
    assertTrue(waiting.isAlive());
    settle();
    waiting.join();
    assertEquals(0, interrupted.get());
  }

  @Test
  void whoWaitsMayBeInterrupted() throws Exception {
    Thread waiting = new Thread(this::awaitLease);
    waiting.start();
    await().until(() -> lapses.get() > 0);
    waiting.interrupt();
    waiting.join();
    assertEquals(1, interrupted.get());
  }

  private final AtomicInteger interrupted = new AtomicInteger();

  private void awaitLease() {
    try {
      lease.await();
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
    }
  }

  private void settle() {
    lease.answered(lease.ask());
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
    instant = instant.plus(time);
  }
}
