package io.directord.client.process;

import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A command that {@link NativeSpawner} started. Its caller waits for it and closes its streams. */
final class NativeProcess extends Process {
  private final int pid;
  private final PipeStream out;
  private final PipeStream err;
  private final Children children;
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final AtomicBoolean reaping = new AtomicBoolean();

  NativeProcess(int pid, PipeStream out, PipeStream err, Children children) {
    this.pid = pid;
    this.out = out;
    this.err = err;
    this.children = children;
  }

  @Override
  public long pid() {
    return pid;
  }

  /** Whether its orphans become children of this process. */
  boolean leavesOrphansToUs() {
    return children.keepsOrphans();
  }

  @Override
  public ProcessHandle toHandle() {
    return ProcessHandle.of(pid).orElseThrow();
  }

  @Override
  public PipeStream getInputStream() {
    return out;
  }

  @Override
  public PipeStream getErrorStream() {
    return err;
  }

  @Override
  public OutputStream getOutputStream() {
    return OutputStream.nullOutputStream();
  }

  /**
   * Waits on the calling thread, if the kernel supports it, so that a short command needs no thread
   * of its own. For short times only, since it cannot be interrupted.
   */
  @Override
  public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (!reaping.get()) {
      switch (Libc.awaitExit(pid, (int) unit.toMillis(timeout))) {
        case ENDED -> reap();
        case RUNNING -> {
          return false;
        }
        case UNKNOWN -> reapOnAThread();
      }
    }
    try {
      status.get(timeout, unit);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public int waitFor() throws InterruptedException {
    try {
      return reapOnAThread().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public CompletableFuture<Process> onExit() {
    return reapOnAThread().thenApply(ended -> this);
  }

  @Override
  public int exitValue() {
    if (!status.isDone()) {
      throw new IllegalThreadStateException("process " + pid + " has not ended");
    }
    return status.join();
  }

  @Override
  public void destroy() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
  }

  private CompletableFuture<Integer> reapOnAThread() {
    if (!reaping.get()) {
      children.execute(this::reap);
    }
    return status;
  }

  private void reap() {
    if (reaping.compareAndSet(false, true)) {
      int[] raw = new int[1];
      Libc.waitpid(pid, raw, 0);
      children.remove(pid);
      int signal = raw[0] & 0x7f;
      status.complete(signal == 0 ? raw[0] >> 8 & 0xff : 128 + signal);
    }
  }
}
