package io.directord.system;

import static io.directord.system.Jobs.awaiting;

import io.directord.cli.TestProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What tests need to know of processes that jobs started. */
final class Processes {
  private Processes() {}

  /** Returns once the file holds the id of a process. */
  static long awaitPid(Path file) {
    awaiting(file + " holds a process id")
        .until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
    try {
      return Long.parseLong(Files.readString(file).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void awaitGone(long pid) {
    awaiting("process " + pid + " is gone")
        .until(() -> ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
  }

  /** The exit status of a command that takes its time. */
  static int awaitEnd(TestProcess command) {
    awaiting("the command ends").until(() -> !command.isAlive());
    return command.awaitEnd();
  }
}
