package io.directord.client.execution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.client.process.ControlGroup;
import io.directord.client.process.ProcessTree;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.JobException;
import io.directord.common.component.Surroundings;
import io.directord.common.component.Surroundings.Bind;
import io.directord.common.component.Surroundings.Limits;
import io.directord.common.component.Surroundings.Root;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** Commands in a root file system made of busybox, as another user, and within limits. */
@Timeout(300)
class SurroundingsTest {
  private static final Path BUSYBOX = Path.of("/bin/busybox");
  private static final String NODE = "node-1";

  @TempDir Path temporary;
  private Path root;
  private Path sources;
  private final UUID job = UUID.randomUUID();
  private JobOutput output = new JobOutput(null);
  private final Processes processes =
      new Processes(NODE, TestSpawner.hiding("HIDDEN"), RunAs.ANYBODY);

  @BeforeEach
  void makeRoot() throws Exception {
    assumeTrue(Files.isExecutable(BUSYBOX), "needs a static busybox");
    assumeTrue(
        new ProcessBuilder("unshare", "--mount", "--pid", "--fork", "true").start().waitFor() == 0,
        "needs the right to make namespaces");
    root = Files.createDirectories(temporary.toRealPath().resolve("root dir"));
    sources = Files.createDirectories(temporary.toRealPath().resolve("sources"));
    for (String name : List.of("bin", "proc", "sys", "dev", "etc", "mnt", "build")) {
      Files.createDirectory(root.resolve(name));
    }
    Files.copy(BUSYBOX.toRealPath(), root.resolve("bin/busybox"));
    for (String name :
        "sh cat cut ls id touch sleep setsid readlink stat env mkdir ps dd tail pwd nice kill wget"
            .split(" ")) {
      Files.createSymbolicLink(root.resolve("bin/" + name), Path.of("busybox"));
    }
    Files.writeString(
        root.resolve("etc/passwd"),
        "root:x:0:0::/root:/bin/sh\nbuilder:x:4321:4321::/build:/bin/sh\n");
    Files.writeString(root.resolve("etc/group"), "builder:x:4321:\nstaff:x:50:builder,other\n");
    Files.writeString(sources.resolve("file"), "of the host\n");
  }

  @AfterEach
  void close() {
    ProcessTree.endLeft(NODE, List.of(job));
    processes.close();
  }

  @Test
  void aRootIsAllThatACommandSees() throws Exception {
    assertEquals("bin\nbuild\ndev\netc\nmnt\nproc\nsys\n", in("ls /"));
    assertEquals("/\n", in("pwd"));
    assertEquals("/\n", in("readlink /proc/1/root"));
    assertEquals("1\n", in("ls -d /proc/[0-9]* | grep -c '/proc/1$'"));
    assertEquals("", in("cat /proc/mounts | grep -v -e ' / ' -e ' /proc' -e ' /sys' -e ' /dev'"));
    assertEquals("", in("echo x >/dev/null"));
    assertEquals(
        "Read-only file system\n",
        in("(echo 1 >/proc/sys/vm/swappiness) 2>&1").replaceAll(".*: ", ""));
  }

  @Test
  void nothingIsLeftBehind() throws Exception {
    Map<String, String> before = everything();
    List<String> mounts = mounts();
    in("true", bind(sources, "/mnt", true), bind(sources.resolve("file"), "/dev/some/file", true));
    in("exit 3");
    assertThrows(JobException.class, () -> in("true", bind(sources, "/not-there", true)));
    assertEquals(before, everything());
    assertEquals(mounts, mounts());
  }

  @Test
  void theExitStatusIsTheCommands() throws Exception {
    assertEquals(7, run("exit 7", root()));
    assertEquals(125, run("exit 125", root()));
    assertEquals(128 + 15, run("kill -TERM $$", root()));
    assertEquals(127, run("no-such-program", root()));
  }

