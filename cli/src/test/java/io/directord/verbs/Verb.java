package io.directord.verbs;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;

/** What these tests share. */
final class Verb {
  private Verb() {}

  /** Runs a job on all nodes and shows its output. */
  static Ran exec(TestCluster cluster, String verb, String arguments) {
    return cluster.run("exec", "--check", "--stream", "--verb", verb, arguments);
  }

  /** A command that notes its arguments in the file, before all others of its name on the path. */
  static void record(TestCluster cluster, String name, Path file) throws Exception {
    Path command = cluster.write("stubs/" + name, "#!/bin/sh\necho \"$@\" >> " + file + "\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    cluster.set("PATH", command.getParent() + ":" + System.getenv("PATH"));
  }

  /** Skips the test, saying so, if a program is missing. */
  static void require(String program) {
    assumeTrue(isThere(program), "needs the program " + program);
  }

  static boolean isThere(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
