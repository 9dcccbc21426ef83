package io.directord.server.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MemoryBudgetTest {
  private final MemoryBudget budget = new MemoryBudget(1000);

  @Test
  void refusesWhatDoesNotFitUntilSomethingIsReleased() {
    Share share = budget.share(Use.REQUESTS);
    assertTrue(share.tryReserve(share.limit()));
    assertFalse(share.tryReserve(1));
    share.release(1);
    assertTrue(share.tryReserve(1));
    assertEquals(share.limit(), share.reserved());
  }

  @Test
  void aUseThatHasTakenAllLeavesTheOthersTheirs() {
    Share followers = budget.share(Use.FOLLOWERS);
    assertTrue(followers.tryReserve(followers.limit()));
    assertTrue(budget.share(Use.RESULTS).tryReserve(1));
  }

  @Test
  void leavesAThirdOfTheHeapForEverythingElse() {
    long all = Arrays.stream(Use.values()).mapToLong(use -> budget.share(use).limit()).sum();
    assertTrue(all <= 667, "in flight: " + all);
  }

  @Test
  void cannotGiveBackMoreThanWasTaken() {
    Share share = budget.share(Use.TRANSFERS);
    assertTrue(share.tryReserve(10));
    assertThrows(IllegalStateException.class, () -> share.release(11));
  }

  @Test
  void aHugeSizeDoesNotOverflow() {
    assertFalse(budget.share(Use.RESULTS).tryReserve(Long.MAX_VALUE));
  }
}
