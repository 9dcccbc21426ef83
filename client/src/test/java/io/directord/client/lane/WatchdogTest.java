package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WatchdogTest {
  private final AtomicLong nanos = new AtomicLong();
  private final List<RunningJob> stuck = new ArrayList<>();
  private final AtomicInteger idle = new AtomicInteger();
  private final Watchdog watchdog =
      new Watchdog(nanos::get, job -> {}, stuck::add, idle::incrementAndGet);

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  @Test
  void endsAJobWhoseTimeIsUp() throws InterruptedException {
    RunningJob job = begin(Duration.ofSeconds(2));

    pass(Duration.ofMillis(1800));
    assertNull(job.ending());
    pass(Duration.ofMillis(200));

    assertEquals(Outcome.Reason.TIMEOUT, job.ending().reason());
  }

  @Test
  void whatEndedWhileTheClientWasStoppedIsNotATimeout() throws InterruptedException {
    RunningJob job = begin(Duration.ofSeconds(60));

    nanos.addAndGet(Duration.ofSeconds(205).toNanos());
    pass(Duration.ofSeconds(1));
    assertNull(job.ending());
  }

  @Test
  void whatStillRunsWhenTheClientGoesOnEndsSoon() throws InterruptedException {
    RunningJob job = begin(Duration.ofSeconds(60));

    nanos.addAndGet(Duration.ofSeconds(205).toNanos());
    pass(Duration.ofSeconds(3));

    assertEquals(Outcome.Reason.TIMEOUT, job.ending().reason());
  }

  @Test
  void tellsOfAJobThatGoesOnThoughItWasToldToEnd() throws InterruptedException {
    RunningJob job = begin(Duration.ofSeconds(2));

    pass(Duration.ofSeconds(2));
    pass(Duration.ofSeconds(5));
    assertEquals(List.of(), stuck);
    pass(Duration.ofSeconds(1));

    assertEquals(job, stuck.get(0));
  }

  @Test
  void timeInWhichOutputWaitsToBeStreamedIsNotTheCommands() throws InterruptedException {
    RunningJob job = begin(Duration.ofSeconds(2));
    pass(Duration.ofSeconds(1));
    job.outputWaits(nanos.get());
    pass(Duration.ofMillis(1500));
    job.outputWaits(nanos.get());
    job.outputGoesOn(nanos.get());
    assertTrue(job.mayWait(nanos.get()));
    pass(Duration.ofMillis(400));
    job.outputGoesOn(nanos.get());
    pass(Duration.ofMillis(800));
    assertNull(job.ending());
    pass(Duration.ofMillis(200));
    assertEquals(
        "timeout: ended after 2.0 s, not counting 1 s in which its output waited to be streamed",
        job.ending().info());
  }

  @Test
  void outputWaitsForNoLongerThanTheTimeout() throws InterruptedException {
    RunningJob job = begin(Duration.ofSeconds(2));
    job.outputWaits(nanos.get());
    pass(Duration.ofMillis(1900));
    assertTrue(job.mayWait(nanos.get()));
    pass(Duration.ofMillis(100));
    assertFalse(job.mayWait(nanos.get()));
  }

  @Test
  void tellsOnceAfterWorkThatNothingHasRunForAWhile() throws InterruptedException {
    assertEquals(Long.MAX_VALUE, watchdog.rest());
    RunningJob job = begin(Duration.ofSeconds(60));
    pass(Watchdog.IDLE_AFTER);
    watchdog.finish(job);

    assertEquals(Watchdog.IDLE_AFTER.toNanos(), watchdog.rest());
    nanos.addAndGet(Watchdog.IDLE_AFTER.toNanos() - 1);
    assertEquals(1, watchdog.rest());
    assertEquals(0, idle.get());
    nanos.incrementAndGet();
    assertEquals(Long.MAX_VALUE, watchdog.rest());
    assertEquals(Long.MAX_VALUE, watchdog.rest());
    assertEquals(1, idle.get());
  }

  @Test
  void aJobInBetweenPutsThatOff() throws InterruptedException {
    watchdog.finish(begin(Duration.ofSeconds(60)));
    nanos.addAndGet(Watchdog.IDLE_AFTER.toNanos() - 1);
    watchdog.finish(begin(Duration.ofSeconds(60)));

    assertEquals(Watchdog.IDLE_AFTER.toNanos(), watchdog.rest());
    assertEquals(0, idle.get());
  }

  private RunningJob begin(Duration timeout) throws InterruptedException {
    RunningJob job = new RunningJob(new JobMaker("RUN", "").timeout(timeout).make());
    watchdog.begin(job);
    job.begin(nanos.get());
    pass(Duration.ofMillis(100));
    return job;
  }

  private void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= 100) {
      nanos.addAndGet(Duration.ofMillis(100).toNanos());
      watchdog.look();
    }
  }
}
