package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What other users may do; only root can try that. */
@Timeout(300)
class StrangerTest {
  private static final String NOBODY = "65534";

  @TempDir Path directory;

  @BeforeEach
  void needsRootAndTools() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")));
    for (String tool : List.of("/usr/bin/setpriv", "/usr/bin/curl")) {
      assumeTrue(Files.isExecutable(Path.of(tool)), tool);
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @Test
  void theGroupMaySubmitButNotHaveTheServerReadFilesForIt() throws Exception {
    byte[] secret = "secret".getBytes(StandardCharsets.UTF_8);
    Path file = Files.write(directory.resolve("secret"), secret);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret));
    try (ApiFixture api = new ApiFixture(directory)) {
      Files.setAttribute(api.socket, "unix:gid", Integer.parseInt(NOBODY));
      String target = "/v1/content/" + sha256 + "?path=" + file;
      assertEquals("404", asNobody(api.socket, "-I", target));
      assertTrue(Files.notExists(directory.resolve("contents").resolve(sha256)));

      String job = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"true\"}]}";
      assertEquals(
          "202", asNobody(api.socket, "-HContent-Type: application/json", "-d", job, "/v1/jobs"));
      String submitter = api.dispatch.submittedBy.values().iterator().next();
      assertTrue(List.of("nobody", NOBODY).contains(submitter), submitter);

      assertTrue(api.contents.adopt(sha256, file), "root itself can have it read");
    }
  }

  @Test
  void nobodyElseMayConnect() throws Exception {
    try (ApiFixture api = new ApiFixture(directory)) {
      assertEquals("000", asNobody(api.socket, "/v1/nodes"));
    }
  }

  /** The HTTP status, 000 if there was no connection. */
  private String asNobody(Path socket, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "curl"));
    command.addAll(List.of("-s", "-o", "/dev/null", "-w", "%{http_code}"));
    command.addAll(List.of("--unix-socket", socket.toString()));
    command.addAll(List.of(options).subList(0, options.length - 1));
    command.add("http://localhost" + options[options.length - 1]);
    Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
    String out = new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(curl.waitFor(240, TimeUnit.SECONDS));
    return out;
  }
}
