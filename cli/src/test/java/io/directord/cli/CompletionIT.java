package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for bash, in a bash, with a server to ask. */
class CompletionIT {
  @TempDir Path folder;

  @Test
  void verbsNodesAndIdsAreCompletedAndFilesAreLeftToTheShell() throws Exception {
    try (TestCluster cluster = TestCluster.start(folder, 2)) {
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
