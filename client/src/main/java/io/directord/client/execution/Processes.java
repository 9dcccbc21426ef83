package io.directord.client.execution;

import io.directord.client.process.ControlGroup;
import io.directord.client.process.ProcessTree;
import io.directord.client.process.Spawner;
import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Answer;
import io.directord.common.component.Surroundings;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
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
  private final RunAs runAs;
  private final Pumps pumps = new Pumps();

  /**
   * @param node the node's identity
   */
  public Processes(String node, Spawner spawner, RunAs runAs) {
    this.node = node;
    this.spawner = spawner;
    this.runAs = runAs;
  }

  /**
   * @throws JobException if this node's own configuration does not let a command have these
   */
  void requireAllowed(Surroundings around) throws JobException {
    runAs.within(around);
  }

  /**
   * Runs a command in {@code /bin/sh -c} with empty standard input, and waits for it.
   *
   * @return its exit status; 128 + n if signal n ended it
   * @throws CommandInterruptedException after everything that the command started has been ended
   */
  int run(String command, UUID job, Map<String, String> envs, JobOutput output)
      throws JobException, InterruptedException {
    return runAs.isOther()
        ? run(command, Surroundings.NONE, job, envs, output)
        : run(List.of("/bin/sh", "-c", command), job, envs, output);
  }

  /**
   * Runs a command that has other surroundings than this process, and waits for it.
   *
   * @return as of other commands
   * @throws JobException if this node cannot give it these surroundings
   * @throws CommandInterruptedException after everything that the command started has been ended
   */
  int run(String command, Surroundings around, UUID job, Map<String, String> envs, JobOutput output)
      throws JobException, InterruptedException {
    Enclosure enclosure = enclosure(around);
    try (ControlGroup group = group(around.limits(), job)) {
      Map<String, String> variables = enclosure.variables(envs);
      List<String> words = enclosure.words(command, group == null ? List.of() : group.entrances());
      int status = run(words, job, variables, output);
      String failure = enclosure.failure(status, output.text(Stream.STDERR));
      if (failure != null) {
        throw new JobException(failure);
      }
      if (group != null && group.ranOutOfMemory()) {
        output.add(
            Stream.STDERR,
            "directord: processes of the command were killed, since all together needed more than"
                + " the memory that the job gives them\n");
      }
      return status;
    }
  }

  private Enclosure enclosure(Surroundings around) throws JobException {
    return new Enclosure(runAs.within(around), runAs.isOther());
  }

  private ControlGroup group(Surroundings.Limits limits, UUID job) throws JobException {
    if (!limits.needsGroup()) {
      return null;
    }
    try {
      return ControlGroup.make(node, job, limits.memory(), limits.cpu());
    } catch (IOException e) {
      throw new JobException(
          (limits.memory() != null ? "--memory" : "--cpu")
              + " cannot be held on this node, so the command was not started: "
              + IoErrors.sayWhere(e),
          e);
    }
  }

  private int run(List<String> words, UUID job, Map<String, String> envs, JobOutput output)
      throws JobException, InterruptedException {
    ProcessTree tree = new ProcessTree(node, job);
    Map<String, String> variables = new HashMap<>(envs);
    variables.putAll(tree.mark());
    Process process = start(words, variables, tree.timerSlack());
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

  /** Runs a command whose output nobody sees but who asks. */
  Answer ask(String command, UUID job, Map<String, String> envs, Map<String, String> variables)
      throws JobException, InterruptedException {
    Map<String, String> environment = new HashMap<>(envs);
    environment.putAll(variables);
    JobOutput output = new JobOutput(null);
    try {
      int status = run(command, job, environment, output);
      return new Answer(status, output.text(Stream.STDOUT), output.text(Stream.STDERR));
    } finally {
      output.close();
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
    if (runAs.isOther()) {
      detach(command, Surroundings.NONE, envs);
    } else {
      detach(List.of("/bin/sh", "-c", command), envs);
    }
  }

  /** The same in other surroundings, which must not need a control group. */
  void detach(String command, Surroundings around, Map<String, String> envs) throws JobException {
    Enclosure enclosure = enclosure(around);
    Map<String, String> variables = enclosure.variables(envs);
    detach(enclosure.words(command, List.of()), variables);
  }

  private void detach(List<String> words, Map<String, String> envs) throws JobException {
    // The outer shell ends at once, so that the command is init's child and not this process's.
    String outer = "setsid \"$@\" </dev/null >/dev/null 2>&1 &";
    List<String> all = new ArrayList<>(List.of("/bin/sh", "-c", outer, "directord"));
    all.addAll(words);
    Process process = start(all, envs, UNMARKED);
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
