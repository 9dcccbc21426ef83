package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/syntax.md says that a command gets, at a client that was started in an unusual way. */
class CommandTableIT {
  private static final Path PAGE = Path.of("../docs/syntax.md");
  private static final String HEAD = "| | a command of `RUN` has | seen with |";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() throws IOException {
    cluster = new TestCluster(directory.toRealPath());
    cluster.startServer();
  }

  @Test
  void everyRowHolds() throws Exception {
    cluster.through(
        "sh",
        "-c",
        "umask 027; ulimit -Sn 333; trap '' HUP USR1; exec 7</dev/null; exec nice -n 1 \"$@\"",
        "sh");
    cluster.set("LANG", "nl_NL.UTF-8").set("INHERITED", "yes");
    TestProcess client = cluster.startClient("node-1");
    cluster.through().set("LANG", null).set("INHERITED", null);
    cluster.awaitActive("node-1");

    Map<String, String> expected = new HashMap<>();
    expected.put("user", here("id -u"));
    expected.put("directory", cluster.directory().toString());
    expected.put("environment", "yes node-1");
    expected.put("locale", "nl_NL.UTF-8");
    expected.put("umask", "0027");
    expected.put("process group", "its own");
    expected.put("terminal", "none");
    expected.put("limits", "333");
    expected.put("standard input", "/dev/null");
    expected.put("other files", "none");
    expected.put("signals", "SigIgn: 0000000000000000");
    expected.put("priority", here("nice -n 1 nice"));
    expected.put("root", here("stat -c %i /"));
    expected.put("network", here("readlink /proc/self/ns/net"));
    expected.put("control group", here("cat /proc/self/cgroup | md5sum"));

    Map<String, String> seen = new LinkedHashMap<>();
    for (Map.Entry<String, String> row : rows().entrySet()) {
      seen.put(row.getKey(), run("node-1", row.getValue()));
    }
    assertEquals(expected, seen);
    client.stop();
  }

  @Test
  void optionsReplaceRowsOfIt() throws Exception {
    assumeTrue(here("id -u").equals("0") && !here("command -v ip").isEmpty(), "needs root, and ip");
    TestProcess client = cluster.startClient("node-2");
    cluster.awaitActive("node-2");
    String seen = "$(id -u) $(pwd) $(umask) $(nice)";
    assertEquals(
        "65534 /usr 0007 9",
        run("node-2", "--user 65534 --cwd /usr --umask 007 --nice 9 echo \"" + seen + "\""));
    assertEquals(
        "another",
        run(
            "node-2",
            "--network none test $(readlink /proc/self/ns/net) = "
                + here("readlink /proc/self/ns/net")
                + " && echo the same || echo another"));
    client.stop();
  }

  /** Whether the client leads the terminal's session, or was started by a shell that does. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCommandCannotReachTheTerminalOfItsClientWhichCtrlCEndsAsEver(boolean leads)
      throws Exception {
    assumeTrue(here("command -v script").length() > 0, "needs the program script");
    if (!leads) {
      cluster.through("sh", "-c", "\"$@\"; exit $?", "sh");
    }
    String name = leads ? "leading" : "led";
    cluster.set("DIRECTORD_MACHINE_ID", "machine-" + name);
    TestCluster.Terminal terminal =
        cluster.terminal(
            "--state-path",
            cluster.state(name).toString(),
            "--cache-path",
            cluster.directory().resolve(name + "-cache").toString(),
            "--identity",
            name,
            "client");
    cluster.through();
    cluster.awaitActive(name);
    assertEquals("none", run(name, "(exec </dev/tty) >/dev/null 2>&1 && echo one || echo none"));
    terminal.type("\u0003");
    terminal.process().awaitEnd();
    assertTrue(terminal.process().log().contains("stopped"), terminal.process()::log);
  }

  /** The first line that a command prints on a node. */
  private static String run(String node, String command) {
    Ran ran =
        cluster.run(
            "exec", "--stream", "--target", node, "--verb", "RUN", "--skip-cache " + command);
    String out = ran.expect(0).out();
    return out.substring(out.indexOf("-- STDOUT\n") + 10).lines().findFirst().orElse("");
  }

  /** The same of a command of this process. */
  private static String here(String command) throws Exception {
    Process process = new ProcessBuilder("sh", "-c", command).start();
    return new String(process.getInputStream().readAllBytes()).strip();
  }

  /** By the first column, what the last has in its backticks. */
  private static Map<String, String> rows() throws IOException {
    Map<String, String> rows = new LinkedHashMap<>();
    Files.readString(PAGE)
        .lines()
        .dropWhile(line -> !line.equals(HEAD))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("(?<!\\\\)\\|"))
        .forEach(
            cells ->
                rows.put(
                    cells[1].strip(),
                    cells[3].strip().replaceAll("^`|`$", "").replace("\\|", "|")));
    return rows;
  }
}
