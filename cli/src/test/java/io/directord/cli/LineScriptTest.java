package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The script of the LINE verb by itself, also where another user swaps names meanwhile. */
@Timeout(300)
class LineScriptTest {
  private static final Path SCRIPT =
      Path.of("src/main/dist/share/components/line/line.sh").toAbsolutePath();
  private static final int OTHER_ID = 65534;

  @TempDir Path base;
  private Path tools;
  private Path theirs;
  private Path victim;

  private record Ran(int status, String said) {}

  @BeforeEach
  void directories() throws Exception {
    Files.setPosixFilePermissions(base, PosixFilePermissions.fromString("rwxr-xr-x"));
    tools = Files.createDirectory(base.resolve("tools"));
    theirs = Files.createDirectory(base.resolve("theirs"));
    victim = Files.writeString(base.resolve("victim"), "secret\n");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void linesAreComparedAsText() throws Exception {
    Path file = Files.writeString(base.resolve("file"), "0123\n1e2\n");
    assertEquals(0, line(file, "123", "").status());
    assertEquals(0, line(file, "100", "").status());
    assertEquals("0123\n1e2\n123\n100\n", Files.readString(file));
  }

  @Test
  void aFileKeepsItsModeAndALinkStaysALink() throws Exception {
    Path file = Files.writeString(base.resolve("file"), "old 1\nb\nold 2\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    Path link = Files.createSymbolicLink(theirs.resolve("-link"), Path.of("../file"));
    assertEquals(new Ran(0, link + " changed\n"), line(link, "new", "^old"));
    assertEquals("new\nb\n", Files.readString(file));
    assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals(new Ran(0, link + " is as it should be\n"), line(link, "new", "^old"));
    assertEquals(List.of(link), entries(theirs));
  }

  @Test
  void saysWhetherItHasChangedAnything() throws Exception {
    Path file = Files.writeString(base.resolve("file"), "a\n");
    assertEquals("true\n", changedBy(file, "b"));
    assertEquals("false\n", changedBy(file, "b"));
  }

  private String changedBy(Path file, String line) throws Exception {
    Path said = base.resolve("said");
    ProcessBuilder script = script(file, line, "");
    script.environment().put("DIRECTORD_CHANGED", said.toString());
    assertEquals(0, run(script).status());
    return Files.readString(said);
  }

  @Test
  void dotDotIsTheKernels() throws Exception {
    Files.createDirectories(base.resolve("a/b"));
    Files.createSymbolicLink(theirs.resolve("in"), Path.of("../a/b"));
    Path file = Files.writeString(base.resolve("a/file"), "x\n");
    assertEquals(0, line(theirs.resolve("in/../file"), "y", "").status());
    assertEquals("x\ny\n", Files.readString(file));
  }

  @Test
  void saysWhatIsNotAFile() throws Exception {
    Path fifo = base.resolve("fifo");
    assertEquals(0, run(base, "mkfifo", fifo.toString()).status());
    for (Path none : List.of(theirs, fifo, base.resolve("no/file"))) {
      Ran ran = line(none, "x", "");
      assertEquals(1, ran.status());
      assertTrue(ran.said().contains(none.toString()), ran.said());
    }
    Path loop = Files.createSymbolicLink(base.resolve("loop"), Path.of("loop"));
    assertTrue(line(loop, "x", "").said().contains("leads back to itself"));
  }

  @Test
  void aMountPointIsWrittenOver() throws Exception {
    Path real = Files.writeString(base.resolve("real"), "a\n");
    Path file = Files.createFile(base.resolve("file"));
    assumeTrue(
        run(base, "mount", "--bind", real.toString(), file.toString()).status() == 0,
        "needs the right to mount");
    try {
      assertEquals(new Ran(0, file + " changed\n"), line(file, "b", ""));
      assertEquals("a\nb\n", Files.readString(real));
    } finally {
      run(base, "umount", file.toString());
    }
  }

  @Test
  void whatIsBeingWrittenCannotBeSwappedForALink() throws Exception {
    asOther();
    Path file = Files.writeString(theirs.resolve("file"), "x\n");
    for (String tool : List.of("cp", "awk", "cmp", "mv")) {
      attackIn(
          tool,
          "for f in .??* file.??*; do [ -e \"$f\" ] && mv \"$f\" gone.$$ && ln -s ../victim \"$f\"; done");
      line(file, "y", "");
      assertVictimIsUntouched();
      Files.delete(tools.resolve(tool));
    }
  }

  @Test
  void theFileItselfCannotBeSwappedForWhatIsNotTheirs() throws Exception {
    asOther();
    Path other = Files.createDirectory(base.resolve("other"));
    for (String tool : List.of("cp", "awk", "cmp", "mv")) {
      for (String to : List.of("../victim", "../other")) {
        Path file = Files.writeString(theirs.resolve("file"), "x\n");
        Files.setAttribute(file, "unix:uid", OTHER_ID);
        attackIn(tool, "rm -f file; ln -s " + to + " file");
        line(file, "y", "");
        assertVictimIsUntouched();
        assertEquals(List.of(), entries(other));
        assertTrue(
            !Files.isRegularFile(file)
                || !Files.readString(file).contains("secret")
                || Files.isSymbolicLink(file));
        Files.deleteIfExists(file);
      }
      Files.delete(tools.resolve(tool));
    }
  }

  @Test
  void linksOfOthersAreRefusedAsByCopy() throws Exception {
    asOther();
    run(theirs, other("ln -s ../victim x; ln -s .. up"));
    Path shared = Files.createDirectory(base.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    run(shared, other("ln -s ../theirs/own x; echo a > file"));
    for (Path path :
        List.of(
            theirs.resolve("x"),
            theirs.resolve("up/victim"),
            shared.resolve("x"),
            shared.resolve("file"))) {
      Ran ran = line(path, "y", "");
      assertEquals(1, ran.status());
      assertTrue(ran.said().contains("belongs to"), ran.said());
    }
    assertVictimIsUntouched();
    assertEquals("a\n", Files.readString(shared.resolve("file")));
  }

  private void asOther() throws Exception {
    assumeTrue(
        Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)
            && Files.isExecutable(Path.of("/usr/bin/setpriv")),
        "needs root and setpriv");
    Files.setAttribute(theirs, "unix:uid", OTHER_ID);
  }

  private void assertVictimIsUntouched() throws IOException {
    assertEquals("secret\n", Files.readString(victim));
    assertEquals(0, Files.getAttribute(victim, "unix:uid"));
    assertEquals(0600, (Integer) Files.getAttribute(victim, "unix:mode") & 07777);
  }

  /** Has the other user do something right before a program is called, and after it. */
  private void attackIn(String program, String command) throws Exception {
    Path tool = tools.resolve(program);
    String attack = "(cd " + theirs + " && " + String.join(" ", quoted(other(command))) + ") >&2\n";
    Files.writeString(
        tool,
        "#!/bin/sh\nPATH=/usr/bin:/bin\n"
            + attack
            + program
            + " \"$@\"\nstatus=$?\n"
            + attack
            + "exit $status\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static List<String> quoted(String[] words) {
    return java.util.Arrays.stream(words).map(word -> "'" + word + "'").toList();
  }

  private static String[] other(String command) {
    return new String[] {
      "setpriv", "--reuid=" + OTHER_ID, "--regid=" + OTHER_ID, "--clear-groups", "sh", "-c", command
    };
  }

  private Ran line(Path path, String line, String match) throws Exception {
    return run(script(path, line, match));
  }

  private ProcessBuilder script(Path path, String line, String match) {
    ProcessBuilder script = new ProcessBuilder("/bin/sh", SCRIPT.toString());
    script.environment().put("ARG_PATH", path.toString());
    script.environment().put("ARG_LINE", line);
    script.environment().put("ARG_MATCH", match);
    script.environment().put("ARG_ABSENT", "false");
    script.environment().put("ARG_CREATE", "false");
    script.environment().put("PATH", tools + ":/usr/bin:/bin");
    return script.directory(base.toFile());
  }

  private static Ran run(Path directory, String... command) throws Exception {
    return run(new ProcessBuilder(command).directory(directory.toFile()));
  }

  private static Ran run(ProcessBuilder builder) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(240, TimeUnit.SECONDS));
    return new Ran(process.exitValue(), said);
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (var entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
