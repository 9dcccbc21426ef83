package io.directord.common.api;

import java.time.Instant;
import java.util.List;

/**
 * A hook that others may start.
 *
 * @param file the orchestration
 * @param signature how callers without a token prove who they are: none, standard or github
 * @param parameters names of what they may say
 * @param maxOpen runs that may be open
 * @param perMinute runs that may begin in a minute
 * @param requests what became of those since the server has started
 */
public record IncomingHookView(
    String name,
    String file,
    String signature,
    List<String> parameters,
    int maxOpen,
    int perMinute,
    Requests requests) {
  public IncomingHookView {
    parameters = List.copyOf(parameters);
  }

  /**
   * Requests of callers who have proved who they are.
   *
   * @param started how many have started a run
   * @param repeated how many were further attempts of a delivery that had started one
   * @param refused how many were refused
   * @param error why the last one was refused; null if it was not
   * @param errorAt when that was
   */
  public record Requests(
      long started, long repeated, long refused, String error, Instant errorAt) {}
}
