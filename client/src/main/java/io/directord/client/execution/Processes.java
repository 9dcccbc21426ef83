package io.directord.client.execution;

import io.directord.client.process.ProcessTree;
import io.directord.client.process.Spawner;
import io.directord.common.component.JobException;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts commands and waits for them. Thread-safe. */
public final class Processes implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Processes.class.getName());

  /** A command that outlives its job does not get its mark. */
  private static final long UNMARKED = 0;

  /**
   * A command that has ended by then needs no threads: its output is still in its pipes. Otherwise,
   * or if the pipes are full, threads start to read.
   */
  private static final long SHORT_MILLIS = 50;

  /**
   * Timeout for output after the end of the command, if a background process still holds it open.
   */
  private static final long LINGER_MILLIS = 500;

  private final String node;
  private final Spawner spawner;
  private final Pumps pumps = new Pumps();

  /**
   * @param node the node's identity
   */
  public Processes(String node, Spawner spawner) {
    this.node = node;
    this.spawner = spawner;
  }

  /**
   * Runs a command in {@code /bin/sh -c} with empty standard input, and waits for it.
   *
   * @return its exit status; 128 + n if signal n ended it
   * @throws CommandInterruptedException after everything that the command started has been ended
   */
  int run(String command, UUID job, Map<String, String> envs, JobOutput output)
      throws JobException, InterruptedException {
    ProcessTree tree = new ProcessTree(node, job);
    Map<String, String> variables = new HashMap<>(envs);
    variables.putAll(tree.mark());
    Process process = start(List.of("/bin/sh", "-c", command), variables, tree.timerSlack());
    boolean pumped = false;
    try {
      if (process.waitFor(SHORT_MILLIS, TimeUnit.MILLISECONDS)) {
        drain(process, output);
        return process.exitValue();
      }
      pumped = true;
      return waitForLong(process, output);
    } catch (InterruptedException e) {
      String remains = tree.end(process).toText();
      if (!pumped) {
        drain(process, output);
      }
      throw new CommandInterruptedException(remains);
    }
  }

  private int waitForLong(Process process, JobOutput output) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(2);
    pumps.start(process.getInputStream(), Stream.STDOUT, output, ended);
    pumps.start(process.getErrorStream(), Stream.STDERR, output, ended);
    int status = process.waitFor();
    while (!ended.await(LINGER_MILLIS, TimeUnit.MILLISECONDS) && output.isHeldUp()) {
      // The last output is still in the pipe.
      continue;
    }
    return status;
  }

  private static void drain(Process process, JobOutput output) throws JobException {
    drain(process.getInputStream(), Stream.STDOUT, output);
    drain(process.getErrorStream(), Stream.STDERR, output);
  }

  /**
   * Reads the available output and closes the stream; not to its end, which a background process
   * may delay.
   */
  private static void drain(InputStream in, Stream stream, JobOutput output) throws JobException {
    try (in) {
      for (int there = in.available(); there > 0; there = in.available()) {
        byte[] bytes = new byte[there];
        output.add(stream, bytes, in.read(bytes));
      }
    } catch (IOException e) {
      throw new JobException("the command's output cannot be read: " + IoErrors.sayWhere(e), e);
    }
  }

  /**
   * Starts a command in a session of its own without waiting for it. It outlives the client and
   * does not have the job's mark, so it is not ended with the job.
   */
  void detach(String command, Map<String, String> envs) throws JobException {
    // The outer shell ends at once, so that the command is init's child and not this process's.
    String outer = "setsid /bin/sh -c \"$1\" </dev/null >/dev/null 2>&1 &";
    Process process = start(List.of("/bin/sh", "-c", outer, "directord", command), envs, UNMARKED);
    process.onExit().thenAccept(Processes::closeOutput);
  }

  @Override
  public void close() {
    pumps.close();
  }

  private Process start(List<String> words, Map<String, String> variables, long timerSlack)
      throws JobException {
    try {
      return spawner.start(words, variables, timerSlack);
    } catch (IOException e) {
      throw new JobException("the command cannot be started: " + IoErrors.sayWhere(e), e);
    }
  }

  private static void closeOutput(Process ended) {
    try {
      ended.getInputStream().close();
      ended.getErrorStream().close();
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "output cannot be closed: {0}", IoErrors.sayWhere(e));
    }
  }
}
