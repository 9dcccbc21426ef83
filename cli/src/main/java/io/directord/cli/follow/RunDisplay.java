package io.directord.cli.follow;

import io.directord.common.api.Event;

/**
 * Shows a run to people. Called on the thread that follows, except {@link #pause} and {@link
 * #resume}.
 */
public interface RunDisplay {

  /** The server has accepted the jobs; called once, before their first event. */
  default void begin() {}

  /** Called after an event has changed the run. */
  void on(Event event, Run run);

  /** The server has dropped events here. */
  default void missed(Event.Missed missed, Run run) {}

  /** The connection to the server was lost; the follower reconnects. */
  default void serverAway() {}

  /** Removes temporary output, since something else will be printed. Called on any thread. */
  default void pause() {}

  /** Restores temporary output. */
  default void resume() {}

  /**
   * Shows which nodes the run waits for, replacing the last such text.
   *
   * @return false if it cannot show this
   */
  default boolean waitingFor(String text) {
    return false;
  }

  /** Whether what is shown as it comes cannot be written, or is not read any more. */
  default boolean isUnread() {
    return false;
  }

  /** All jobs have ended, or waiting was given up. */
  default void close() {}

  /** Shows nothing: the result is printed as one document at the end. */
  RunDisplay NONE = (event, run) -> {};
}