  @Test
  void filesAndDirectoriesOfTheNodeAreSeenThere() throws Exception {
    Path file = Files.createFile(root.resolve("build/file"));
    assertEquals("of the host\n", in("cat /mnt/file", bind(sources, "/mnt", false)));
    assertEquals(
        "of the host\n",
        in("cat /build/file", bind(sources.resolve("file"), "/build/file", false)));
    in("echo written >/mnt/new", bind(sources, "/mnt", false));
    assertEquals("written\n", Files.readString(sources.resolve("new")));
    assertEquals("", Files.readString(file));
    assertEquals(1, run("touch /mnt/other", root(bind(sources, "/mnt", true))));
    assertFalse(Files.exists(sources.resolve("other")));
  }

  @Test
  void readOnlyHoldsForWhatIsMountedBelow() throws Exception {
    Path below = Files.createDirectory(sources.resolve("below it"));
    String mount = "mount -t tmpfs tmpfs '" + below + "' && ";
    // The test's own mount is in a namespace too, so that nothing is left of it.
    assumeTrue(shell("unshare --mount sh -c \"" + mount + "true\"") == 0, "needs to mount");
    assertEquals(0, shell("mount -t tmpfs tmpfs '" + below + "'"));
    try {
      assertEquals(1, run("touch '/mnt/below it/x'", root(bind(sources, "/mnt", true))));
      assertEquals(0, run("touch '/mnt/below it/x'", root(bind(sources, "/mnt", false))));
    } finally {
      assertEquals(0, shell("umount '" + below + "'"));
    }
  }

  @Test
  void whatIsMountedInsideAnotherIsSeenThereInWhateverOrder() throws Exception {
    Path outer = Files.createDirectories(sources.resolve("outer/sub")).getParent();
    Bind outside = bind(outer, "/mnt", false);
    Bind inside = bind(sources, "/mnt/sub", true);
    for (Root each : List.of(with(outside, inside), with(inside, outside))) {
      assertEquals(0, run("cat /mnt/sub/file", with(each, null)));
      assertEquals(1, run("touch /mnt/sub/new", with(each, null)));
    }
    assertFalse(Files.exists(root.resolve("mnt/sub")));
    JobException twice =
        assertThrows(
            JobException.class, () -> in("true", outside, bind(sources, "/./mnt/", false)));
    assertTrue(twice.getMessage().contains("cannot both be mounted at /mnt"), twice.getMessage());
    JobException missing =
        assertThrows(JobException.class, () -> in("true", outside, bind(sources, "/mnt/x", true)));
    assertTrue(missing.getMessage().contains("/outer/x is not there"), missing.getMessage());
  }

  private Root with(Bind... binds) {
    return new Root(root.toString(), List.of(binds));
  }

  @Test
  void linksInARootDoNotLeadOutOfIt() throws Exception {
    Files.createSymbolicLink(root.resolve("out"), Path.of("/mnt"));
    Files.createSymbolicLink(root.resolve("up"), Path.of("../../../../../mnt"));
    Files.createSymbolicLink(root.resolve("host"), sources);
    assertEquals("of the host\n", in("cat /mnt/file", bind(sources, "/out", true)));
    assertEquals("of the host\n", in("cat /mnt/file", bind(sources, "/up", true)));
    JobException e =
        assertThrows(JobException.class, () -> in("true", bind(sources, "/host", true)));
    assertTrue(e.getMessage().contains("/host is not there in the root"), e.getMessage());
  }

  @Test
  void aRootThatHasNoDirectoryForProcIsRefusedRatherThanChanged() throws Exception {
    Files.delete(root.resolve("proc"));
    Files.createSymbolicLink(root.resolve("proc"), Path.of("/proc"));
    JobException e = assertThrows(JobException.class, () -> in("true"));
    assertTrue(e.getMessage().contains("has no directory proc"), e.getMessage());
    Files.delete(root.resolve("bin/sh"));
    Files.createSymbolicLink(root.resolve("bin/sh"), Path.of("/no/such"));
    Files.delete(root.resolve("proc"));
    Files.createDirectory(root.resolve("proc"));
    e = assertThrows(JobException.class, () -> in("true"));
    assertTrue(e.getMessage().contains("has no shell at /bin/sh"), e.getMessage());
    e = assertThrows(JobException.class, () -> run("true", with(new Root("/", List.of()), null)));
    assertTrue(e.getMessage().contains("leave --root out"), e.getMessage());
  }

