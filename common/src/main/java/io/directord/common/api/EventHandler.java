package io.directord.common.api;

import java.io.IOException;

/** Handles the events of a follower. */
@FunctionalInterface
public interface EventHandler {

  /**
   * Called for one event after the other, on the following thread. If it takes long, the server may
   * drop events, and sends {@link Event.Missed}.
   *
   * @return whether to go on following
   */
  boolean on(Event event) throws IOException;
}
