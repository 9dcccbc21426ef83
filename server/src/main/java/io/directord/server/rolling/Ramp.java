package io.directord.server.rolling;

import io.directord.common.job.Amount;
import java.util.List;

/**
 * On how many nodes a parent runs at a time: the sizes of its batch, one after the other. As many
 * nodes as the size must finish well before the next size counts; the last repeats.
 *
 * @param stage index of the size
 * @param well how many nodes have finished well since it counts
 */
public record Ramp(int stage, int well) {
  static final Ramp START = new Ramp(0, 0);

  /**
   * Maximum number of places.
   *
   * @param sizes empty for no limit
   * @param nodes of which percentages are taken
   */
  int size(List<Amount> sizes, int nodes) {
    return sizes.isEmpty()
        ? Integer.MAX_VALUE
        : Math.max(1, sizes.get(Math.min(stage, sizes.size() - 1)).of(nodes));
  }

  /** After one more node has finished well. */
  Ramp plusOne(List<Amount> sizes, int nodes) {
    return well + 1 < size(sizes, nodes) ? new Ramp(stage, well + 1) : new Ramp(stage + 1, 0);
  }
}
