package io.directord.client.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** The pipes of a command's output, by their names in the kernel. */
final class OutputPipes {
  private OutputPipes() {}

  /** Their names, such as {@code pipe:[1234]}; unknown ones are omitted. */
  static Set<String> of(Process process) {
    Set<String> pipes = new HashSet<>();
    if (process instanceof NativeProcess started) {
      add(pipes, started.getInputStream().path());
      add(pipes, started.getErrorStream().path());
    } else {
      Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
      add(pipes, descriptors.resolve("1"));
      add(pipes, descriptors.resolve("2"));
    }
    return pipes;
  }

  private static void add(Set<String> pipes, Path descriptor) {
    try {
      String name = Files.readSymbolicLink(descriptor).toString();
      if (name.startsWith("pipe:")) {
        pipes.add(name);
      }
    } catch (IOException e) {
      // The command has ended, or its output was read to its end.
    }
  }
}
