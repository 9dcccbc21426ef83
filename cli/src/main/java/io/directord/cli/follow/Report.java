package io.directord.cli.follow;

import io.directord.common.api.Event;

/**
 * What people see of a run. Called on the thread that follows, except {@link #pause} and {@link
 * #resume}.
 */
public interface Report {

  /** The jobs were taken; called once, before their first event. */
  default void begin() {}

  /** An event that changed the run, after it did. */
  void on(Event event, Run run);

  /** The server had to leave events out here. */
  default void missed(Event.Missed missed, Run run) {}

  /** The server went away; it is waited for. */
  default void serverAway() {}

  /** Takes away what is not to stay, since something else is to be printed; on any thread. */
  default void pause() {}

  /** Shows it again. */
  default void resume() {}

  /**
   * Shows whom the run waits for, in place of what was said of it before.
   *
   * @return false if it has no place for that
   */
  default boolean waitingFor(String text) {
    return false;
  }

  /** All jobs have ended, or waiting was given up. */
  default void close() {}

  /** Shows nothing: the result is printed as one document at the end. */
  Report NONE = (event, run) -> {};
}
