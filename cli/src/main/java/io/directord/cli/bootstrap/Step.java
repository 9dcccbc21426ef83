package io.directord.cli.bootstrap;

import java.io.IOException;

/** One piece of work on one host. */
interface Step {
  /** What is done, in a line for people. */
  String title();

  /** Whether the steps behind it go on if it fails. */
  default boolean isOptional() {
    return false;
  }

  /**
   * Does it.
   *
   * @param output takes what commands write
   * @return what came of it, in a few words; empty if there is nothing to say but that it is done
   * @throws StepException if it failed
   * @throws IOException if the connection or a file failed
   */
  String run(SshHost host, StepOutput output) throws StepException, IOException;
}
