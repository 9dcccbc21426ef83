package io.directord.client.execution;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.process.ProcessTree;
import io.directord.client.process.Spawner;
import io.directord.client.process.TestProcesses;
import io.directord.client.process.TestSpawner;
import io.directord.common.component.JobException;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class ProcessesTest {
  private static final String NODE = "nöde";

  @TempDir Path directory;
  private final UUID job = UUID.randomUUID();
  private final JobOutput output = new JobOutput(null);
  private final Processes processes = new Processes(NODE, spawner("PATH"), RunAs.ANYBODY);

  Spawner spawner(String hidden) {
    return TestSpawner.hiding(hidden);
  }

  @AfterEach
  void close() {
    ProcessTree.endLeft(NODE, List.of(job));
    processes.close();
  }

  @Test
  void givesOutputErrorsAndStatus() throws Exception {
    assertEquals(3, run("echo out; echo err >&2; exit 3"));
    assertEquals("out\n", stdout());
    assertEquals("err\n", stderr());
    assertEquals(128 + 15, run("kill -TERM $$"));
    assertEquals(127, run("no-such-command-here"));
  }

  @Test
  void passesVariablesButNotTheClientsOwn() throws Exception {
    processes.run("/usr/bin/env", job, Map.of("CACHED", "a b"), output);
    List<String> lines = stdout().lines().toList();
    assertTrue(lines.contains("CACHED=a b"));
    assertTrue(lines.contains("HOME=" + System.getenv("HOME")));
    assertTrue(lines.contains("DIRECTORD_JOB_ID=" + job));
    assertTrue(lines.contains("DIRECTORD_NODE=" + NODE));
    assertFalse(lines.contains("PATH=" + System.getenv("PATH")));
  }

  @Test
  void givesCommandsNothingToRead() throws Exception {
    assertEquals(0, run("cat"));
    assertEquals("", stdout());
  }

  @Test
  void keepsOutputThatIsNotTextAndNeverEndsALine() throws Exception {
    run("printf 'a\\377b\\000c'");
    assertEquals("a�b\0c", stdout());
  }

  @Test
  void takesMoreThanAPipeHoldsFromBothStreams() throws Exception {
    run("head -c 300000 /dev/zero | tr '\\0' o; head -c 300000 /dev/zero | tr '\\0' e >&2");
    assertEquals(300_000, stdout().length());
    assertEquals(300_000, stderr().length());
  }

  @Test
  void keepsOutputWithoutEndInBounds() throws Exception {
    Thread runner = start("yes");
    await().until(() -> stdout().contains("bytes cut out"));
    interrupt(runner);
    assertTrue(stdout().length() < (1 << 20) + 200, "" + stdout().length());
  }

  @Test
  void handsOutputOnWhileTheCommandRuns() throws Exception {
    ByteArrayOutputStream streamed = new ByteArrayOutputStream();
    JobOutput listened =
        new JobOutput(
            (stream, bytes) -> {
              synchronized (streamed) {
                streamed.writeBytes(bytes);
              }
            });
    Path gate = directory.resolve("gate");
    Thread runner =
        new Thread(
            () ->
                unchecked(
                    () ->
                        processes.run(
                            "echo first; while [ ! -e " + gate + " ]; do sleep 0.02; done; echo 2",
                            job,
                            Map.of(),
                            listened)));
    runner.start();
    await().until(() -> streamed.toString().equals("first\n"));
    Files.createFile(gate);
    runner.join();
    assertEquals("first\n2\n", streamed.toString());
  }

  @Test
  void doesNotWaitForWhatIsLeftInTheBackground() throws Exception {
    assertEquals(0, run("sleep 300 & echo done"));
    assertEquals("done\n", stdout());
    Path pid = directory.resolve("pid");
    assertEquals(0, run("sleep 300 & echo $! > " + pid + "; sleep 0.1; echo later"));
    assertEquals("done\nlater\n", stdout());
    assertTrue(alive(pid), "what was left in the background goes on");
  }

  @Test
  void endsTheWholeTreeWhenInterrupted() throws Exception {
    Thread runner =
        start(
            "sleep 301 & (sleep 302 & setsid sh -c 'echo $$ > session; sleep 303') & "
                + "setsid sh -c '(setsid sleep 304 & echo $! > twice) &' ; "
                + "trap '' TERM; echo $$ > stubborn; while true; do sleep 1; done");
    awaitPid("session");
    awaitPid("twice");
    awaitPid("stubborn");
    interrupt(runner);
    for (String name : List.of("session", "twice", "stubborn")) {
      assertFalse(alive(directory.resolve(name)), name);
    }
  }

  @Test
  void givesEachCommandAProcessGroupOfItsOwnAndNoTerminal() throws Exception {
    run("echo $$; cut -d' ' -f1,5,7 /proc/$$/stat");
    List<String> lines = stdout().lines().toList();
    assertEquals(lines.get(0) + " " + lines.get(0) + " 0", lines.get(1));
  }

  @Test
  void givesCommandsDefaultSignalsAndOnlyTheStandardDescriptors() throws Exception {
    run("grep -E 'Sig(Blk|Ign)' /proc/self/status; ls /proc/self/fd | tr '\\n' ' '");
    // The fourth is what ls reads the directory by.
    assertEquals("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n0 1 2 3 ", stdout());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // No mark, an orphan, but still in the command's group.
        "(env -i sleep 341 & echo $! > left)",
        // No mark, an orphan of a group and session of its own, that holds the job's output.
        "(env -i setsid sleep 341 & echo $! > left)",
      })
  void endsAnOrphanWithoutTheJobsMark(String leave) throws Exception {
    assertEnded(leave);
  }

  @Test
  void endsAnOrphanThatHoldsNothingOfTheJob() throws Exception {
    assertEnded(
        "(env -i setsid sh -c '(sleep 341 & echo $! > left) &' </dev/null >/dev/null 2>&1 &)");
  }

  private void assertEnded(String leave) throws Exception {
    Thread runner = start(leave + "; sleep 0.2; echo ready; exec sleep 100");
    awaitPid("left");
    await().until(() -> stdout().contains("ready"));
    interrupt(runner);
    assertFalse(alive(directory.resolve("left")), "it lives on");
  }

  /** As the lanes do to a job that takes its time to end. */
  @Test
  void endsAStubbornProcessThoughItIsInterruptedAgainAndAgain() throws Exception {
    Thread runner = start("trap '' TERM; echo $$ > stubborn; while true; do sleep 1; done");
    awaitPid("stubborn");
    while (runner.isAlive()) {
      runner.interrupt();
      runner.join(1);
    }
    assertFalse(alive(directory.resolve("stubborn")));
  }

  @Test
  void asksProcessesToEndBeforeItMakesThem() throws Exception {
    Thread runner = start("trap 'echo bye; exit 9' TERM; echo $$ > up; sleep 300 & wait");
    awaitPid("up");
    interrupt(runner);
    await().until(() -> stdout().contains("bye"));
  }

  @Test
  void keepsWhatACommandSaidThatWasEndedAtOnce() throws Exception {
    for (int i = 0; i < 5; i++) {
      Thread runner = start("echo said " + i + "; echo $$ > at-once-" + i + "; sleep 300");
      awaitPid("at-once-" + i);
      interrupt(runner);
      String said = "said " + i;
      await().until(() -> stdout().contains(said));
    }
  }

  @Test
  void aShellThatIsEndedDoesNotGoOnWithItsNextCommand() throws Exception {
    for (int i = 0; i < 20; i++) {
      Thread runner = start("echo $$ > asked-" + i + "; sleep 300; touch went-on");
      awaitPid("asked-" + i);
      interrupt(runner);
      assertFalse(Files.exists(directory.resolve("went-on")), "in round " + i);
    }
  }

  @Test
  void findsWhatAJobOfAnEarlierClientLeftByItsMark() throws Exception {
    run("cd " + directory + "; setsid sh -c 'sleep 305 & echo $! > left' >/dev/null 2>&1 &");
    awaitPid("left");
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      jobs.add(UUID.randomUUID());
    }
    ProcessTree.endLeft(NODE, jobs);
    ProcessTree.endLeft("other", List.of(job));
    assertTrue(alive(directory.resolve("left")));
    jobs.add(job);
    ProcessTree.endLeft(NODE, jobs);
    assertFalse(alive(directory.resolve("left")));
  }

  @Test
  void aDetachedCommandLivesOnWithoutTheJobsMark() throws Exception {
    Path pid = directory.resolve("detached");
    processes.detach(
        "env > " + directory.resolve("env") + "; echo $$ > " + pid + "; sleep 306",
        Map.of("CACHED", "x"));
    awaitPid("detached");
    ProcessTree.endLeft(NODE, List.of(job));
    assertTrue(alive(pid));
    String env = Files.readString(directory.resolve("env"));
    assertTrue(env.contains("CACHED=x"));
    assertFalse(env.contains("DIRECTORD_JOB_ID"));
    ProcessHandle detached = ProcessHandle.of(pid(pid)).orElseThrow();
    detached.descendants().forEach(ProcessHandle::destroyForcibly);
    detached.destroyForcibly();
  }

  @Test
  void saysWhyACommandCannotBeStarted() {
    JobException nul = assertThrows(JobException.class, () -> run("echo \0"));
    assertTrue(nul.getMessage().startsWith("the command cannot be started: "), nul.getMessage());
    JobException large = assertThrows(JobException.class, () -> run("x".repeat(3 << 20)));
    assertTrue(large.getMessage().contains("Argument list too long"), large.getMessage());
  }

  private int run(String command) throws Exception {
    return processes.run(command, job, Map.of(), output);
  }

  /** Runs in the test's directory on a thread of its own. */
  private Thread start(String command) {
    AtomicLong outcome = new AtomicLong();
    Thread runner =
        new Thread(
            () -> {
              try {
                outcome.set(run("cd " + directory + "; " + command));
              } catch (InterruptedException e) {
                outcome.set(-1);
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    runner.start();
    return runner;
  }

  private static void interrupt(Thread runner) throws InterruptedException {
    runner.interrupt();
    runner.join();
  }

  private void awaitPid(String name) {
    await().until(() -> Files.exists(directory.resolve(name)) && pid(directory.resolve(name)) > 0);
  }

  private static long pid(Path file) throws Exception {
    String text = Files.readString(file).strip();
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  private static boolean alive(Path file) throws Exception {
    return !TestProcesses.hasEnded(pid(file));
  }

  private String stdout() {
    return output.text(Stream.STDOUT);
  }

  private String stderr() {
    return output.text(Stream.STDERR);
  }

  private interface Body {
    Object run() throws Exception;
  }

  private static void unchecked(Body body) {
    try {
      body.run();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
