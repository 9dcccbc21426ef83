package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.JsonTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The screen at a real terminal, and what it leaves there. */
class TopIT {
  /** Of attributes, of the cursor, of modes and of the keyboard. */
  private static final Pattern QUESTIONS =
      Pattern.compile("\u001b\\[([>=]?[0-9]*c|[0-9?]*n|\\?[0-9]*\\$p|\\?u)");

  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final String FULL_SCREEN = "\u001b[?1049h";
  private static final String LEFT = "\u001b[?1049l";

  @TempDir Path directory;

  @Test
  void theScreenFollowsTheServerAndTheTerminalIsLeftAsItWas() {
    try (TestCluster cluster = TestCluster.start(directory, 2)) {
      cluster.run("exec", "--verb", "RUN", "sleep 4711").expect(0);
      TestCluster.Terminal top = top(cluster);
      awaitShown(top, "RUN sleep 4711");
      String begun = top.process().log();
      assertTrue(begun.contains(FULL_SCREEN));
      // What a terminal is asked, it answers: that would be read as keys.
      assertFalse(QUESTIONS.matcher(begun).find(), begun);
      top.type("\t");
      awaitShown(top, "node-2");
      top.type("1w");
      awaitShown(top, "has been running");
      cluster.server().kill();
      awaitShown(top, "Reconnecting: ");
      cluster.startServer();
      cluster.awaitActive(2);
      await().atMost(TIMEOUT).until(() -> !shown(top.process().log()).contains("Reconnecting: "));
      top.type("qc");
      awaitShown(top, "[y/N]");
      top.type("y");
      awaitShown(top, "Cancelled: ");
      top.type("q");
      assertLeft(top, "status=0");

      TestCluster.Terminal ended = top(cluster);
      awaitShown(ended, "Jobs that have not ended");
      java(ended).destroy();
      assertLeft(ended, "status=143");
    }
  }

  @Test
  void colouredLinesHaveNoColourWhereNoneIsWanted() {
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      // The chosen line is inverse instead.
      for (String command : List.of("exit 1", "exit 2")) {
        cluster.run("exec", "--wait", "--verb", "RUN", command, "--target", "node-1").expect(1);
      }
      TestCluster.Terminal red = top(cluster);
      awaitShown(red, "Jobs that have not ended");
      red.type("a");
      awaitShown(red, "RUN exit 2");
      await()
          .atMost(TIMEOUT)
          .until(() -> red.process().log().matches("(?s).*\u001b\\[(\\d+;)*31[;m].*"));
      red.type("q");
      assertLeft(red, "status=0");
      TestCluster.Terminal plain = top(cluster, "env", "NO_COLOR=1");
      awaitShown(plain, "Jobs that have not ended");
      plain.type("a");
      awaitShown(plain, "RUN exit 2");
      plain.type("q");
      assertLeft(plain, "status=0");
      assertFalse(
          plain.process().log().matches("(?s).*\u001b\\[(\\d+;)*[349]\\d[;m].*"),
          plain.process()::log);
    }
  }

  @Test
  void aPipeGetsATableOrALineAtEveryInterval() {
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      cluster.run("exec", "--verb", "RUN", "sleep 4711").expect(0);
      Ran tables = cluster.run("top", "--count", "2", "--interval", "0.5s").expect(0);
      assertEquals(2, tables.out().split("1 active, 0 away, 0 expired", -1).length - 1);
      assertEquals(2, tables.out().split("RUN sleep 4711", -1).length - 1, tables::out);
      Ran lines =
          cluster
              .run(
                  "top",
                  "--count",
                  "2",
                  "--interval",
                  "0.5s",
                  "--view",
                  "nodes",
                  "--output",
                  "jsonl")
              .expect(0);
      List<JsonNode> read =
          lines.out().lines().map(l -> JsonTree.read(l.getBytes(StandardCharsets.UTF_8))).toList();
      assertEquals(2, read.size());
      assertEquals("node-1", read.get(1).at("/nodes/nodes/0/identity").asString());
      assertTrue(read.get(1).path("results_per_second").isNumber(), lines::out);
      TestCluster.Terminal dumb = top(cluster, "env", "TERM=dumb");
      awaitShown(dumb, "cannot be used as a screen");
      awaitShown(dumb, "RUN sleep 4711");
      dumb.type("\u0003");
      assertFalse(dumb.process().log().contains(FULL_SCREEN));
      Ran wrong = cluster.run("top", "--view", "nodes", "--target", "web-(", "--count", "1");
      assertEquals(2, wrong.status(), wrong::err);
    }
  }

  /** Of 80 columns and 24 rows; says at its end how the terminal is then. */
  private static TestCluster.Terminal top(TestCluster cluster, String... through) {
    ProcessBuilder top = cluster.command("top", "--interval", "0.5s");
    List<String> command = new ArrayList<>(List.of("sh", "-c"));
    command.add("stty rows 24 cols 80; \"$@\"; echo status=$?; stty -a");
    command.add("sh");
    command.addAll(List.of(through));
    command.addAll(top.command());
    return cluster.atTerminal(top.command(command));
  }

  private static ProcessHandle java(TestCluster.Terminal of) {
    return ProcessHandle.of(of.process().pid())
        .orElseThrow()
        .descendants()
        .filter(one -> one.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElseThrow();
  }

  private static void awaitShown(TestCluster.Terminal top, String text) {
    await(text)
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              String shown = shown(top.process().log());
              assertTrue(shown.contains(text), shown);
            });
  }

  /** What a terminal of that size shows after it has been sent that. */
  private static String shown(String sent) {
    ScreenTerminal screen = new ScreenTerminal(80, 24);
    screen.write(sent);
    return screen.toString();
  }

  private static void assertLeft(TestCluster.Terminal top, String status) {
    top.process().awaitEnd();
    String log = top.process().log();
    assertTrue(log.contains(status), log);
    String after = log.substring(log.indexOf(LEFT));
    assertTrue(after.contains(" icanon ") && after.contains("isig "), after);
    assertTrue(after.contains(" echo ") && !after.contains("-isig"), after);
  }
}
