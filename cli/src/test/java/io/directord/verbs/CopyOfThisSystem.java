package io.directord.verbs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program runs in a copy of this machine's file system, made as it is written to, that is gone
 * with the program: packages can be installed there and the machine stays as it is. One directory
 * is the machine's own.
 */
final class CopyOfThisSystem {
  private static final String ENTER =
      """
      set -e
      mount -t tmpfs none COPY
      mkdir COPY/upper COPY/work COPY/root
      mount -t overlay overlay -o lowerdir=/,upperdir=COPY/upper,workdir=COPY/work COPY/root
      mount --rbind /proc COPY/root/proc
      mount --rbind /dev COPY/root/dev
      mkdir -p COPY/root/SHARED
      mount --bind SHARED COPY/root/SHARED
      exec chroot COPY/root "$@"
      """;

  private final String[] program;

  /**
   * @param shared a directory that is the same inside and outside
   */
  CopyOfThisSystem(Path shared, Path copy) throws IOException {
    Files.createDirectories(copy);
    String script = ENTER.replace("COPY", copy.toString()).replace("SHARED", shared.toString());
    program = new String[] {"unshare", "--mount", "sh", "-c", script, "sh"};
  }

  /** Put before a command, it becomes that command inside. */
  String[] program() {
    return program.clone();
  }

  /** Skips the test with the reason if this machine does not let us. */
  void require() throws Exception {
    String[] command = java.util.Arrays.copyOf(program, program.length + 1);
    command[program.length] = "true";
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assumeTrue(status == 0, "needs the right to mount overlays (root, not in a container)");
  }
}
