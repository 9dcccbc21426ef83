package io.directord.packaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the scripts of the rpm packages do with the units, for each number that rpm gives them: how
 * many of the package there will be. Run as rpm runs them, with programs that only note how they
 * were called, and in the place of the machine's a directory.
 */
class RpmScriptsTest {
  private static final Path SCRIPTS = Path.of("../packaging/rpm");

  @TempDir Path root;

  @BeforeEach
  void machine() throws IOException {
    Files.createDirectories(root.resolve("run/systemd/system"));
    Files.createDirectories(root.resolve("lib"));
    write("cgroup", "0::/user.slice/session-1.scope\n");
    program("systemctl", "");
    program("groupadd", "");
    program("getent", "exit 2");
    program("archive-classes.sh", "");
  }

  @ParameterizedTest
  @CsvSource({
    "post, 1, daemon-reload|--quiet preset directord-client.service",
    "post, 2, daemon-reload",
    "preun, 0, --quiet disable --now directord-client.service",
    "preun, 1, ''",
    "postun, 0, daemon-reload",
    "postun, 1, daemon-reload|try-restart directord-client.service",
  })
  void theUnitIsLeftToPresetsRestartedByUpgradesAndStoppedByRemoval(
      String script, int left, String calls) throws Exception {
    for (String half : List.of("client", "server")) {
      write("calls", "");
      String said = run("directord-" + half + "-" + script, left);
      assertEquals("", said);
      List<String> expected =
          Stream.of(calls.replace("client", half).split("\\|"))
              .filter(call -> !call.isEmpty())
              .map(call -> "systemctl " + call)
              .toList();
      assertEquals(expected, calls());
    }
  }

  @Test
  void aClientThatIsUpgradedByAJobOfItsOwnIsLeftRunningAndThatIsSaid() throws Exception {
    write("cgroup", "0::/system.slice/directord-client.service/job-1\n");
    String said = run("directord-client-postun", 1);
    assertEquals(
        "directord-client was upgraded by a job of its own: restart it when that is done\n", said);
    assertEquals(List.of("systemctl daemon-reload"), calls());
    // Both packages say it in the same words.
    assertTrue(
        Files.readString(Path.of("../packaging/deb/directord-client/postinst"))
            .contains(said.strip()));

    assertEquals("", run("directord-client-postun", 0));
  }

  /** As in an image that is built; and no failure of theirs is one of the package. */
  @Test
  void withoutSystemdThereIsNothingToReloadAndFailuresDoNotMatter() throws Exception {
    Files.delete(root.resolve("run/systemd/system"));
    program("systemctl", "exit 1");
    for (String half : List.of("client", "server")) {
      for (String script : List.of("post", "preun", "postun")) {
        for (int left = 0; left <= 2; left++) {
          assertEquals("", run("directord-" + half + "-" + script, left));
        }
      }
    }
    assertEquals(
        List.of(
            "systemctl --quiet preset directord-client.service",
            "systemctl --quiet disable --now directord-client.service",
            "systemctl --quiet preset directord-server.service",
            "systemctl --quiet disable --now directord-server.service"),
        calls());
    Files.createDirectory(root.resolve("run/systemd/system"));
    for (String script : List.of("post", "preun", "postun")) {
      run("directord-client-" + script, script.equals("preun") ? 0 : 1);
    }
  }

  @Test
  void theGroupIsMadeUnlessItIsThere() throws Exception {
    assertEquals("", run("directord-server-pre", 1));
    assertEquals(List.of("getent group directord", "groupadd --system directord"), calls());
    write("calls", "");
    program("getent", "");
    assertEquals("", run("directord-server-pre", 2));
    assertEquals(List.of("getent group directord"), calls());
  }

  @Test
  void theArchiveOfClassesIsMadeByEachInstallationAndGoesWithThePackage() throws Exception {
    Path archive = Files.createFile(root.resolve("lib/directord-17.jsa"));
    assertEquals("", run("directord-post", 2));
    assertEquals(List.of("archive-classes.sh"), calls());
    assertEquals("", run("directord-preun", 1));
    assertTrue(Files.exists(archive));
    assertEquals("", run("directord-preun", 0));
    assertFalse(Files.exists(archive));
    program("archive-classes.sh", "exit 1");
    assertEquals(
        "directord: no archive of classes was made; commands start a little later\n",
        run("directord-post", 1));
  }

  @Test
  void everyScriptIsOneThatIsRunHere() throws IOException {
    Set<String> there = new TreeSet<>();
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      files.forEach(file -> there.add(file.getFileName().toString()));
    }
    Set<String> run = new TreeSet<>(Set.of("directord-post", "directord-preun"));
    run.add("directord-server-pre");
    for (String half : List.of("client", "server")) {
      for (String script : List.of("post", "preun", "postun")) {
        run.add("directord-" + half + "-" + script);
      }
    }
    assertEquals(run, there);
  }

  /** What a script says, which must end with status 0. */
  private String run(String script, int left) throws Exception {
    String text =
        Files.readString(SCRIPTS.resolve(script))
            .replace("/run/systemd/system", root.resolve("run/systemd/system").toString())
            .replace("/proc/self/cgroup", root.resolve("cgroup").toString())
            .replace("/usr/lib/directord/share", root.toString())
            .replace("/usr/lib/directord", root.toString());
    ProcessBuilder builder =
        new ProcessBuilder("sh", write("script", text).toString(), Integer.toString(left));
    builder.environment().put("PATH", root + ":" + System.getenv("PATH"));
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), script + " " + left + ": " + said);
    return said;
  }

  private List<String> calls() throws IOException {
    Path calls = root.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private void program(String name, String then) throws IOException {
    Path file =
        write(
            name,
            "#!/bin/sh\necho \"" + name + "${1:+ $*}\" >> " + root.resolve("calls") + "\n" + then);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(root.resolve(name), text);
  }
}
