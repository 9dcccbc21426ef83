package io.directord.client.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processes of the machine of the tests. */
public final class TestProcesses {
  private TestProcesses() {}

  /** A zombie has ended; whether it is reaped is its parent's business. */
  public static boolean hasEnded(long pid) {
    try {
      return Files.readString(Path.of("/proc", "" + pid, "stat")).contains(") Z ");
    } catch (IOException e) {
      // It is gone, perhaps just now.
      return true;
    }
  }
}
