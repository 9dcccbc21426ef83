package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The scripts for the shells, in the shells, with a server to ask. */
class CompletionIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir Path directory;

  @Test
  void verbsNodesAndIdsAreCompletedAndFilesAreLeftToTheShell() throws Exception {
    try (TestCluster cluster = TestCluster.start(directory, 2)) {
      String id =
          cluster.run("exec", "--poll", "--verb", "RUN", "true").after("Job Success: ").strip();
      assertEquals("node-1 node-2", complete(cluster, "exec", "--target", "no"));
      assertEquals("CONTAINER_IMAGE COPY", complete(cluster, "exec", "--verb", "CO"));
      assertEquals(
          id.substring(0, 8), complete(cluster, "manage", "--job-info", id.substring(0, 3)));
      assertEquals("orchestrate", complete(cluster, "orch"));
      assertEquals("", complete(cluster, "orchestrate", "sit"));
      assertEquals(
          "complete -o bashdefault -o default -F _directord directord",
          bash(cluster, "complete -p directord"));
    }
  }

  /**
   * The line is told by having it echoed: what a shell draws while one types is full of escapes.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bash | bash --norc -i | source SHARE/completion.bash",
        "zsh | zsh -f -i | autoload -U compinit; compinit -u -D; source SHARE/completion.zsh",
        "fish | fish --no-config -i | source SHARE/completion.fish",
      })
  void whatIsTypedAtATerminalIsCompleted(String shell, String start, String load) throws Exception {
    assumeTrue(isThere(shell), "needs " + shell);
    Path home = TestCluster.distribution();
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      String id =
          cluster.run("exec", "--poll", "--verb", "RUN", "true").after("Job Success: ").strip();
      cluster.write("with space.yaml", "");
      ProcessBuilder builder = cluster.command();
      builder.environment().put("HOME", directory.toString());
      builder.environment().merge("PATH", home.resolve("bin") + ":", (old, bin) -> bin + old);
      TestCluster.Terminal terminal = cluster.atTerminal(builder.command(start.split(" ")));
      try {
        await().atMost(TIMEOUT).until(() -> !terminal.process().log().isEmpty());
        terminal.type(load.replace("SHARE", home.resolve("share").toString()) + "\r");
        types(terminal, "exec --verb COP", "exec --verb COPY");
        types(terminal, "exec --verb=COP", "exec --verb=COPY");
        types(terminal, "exec --target no", "exec --target node-1");
        types(terminal, "exec --target x,no", "exec --target x,node-1");
        types(
            terminal,
            "manage --job-info " + id.substring(0, 4),
            "manage --job-info " + id.substring(0, 8));
        types(terminal, "mana", "manage");
        types(terminal, "orchestrate with", "orchestrate with space.yaml");
        types(terminal, "--socket-p", "--socket-path");
      } finally {
        terminal.process().kill();
      }
    }
  }

  private static void types(TestCluster.Terminal terminal, String typed, String expected) {
    terminal.type("directord " + typed + "\t");
    // At the beginning of the line.
    terminal.type("\u0001echo \r");
    Pattern echoed = Pattern.compile("(?m)^(\\S*\u001b\\S*)?directord " + expected + " ?\r?$");
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () ->
                assertTrue(
                    echoed.matcher(terminal.process().log()).find(),
                    () -> expected + "\n" + terminal.process().log()));
  }

  private static boolean isThere(String program) throws Exception {
    return new ProcessBuilder("sh", "-c", "command -v " + program).start().waitFor() == 0;
  }

  private static String complete(TestCluster cluster, String... words) throws Exception {
    return bash(
        cluster,
        "COMP_WORDS=(directord "
            + String.join(" ", words)
            + "); COMP_CWORD="
            + words.length
            + "; _directord; echo \"${COMPREPLY[@]}\"");
  }

  private static String bash(TestCluster cluster, String command) throws Exception {
    Path home = TestCluster.distribution();
    ProcessBuilder builder = cluster.command();
    builder.command(
        "bash",
        "-c",
        "PATH="
            + home.resolve("bin")
            + ":$PATH; source "
            + home.resolve("share/completion.bash")
            + "; "
            + command);
    Process bash = builder.redirectErrorStream(true).start();
    String out = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), out);
    return out.strip();
  }
}
