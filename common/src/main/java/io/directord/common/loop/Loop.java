package io.directord.common.loop;

import java.io.IOException;

/** What a {@link LoopThread} does, turn by turn, on its thread. */
public interface Loop {

  /**
   * Waits until there is something to do, or {@link #stop} is called, and does it.
   *
   * @return whether another turn is to follow
   * @throws IOException and any other exception, if the loop cannot go on
   */
  boolean turn() throws IOException, InterruptedException;

  /** Ends the waiting, and has this turn or the next return false. Any thread may call it. */
  void stop();

  /** Closes what the loop owns: after the last turn, whatever ended it. */
  default void end() {}
}
