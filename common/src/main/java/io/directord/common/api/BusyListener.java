package io.directord.common.api;

import java.time.Duration;

/** Notified when a call is delayed since the server is busy or silent. */
@FunctionalInterface
public interface BusyListener {

  /**
   * Called at most once per call, on its thread, when a second attempt was refused.
   *
   * @param reason for people, without a stop
   * @param left remaining time of further attempts
   */
  void triesAgain(String reason, Duration left);

  /**
   * Called at most once per attempt, on the call's thread, when the server has not answered for 5
   * seconds.
   *
   * @param server where it is, for people
   * @param timeout of the whole wait
   */
  default void isSilent(String server, Duration timeout) {}
}
