package io.directord.common.api;

import java.time.Instant;
import java.util.List;

/**
 * A hook, and how its deliveries go.
 *
 * @param to the host of its URL, or its program
 * @param on what it is told of
 * @param deliveries how they have gone
 */
public record HookView(String name, String to, List<String> on, Deliveries deliveries) {
  public HookView {
    on = List.copyOf(on);
  }

  /**
   * Of a hook, since the server has started.
   *
   * @param pending how many events wait to be delivered
   * @param delivered how many were
   * @param dropped how many were not, since too many waited, or for too long
   * @param error why the last attempt has failed; null if it has not
   * @param errorAt when that was
   */
  public record Deliveries(
      int pending, long delivered, long dropped, String error, Instant errorAt) {}
}