  @Test
  void usersByNameAreThoseOfTheRoot() throws Exception {
    Surroundings builder = with(root().root(), "builder");
    assertEquals(0, run("id; echo $HOME $USER", builder));
    assertEquals(
        "uid=4321(builder) gid=4321(builder) groups=50(staff),4321(builder)\n/build builder\n",
        stdout());
    assertEquals(0, run("id -u", with(root().root(), "777")));
    assertEquals("777\n", stdout());
    JobException e =
        assertThrows(JobException.class, () -> run("true", with(root().root(), "daemon")));
    assertTrue(e.getMessage().endsWith("has no user daemon"), e.getMessage());
  }

  @Test
  void withoutARootTheUserIsOneOfTheNode() throws Exception {
    assertEquals(0, run("id -un; echo $HOME", with(null, "nobody")));
    assertEquals("nobody\n/nonexistent\n", stdout());
    JobException e = assertThrows(JobException.class, () -> run("true", with(null, "builder")));
    assertEquals("--user: /etc/passwd of this node has no user builder", e.getMessage());
  }

  @Test
  void directoryUmaskAndNicenessAreAsAskedForWithAndWithoutARoot() throws Exception {
    Limits nice = new Limits(null, null, 7);
    for (Root in : new Root[] {null, root().root()}) {
      Surroundings around = new Surroundings(in, false, null, "/etc", 027, nice, List.of());
      assertEquals(
          0,
          run(
              "pwd; umask; cut -d' ' -f19 /proc/self/stat; env | grep DIRECTORD_[BE]; true",
              around));
      assertEquals("/etc\n0027\n7\n", stdout());
      Surroundings nowhere = new Surroundings(in, false, null, "/no", null, Limits.NONE, List.of());
      JobException e = assertThrows(JobException.class, () -> run("true", nowhere));
      assertEquals("the directory /no cannot be entered", e.getMessage());
    }
  }

  @Test
  void noVariableOfTheWayToACommandIsLeftToIt() throws Exception {
    String own = "env | grep -a ^DIRECTORD_ | cut -d= -f1 | grep -v -e _JOB_ID$ -e _NODE$; true";
    for (Root in : new Root[] {null, root().root()}) {
      for (Surroundings around :
          List.of(
              new Surroundings(in, false, null, "/etc", null, Limits.NONE, List.of()),
              new Surroundings(in, true, null, null, null, Limits.NONE, List.of()),
              new Surroundings(
                  in, false, in == null ? "nobody" : "builder", null, null, Limits.NONE, List.of()),
              new Surroundings(in, false, null, null, 027, Limits.NONE, List.of()))) {
        assertEquals(0, run(own, around));
        assertEquals("", stdout(), around.toString());
      }
    }
  }

  @Test
  void withoutNetworkThereIsALoopbackInterfaceOnly() throws Exception {
    for (Root in : new Root[] {null, root().root()}) {
      Surroundings offline = new Surroundings(in, true, null, null, null, Limits.NONE, List.of());
      assertEquals(0, run("cat /proc/net/dev | tail -n +3", offline));
      assertEquals(1, stdout().lines().count(), stdout());
      assertTrue(stdout().contains("lo:"), stdout());
    }
  }

  @Test
  void theWholeTreeEndsWithACommandInARoot() throws Exception {
    Path seen = sources.resolve("seen");
    in(
        "setsid env -i /bin/sh -c 'while true; do echo x >/mnt/seen; sleep 0.1; done' >/dev/null"
            + " 2>&1 & while [ ! -e /mnt/seen ]; do sleep 0.02; done",
        bind(sources, "/mnt", false));
    assertTrue(Files.exists(seen));
    assertEquals(List.of(), processesAt(root));
  }

