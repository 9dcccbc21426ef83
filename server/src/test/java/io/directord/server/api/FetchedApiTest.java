package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.api.NotBroughtException;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class FetchedApiTest {
  private static final int COME = 1_200_000;

  @TempDir Path directory;
  @AutoClose private ApiFixture api;
  private final byte[] content = new byte[2_500_000];
  private UUID job;

  @BeforeEach
  void submit() throws Exception {
    api = new ApiFixture(directory);
    new Random(1).nextBytes(content);
    Job run = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));
    job = api.connection.submit(List.of(run), Map.of()).get(0);
  }

  @Test
  void whatANodeIsSendingIsReadWhileItComes() throws Exception {
    try (FileChannel file = api.fetched.append(job, "node-a", "nobody", 0)) {
      file.write(ByteBuffer.wrap(content, 0, COME));
      InputStream in = api.connection.fetches().downloadComing(job, "node-a", offset -> true);
      assertArrayEquals(Arrays.copyOf(content, COME), in.readNBytes(COME));
      file.write(ByteBuffer.wrap(content, COME, content.length - COME));
      api.fetched.finish(job, "node-a", new FetchArrival(1, ""));
      assertArrayEquals(
          Arrays.copyOfRange(content, COME, content.length), in.readAllBytes(), "the rest");
    }
  }

  @Test
  void aDownloadInPartsIsOneLineOfTheAuditLog() throws Exception {
    try (FileChannel file = api.fetched.append(job, "node-a", "nobody", 0)) {
      file.write(ByteBuffer.wrap(content));
    }
    api.fetched.finish(job, "node-a", new FetchArrival(1, ""));
    api.connection.fetches().downloadComing(job, "node-a", offset -> true).readAllBytes();
    String later = "GET /v1/jobs/" + job + "/fetched/node-b?offset=1 HTTP/1.1";
    api.ask(later);
    // All but the first byte is a download too.
    api.ask("GET /v1/jobs/" + job + "/fetched/node-a?offset=1 HTTP/1.1");
    assertEquals(
        List.of("node-a 200", "node-b 404", "node-a 200"),
        api.connection.access().audit(null, null).lines().stream()
            .filter(line -> line.path("action").asString().startsWith("GET "))
            .map(
                line ->
                    line.path("action").asString().replaceFirst(".*/", "")
                        + " "
                        + line.path("status").asInt())
            .toList());
  }

  @Test
  void whatDoesNotComeWholeIsNotTakenForTheWhole() throws Exception {
    try (FileChannel file = api.fetched.append(job, "node-a", "nobody", 0)) {
      file.write(ByteBuffer.wrap(content, 0, COME));
      InputStream given = api.connection.fetches().downloadComing(job, "node-a", offset -> false);
      given.readNBytes(COME);
      assertThrows(NotBroughtException.class, given::read, "nobody waits for more");
      InputStream removed = api.connection.fetches().downloadComing(job, "node-a", offset -> true);
      removed.readNBytes(COME);
      api.fetched.remove(job, "node-a");
      assertThrows(NotBroughtException.class, removed::read, "the node has given up");
    }
  }
}
