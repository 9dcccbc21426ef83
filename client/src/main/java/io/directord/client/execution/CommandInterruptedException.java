package io.directord.client.execution;

/** A command was ended, as its job was told to end. */
public final class CommandInterruptedException extends InterruptedException {
  private static final long serialVersionUID = 1L;

  /**
   * @param remains what became of all that it had started, to follow "ended" in a message
   */
  CommandInterruptedException(String remains) {
    super(remains);
  }
}
