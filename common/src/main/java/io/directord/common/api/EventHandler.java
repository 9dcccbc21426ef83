package io.directord.common.api;

import java.io.IOException;

/** What a follower does with events. */
@FunctionalInterface
public interface EventHandler {

  /**
   * Called for one event after the other, on the thread that follows. Whoever takes long here may
   * be told by {@link Event.Missed} that the server could not wait.
   *
   * @return whether to go on following
   */
  boolean on(Event event) throws IOException;
}
