package io.directord.verbs.builtin;

import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Surroundings;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.List;

/** Runs commands that must all succeed; after a failure, all are tried again. */
final class Attempts {
  private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

  private Attempts() {}

  /** A command in other surroundings than the client's. */
  static Outcome run(NodeContext node, int retry, String command, Surroundings around)
      throws JobException, InterruptedException {
    return run(node, retry, Duration.ZERO, List.of(command), one -> node.shell(one, around));
  }

  /**
   * @param retry maximum number of attempts
   * @param commands with {@code /bin/sh -c}, in order
   */
  static Outcome run(NodeContext node, int retry, List<String> commands)
      throws JobException, InterruptedException {
    return run(node, retry, Duration.ZERO, commands);
  }

  /**
   * @param pause before the second attempt; it doubles before every other
   */
  static Outcome run(NodeContext node, int retry, Duration pause, List<String> commands)
      throws JobException, InterruptedException {
    return run(node, retry, pause, commands, node::shell);
  }

  private interface Shell {
    int run(String command) throws JobException, InterruptedException;
  }

  private static Outcome run(
      NodeContext node, int retry, Duration pause, List<String> commands, Shell shell)
      throws JobException, InterruptedException {
    Duration wait = pause;
    Outcome outcome = once(shell, commands);
    int attempt = 1;
    while (attempt < retry && !outcome.isSuccess()) {
      attempt++;
      Thread.sleep(wait.toMillis());
      wait = wait.compareTo(MAX_PAUSE) < 0 ? wait.multipliedBy(2) : wait;
      node.nextAttempt();
      outcome = once(shell, commands);
    }
    // The output is that of the last attempt, so the message mentions the others.
    return attempt == 1
        ? outcome
        : outcome.withInfo(outcome.info() + " (attempt " + attempt + " of " + retry + ")");
  }

  private static Outcome once(Shell shell, List<String> commands)
      throws JobException, InterruptedException {
    for (String command : commands) {
      int status = shell.run(command);
      if (status != 0) {
        return new Outcome.Failed(Outcome.Reason.ERROR, "exit status " + status + ": " + command);
      }
    }
    return new Outcome.Succeeded(String.join("; ", commands));
  }
}
