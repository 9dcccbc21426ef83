package io.directord.server.simulation;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.dispatch.CoreSimulation;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random orders of everything, apart from the quick tests of the core. {@code -Dcore.seed=N} plays
 * one seed again, {@code -Dcore.turns=N} plays that many turns instead of those that the CI has
 * time for.
 */
class CoreSimulationTest {
  private static final int TURNS = Integer.getInteger("core.turns", 100_000);
  private static final int TURNS_A_WORLD = 2_000;

  @Test
  void whateverTheOrderNothingAcknowledgedIsLostAndNothingRunsTwice() {
    Long seed = Long.getLong("core.seed");
    if (seed != null) {
      play(seed);
      return;
    }
    Random seeds = new Random();
    int turns = 0;
    while (turns < TURNS) {
      turns += play(seeds.nextLong());
    }
    assertTrue(turns >= TURNS);
  }

  /**
   * After a restart, a node that waited for its parent's turn was shut for good if the first of the
   * parent's jobs there had ended already; and the place of a node that had ended was free twice.
   */
  @Test
  void seedsThatFoundFaults() {
    for (long seed : List.of(1748240538981466553L, 6728982726321662275L)) {
      assertTrue(play(seed) > 0);
    }
  }

  private static int play(long seed) {
    try {
      return new CoreSimulation(seed).play(TURNS_A_WORLD);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ", to be played again by -Dcore.seed=" + seed, e);
    }
  }
}
