package io.directord.system;

import static io.directord.system.Jobs.awaiting;

import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.awaitility.core.ConditionTimeoutException;

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

  /**
   * Returns once the process has ended. Whether it was reaped is not asked: its parent may be dead,
   * and the one that inherits it may be a JVM of the tests. Fails with what the process is and what
   * the logs say.
   */
  static void awaitGone(long pid, TestCluster cluster) {
    try {
      awaiting("process " + pid + " is gone").until(() -> hasEnded(pid));
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(ofKernel(pid) + cluster.logs(), e);
    }
  }

  private static boolean hasEnded(long pid) {
    Path file = Path.of("/proc", Long.toString(pid), "stat");
    try {
      String stat = Files.readString(file);
      return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return !Files.exists(file);
    }
  }

  private static String ofKernel(long pid) {
    Path directory = Path.of("/proc", Long.toString(pid));
    try {
      String environment = Files.readString(directory.resolve("environ")).replace('\0', '\n');
      return Files.readString(directory.resolve("stat")) + environment;
    } catch (IOException e) {
      return e + "\n";
    }
  }

  /** The exit status of a command that takes its time. */
  static int awaitEnd(TestProcess command) {
    awaiting("the command ends").until(() -> !command.isAlive());
    return command.awaitEnd();
  }
}
