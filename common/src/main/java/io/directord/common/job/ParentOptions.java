package io.directord.common.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;

/**
 * How the server goes about a parent; nodes are not told.
 *
 * @param rolling how it goes from node to node; null if it begins on all of them at once
 * @param deadline how long its jobs are held for nodes that are away; null if they are not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ParentOptions(Rolling rolling, Duration deadline) {
  public static final ParentOptions NONE = new ParentOptions(null, null);

  /** Whether nothing is asked of the server. */
  public boolean asksNothing() {
    return rolling == null && deadline == null;
  }

  /** Whether the parent does not begin on all of its nodes at once. */
  public boolean paced() {
    return deadline != null || rolling != null && !rolling.batch().isEmpty();
  }

  /** These, and those of the other where these say nothing. */
  public ParentOptions over(ParentOptions other) {
    return new ParentOptions(
        rolling == null || other.rolling == null
            ? rolling == null ? other.rolling : rolling
            : rolling.over(other.rolling),
        deadline == null ? other.deadline : deadline);
  }
}
