package io.directord.cli.bootstrap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeInstallTest {
  @TempDir Path directory;

  private record Ended(int status, String out) {}

  private void program(String name, String body) throws IOException {
    Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + body + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ended await(int isActive, int isConnected) throws Exception {
    program("directord", "[ $2 = --status ] && exit " + isConnected + "\necho diagnosis");
    program("systemctl", "[ $1 = is-active ] && exit " + isActive + "\necho main process exited");
    Path config = Files.writeString(directory.resolve("config.yaml"), "identity: \"web-1\"\n");
    String script =
        NodeInstall.awaitJoined(directory.resolve("directord").toString(), config.toString(), 1);
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", script);
    shell.environment().merge("PATH", directory + ":", (path, first) -> first + path);
    Process process = shell.redirectErrorStream(true).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), out);
  }

  @Test
  void aClientThatDoesNotJoinIsToldFromOneThatDoesNotRun() throws Exception {
    assertEquals(new Ended(1, "diagnosis\n"), await(0, 1));
    assertEquals(
        new Ended(NodeInstall.NOT_RUNNING, "diagnosis\nmain process exited\n"), await(3, 1));
    Ended joined = await(0, 0);
    assertEquals(0, joined.status());
    assertTrue(joined.out().startsWith("web-1\n"), joined.out());
  }

  @Test
  void oneMachineIsNotPreparedTwiceAtOnce() throws Exception {
    new NodeRun(List.of("web-1", "web-1:2222", "web-2"), null, null);
    for (List<String> twice :
        List.of(
            List.of("web-1", "web-2", "web-1"),
            List.of("web-1", "web-1:22"),
            List.of("web-1:2222", "root@web-1:2222"))) {
      Failure failure = assertThrows(Failure.class, () -> new NodeRun(twice, null, null));
      assertTrue(failure.getMessage().contains("is given twice"), failure.getMessage());
    }
  }
}
