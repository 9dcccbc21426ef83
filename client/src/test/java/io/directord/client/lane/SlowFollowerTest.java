package io.directord.client.lane;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Commands whose output nobody takes. */
class SlowFollowerTest extends LanesFixture {
  @Override
  public void awaitRoom(BooleanSupplier over) throws InterruptedException {
    while (!over.getAsBoolean()) {
      synchronized (this) {
        wait(20);
      }
    }
  }

  @Test
  void noCommandFailsBecauseItsOutputIsNotTaken() throws Exception {
    verbs.put("SHELL", TestVerbs.SHELL);
    Job job =
        new JobMaker("SHELL", "head -c 300000 /dev/zero | tr '\\0' x")
            .timeout(Duration.ofSeconds(2)).stream().make();
    run(List.of(job));
    awaitEnd(List.of(job));
    assertInstanceOf(Outcome.Succeeded.class, results.get(job.id()).outcome());
  }
}
