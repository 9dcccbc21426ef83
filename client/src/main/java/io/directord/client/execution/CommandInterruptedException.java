package io.directord.client.execution;

/** Thrown when a command was ended since its job was told to end. */
public final class CommandInterruptedException extends InterruptedException {
  private static final long serialVersionUID = 1L;

  /**
   * @param remains the state of its processes, to continue "ended" in a message
   */
  CommandInterruptedException(String remains) {
    super(remains);
  }
}
