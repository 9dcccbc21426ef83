package io.directord.common.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a parent goes from node to node; {@code docs/rolling.md} says what each of these means.
 *
 * @param batch on how many nodes it runs at a time: the first size, then the next ones, of which
 *     the last repeats; empty if it begins on all of them at once
 * @param maxFailures on how many nodes it may fail before no other node begins; null for any number
 * @param quorum how many of the nodes must be connected at the submission; null for any number
 * @param soak how long the place of a node that has finished stays taken; null if it does not
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Rolling(
    List<Amount> batch, Amount maxFailures, Amount quorum, @JsonProperty("wait") Duration soak) {
  /** Maximum number of sizes. */
  public static final int MAX_SIZES = 20;

  /** {@code batch} may be null. */
  public Rolling {
    batch = batch == null ? List.of() : List.copyOf(batch);
  }

  /** These, and those of the other where these say nothing. */
  public Rolling over(Rolling other) {
    return new Rolling(
        batch.isEmpty() ? other.batch : batch,
        maxFailures == null ? other.maxFailures : maxFailures,
        quorum == null ? other.quorum : quorum,
        soak == null ? other.soak : soak);
  }

  /** What does not make sense of it together; empty if all of it does. */
  public Optional<String> error() {
    if (!batch.isEmpty() || maxFailures == null && soak == null) {
      return Optional.empty();
    }
    return Optional.of(
        (maxFailures != null ? "max_failures" : "wait")
            + " needs a batch, such as 1 or 10%: without one all nodes begin at once");
  }
}
