package io.directord.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A process of the distribution that stays, and what it wrote. Ended by its id, never by name. */
public final class TestProcess {
  private static final long TIMEOUT_SECONDS = 240;

  private final Process process;
  private final Path log;

  TestProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Everything that it, and those before it in its role, wrote to standard output and error. */
  public String log() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGTERM; its exit status. Fails if it does not end by itself. */
  public int stop() {
    process.destroy();
    return awaitEnd();
  }

  /** SIGKILL. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** SIGSTOP: alive, but silent. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT. */
  public void thaw() {
    signal("CONT");
  }

  /** Sends a signal, by its name without SIG. */
  public void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while sending a signal", e);
    }
  }

  /** Its exit status; fails if it does not end. */
  public int awaitEnd() {
    try {
      if (process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      process.destroyForcibly();
      throw new AssertionError(
          "process "
              + pid()
              + " did not end within "
              + TIMEOUT_SECONDS
              + " s; it wrote:\n"
              + log());
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a process", e);
    }
  }
}
