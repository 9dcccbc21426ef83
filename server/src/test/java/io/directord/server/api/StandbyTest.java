package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Leadership;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.store.MemoryStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class StandbyTest {
  @TempDir Path directory;

  @Test
  void aServerThatStandsByShowsItsOwnAuditLogAndSendsOnWithTheRest() throws Exception {
    Path socket = directory.resolve("s");
    ApiConfig alone = ApiFixture.config(socket);
    Leadership seen = new Leadership(false, "other (s1)", 2, Duration.ZERO, List.of("this (s)"));
    ApiConfig config =
        new ApiConfig(
            alone.addresses(),
            alone.components(),
            new ServerRole("1.2.3", () -> seen, () -> null),
            alone.clock(),
            alone.memory(),
            alone.access(),
            new IncomingHooks());
    try (ApiServer server = ApiServer.standby(config, new MemoryStore())) {
      assertTrue(server != null && ask(socket, "/v1/audit").contains("\"lines\":["));
      assertTrue(ask(socket, "/v1/audit/verify").startsWith("HTTP/1.1 200 "));
      String unknown = ask(socket, "/v1/jobs/" + UUID.randomUUID());
      assertTrue(unknown.startsWith("HTTP/1.1 503 "), unknown);
      String jobs = ask(socket, "/v1/jobs");
      assertTrue(jobs.startsWith("HTTP/1.1 503 ") && jobs.contains("other (s1)"), jobs);
    } finally {
      config.access().audit().close();
    }
  }

  private static String ask(Path socket, String target) throws Exception {
    try (RawHttp http = new RawHttp(socket)) {
      return http.send("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }
}
