package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Starts commands and waits for them. Thread-safe. */
public final class Processes implements AutoCloseable {
  private static final File NULL = new File("/dev/null");

  /**
   * A command that has ended by then costs no thread of its own: what it wrote is still in its
   * pipes. For one that has not, or whose pipes are full, threads begin to read.
   */
  private static final long SHORT_MILLIS = 50;

  /**
   * How long output is waited for when the command has ended, but something that it left in the
   * background holds its output open.
   */
  private static final long LINGER_MILLIS = 500;

  private final String node;
  private final Collection<String> hidden;
  private final Pumps pumps = new Pumps();

  /**
   * @param node the node's identity
   * @param hidden variables of the client's own environment that commands do not get
   */
  public Processes(String node, Collection<String> hidden) {
    this.node = node;
    this.hidden = List.copyOf(hidden);
  }

  /** The client's own settings, among them the shared key. */
  public static Collection<String> ownVariables() {
    return System.getenv().keySet().stream().filter(n -> n.startsWith("DIRECTORD_")).toList();
  }

  /**
   * Runs a command in {@code /bin/sh -c} with nothing to read, and waits for it.
   *
   * @return its exit status; 128 + n if signal n ended it
   * @throws InterruptedException after everything that the command started has been ended
   */
  int run(String command, UUID job, Map<String, String> envs, JobOutput output)
      throws JobException, InterruptedException {
    ProcessTree tree = new ProcessTree(node, job);
    Process process = start(List.of("/bin/sh", "-c", command), tree.mark(), envs, Redirect.PIPE);
    try {
      if (process.waitFor(SHORT_MILLIS, TimeUnit.MILLISECONDS)) {
        drain(process.getInputStream(), Stream.STDOUT, output);
        drain(process.getErrorStream(), Stream.STDERR, output);
        return process.exitValue();
      }
      return waitForLong(process, output);
    } catch (InterruptedException e) {
      tree.end(process.toHandle());
      throw e;
    }
  }

  private int waitForLong(Process process, JobOutput output) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(2);
    pumps.start(process.getInputStream(), Stream.STDOUT, output, ended);
    pumps.start(process.getErrorStream(), Stream.STDERR, output, ended);
    int status = process.waitFor();
    ended.await(LINGER_MILLIS, TimeUnit.MILLISECONDS);
    return status;
  }

  /** Takes what is there; not to the end, which a process in the background may keep away. */
  private static void drain(InputStream in, Stream stream, JobOutput output) throws JobException {
    try {
      for (int there = in.available(); there > 0; there = in.available()) {
        byte[] bytes = in.readNBytes(there);
        output.add(stream, bytes, bytes.length);
      }
    } catch (IOException e) {
      throw new JobException("the command's output cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Starts a command in a session of its own that nobody waits for. It outlives the client and does
   * not carry the job's mark, so nothing that ends the job ends it.
   */
  void detach(String command, Map<String, String> envs) throws JobException {
    // The outer shell ends at once, so that the command is init's child and not this process's.
    String outer = "setsid /bin/sh -c \"$1\" </dev/null >/dev/null 2>&1 &";
    List<String> words = List.of("/bin/sh", "-c", outer, "directord", command);
    start(words, Map.of(), envs, Redirect.DISCARD);
  }

  @Override
  public void close() {
    pumps.close();
  }

  private Process start(
      List<String> words, Map<String, String> mark, Map<String, String> envs, Redirect output)
      throws JobException {
    ProcessBuilder builder =
        new ProcessBuilder(new ArrayList<>(words))
            .redirectInput(NULL)
            .redirectOutput(output)
            .redirectError(output);
    Map<String, String> target = builder.environment();
    hidden.forEach(target::remove);
    try {
      target.putAll(envs);
      target.putAll(mark);
      return builder.start();
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException("the command cannot be started: " + e.getMessage(), e);
    }
  }
}
