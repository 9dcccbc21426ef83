package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher gives to Java, of which another program takes the place here. */
class LauncherTest {
  /** Says the faults of its ended children, which outlast the exec, and what it is given. */
  private static final String RUNTIME =
      """
      #!/bin/sh
      read -r pid name state parent group session tty leader flags faults of_children rest < /proc/$$/stat
      echo "$of_children"
      while [ "$1" != -cp ]; do shift; done
      echo "$2"
      """;

  @TempDir private Path temporary;
  private Path home;
  private Path launcher;
  private Path runtime;

  @BeforeEach
  void install() throws IOException {
    home = Files.createDirectories(temporary.toRealPath().resolve("directord"));
    launcher = program(home.resolve("bin/directord"), Files.readString(installed()));
    runtime = temporary.toRealPath().resolve("runtime");
    program(runtime.resolve("bin/java"), RUNTIME);
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
  }

  @Test
  void noProcessIsStartedBeforeJava() throws Exception {
    assumeTrue(
        Files.isDirectory(Path.of("/usr/lib/locale/C.utf8"))
            || Files.isDirectory(Path.of("/usr/lib/locale/C.UTF-8")),
        "needs a C library that brings C.UTF-8");
    for (String mode : List.of("manage", "exec", "client", "server")) {
      assertEquals("0", said(launcher.toString(), mode).get(0), mode);
    }
  }

  @Test
  void theDirectoryIsTheSameByWhateverPathItIsReached() throws Exception {
    Path link = Files.createSymbolicLink(home.resolveSibling("link"), launcher);
    Path relative =
        Files.createSymbolicLink(
            home.resolveSibling("relative"), Path.of("directord/bin/directord"));
    Path directory = Files.createSymbolicLink(home.resolveSibling("current"), home);
    Path programs = Files.createSymbolicLink(home.resolveSibling("programs"), home.resolve("bin"));
    for (String path :
        List.of(
            launcher.toString(),
            link.toString(),
            relative.toString(),
            directory + "/bin/directord",
            programs + "/directord",
            home + "/../directord/bin/directord",
            home + "/./bin/directord",
            home + "//bin/directord",
            "directord/bin/directord",
            "./directord/bin/directord")) {
      assertEquals(home.resolve("lib/directord.jar").toString(), said(path).get(1), path);
    }
  }

  /** What it says when it is run with these words, in the directory above its own. */
  private List<String> said(String... words) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(home.getParent().toFile());
    builder.environment().remove("JAVA_HOME");
    builder.environment().remove("DIRECTORD_JAVA_OPTS");
    builder.environment().merge("PATH", runtime.resolve("bin") + ":", (old, more) -> more + old);
    Process process = builder.redirectErrorStream(true).start();
    List<String> lines = new String(process.getInputStream().readAllBytes()).lines().toList();
    assertEquals(0, process.waitFor(), lines::toString);
    return lines;
  }

  private static Path installed() {
    return Path.of("src/main/dist/bin/directord");
  }

  private static Path program(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
