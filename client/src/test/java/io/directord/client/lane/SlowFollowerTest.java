package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Commands whose output nobody takes. */
class SlowFollowerTest extends LanesFixture {
  private final AtomicLong later = new AtomicLong();

  @Override
  public void awaitRoom(BooleanSupplier over) throws InterruptedException {
    while (!over.getAsBoolean()) {
      synchronized (this) {
        wait(20);
      }
      // The wait is as long as the timeout, the command itself must be far from it.
      later.addAndGet(Duration.ofMillis(60).toNanos());
    }
  }

  @Test
  void noCommandFailsBecauseItsOutputIsNotTaken() throws Exception {
    nanoTime = () -> System.nanoTime() + later.get();
    verbs.put("SHELL", TestVerbs.SHELL);
    Job job =
        new JobMaker("SHELL", "head -c 300000 /dev/zero | tr '\\0' x")
            .timeout(Duration.ofSeconds(10)).stream().make();
    run(List.of(job));
    awaitEnd(List.of(job));
    assertInstanceOf(Outcome.Succeeded.class, results.get(job.id()).outcome());
  }
}