  @Test
  void aCommandThatIsToldToEndLeavesNothing() throws Exception {
    List<String> mounts = mounts();
    String loop = "while true; do echo x >/mnt/seen; sleep 0.1; done";
    Thread runner =
        new Thread(
            () -> {
              try {
                run(
                    "setsid env -i /bin/sh -c '" + loop + "' & trap '' TERM; " + loop,
                    root(bind(sources, "/mnt", false)));
              } catch (Exception e) {
                // It was interrupted.
              }
            });
    runner.start();
    await().until(() -> Files.exists(sources.resolve("seen")));
    runner.interrupt();
    runner.join();
    assertEquals(List.of(), processesAt(root));
    assertEquals(mounts, mounts());
  }

  @Test
  void aLimitOfMemoryHoldsForAllProcessesTogetherOrTheCommandIsNotStarted() throws Exception {
    Surroundings small =
        new Surroundings(null, false, null, null, null, new Limits(32L << 20, 50, null), List.of());
    List<Path> groups = assumeGroups();
    assertEquals(0, run("echo fits", small));
    assertEquals("fits\n", stdout());
    assertEquals(137, run("head -c 200M /dev/zero | tail -n 1 >/dev/null", small));
    assertTrue(stderr().contains("needed more than the memory"), stderr());
    // One that has left its session, its parent and its environment is ended with the others.
    run("setsid env -i sleep 12345 >/dev/null 2>&1 & sleep 0.1", small);
    assertEquals(1, shell("pgrep -f '[s]leep 12345'"));
    assertEquals(List.of(), groups.stream().filter(Files::exists).toList());
  }

  /** Where those of the job will be. */
  private List<Path> assumeGroups() {
    try (ControlGroup group = ControlGroup.make(NODE, job, 32L << 20, 50)) {
      assertEquals(false, group.entrances().isEmpty());
      return group.entrances();
    } catch (IOException e) {
      throw new TestAbortedException("needs control groups: " + e);
    }
  }

  private static Bind bind(Path source, String target, boolean isReadOnly) {
    return new Bind(source.toString(), target, isReadOnly);
  }

  private Surroundings root(Bind... binds) {
    return with(new Root(root.toString(), List.of(binds)), null);
  }

  private static Surroundings with(Root root, String user) {
    return new Surroundings(root, false, user, null, null, Limits.NONE, List.of());
  }

  /** What a command prints in the root. */
  private String in(String command, Bind... binds) throws Exception {
    run(command, root(binds));
    assertEquals("", stderr());
    return stdout();
  }

  private int run(String command, Surroundings around) throws Exception {
    output = new JobOutput(null);
    return processes.run(command, around, job, Map.of(), output);
  }

  private String stdout() {
    return output.text(Stream.STDOUT);
  }

  private String stderr() {
    return output.text(Stream.STDERR);
  }

  private static int shell(String command) throws Exception {
    return new ProcessBuilder("sh", "-c", command).start().waitFor();
  }

  /** Mounts in the test's directory. */
  private List<String> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
        .filter(line -> line.contains(temporary.getFileName().toString()))
        .toList();
  }

  private Map<String, String> everything() throws IOException {
    Map<String, String> all = new TreeMap<>();
    Files.walkFileTree(
        temporary,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            all.put(file.toString(), attributes.size() + " " + attributes.lastModifiedTime());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            BasicFileAttributes attributes =
                Files.readAttributes(
                    directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            all.put(directory.toString(), "directory " + attributes.lastModifiedTime());
            return FileVisitResult.CONTINUE;
          }
        });
    return all;
  }

  /** Processes of this machine whose root is that directory. */
  private static List<String> processesAt(Path root) {
    List<String> found = new ArrayList<>();
    ProcessHandle.allProcesses()
        .forEach(
            process -> {
              try {
                Path mounts = Path.of("/proc/" + process.pid() + "/mountinfo");
                if (Files.readString(mounts)
                    .contains(root.getFileName().toString().split(" ")[0] + "\\040dir / ")) {
                  found.add(process.info().toString());
                }
              } catch (IOException e) {
                // It has ended.
              }
            });
    return found;
  }
}
