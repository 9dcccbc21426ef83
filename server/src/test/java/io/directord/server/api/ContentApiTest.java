package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ApiException;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ContentApiTest {
  @TempDir Path directory;
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
  }

  @Test
  void aFileThatTheServerCanOpenIsAdopted() throws Exception {
    byte[] content = bytes(300_000);
    Path file = Files.write(directory.resolve("ä file +%"), content);
    List<Long> uploaded = new ArrayList<>();
    api.connection.submitAll(
        List.of(JobJson.read(Json.object().put("verb", "RUN").put("command", "true"))),
        Map.of(sha256(content), file),
        (path, bytes, size) -> uploaded.add(bytes));
    assertEquals(List.of(), uploaded);
    assertArrayEquals(content, stored(sha256(content)));
  }

  @Test
  void aContentThatTheServerCannotFindIsUploaded() throws Exception {
    byte[] content = bytes(3_000_000);
    put(sha256(content), content, "Expect: 100-continue\r\n", "HTTP/1.1 100 ", "HTTP/1.1 201 ");
    assertArrayEquals(content, stored(sha256(content)));
    put(sha256(content), content, "", "", "HTTP/1.1 204 ");
    put(sha256(new byte[0]), new byte[0], "", "", "HTTP/1.1 201 ");
  }

  @Test
  void manyRequestsWithBodiesOnOneConnectionKeepTheirOrder() throws Exception {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      byte[] content = ("content " + i).getBytes(StandardCharsets.UTF_8);
      requests.append("PUT /v1/content/").append(sha256(content)).append(" HTTP/1.1\r\n");
      requests.append("Content-Length: ").append(content.length).append("\r\n\r\n");
      requests.append("content ").append(i);
      String job = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"x\",\"job_name\":\"n" + i + "\"}]}";
      requests.append("POST /v1/jobs HTTP/1.1\r\nContent-Length: ").append(job.length());
      requests.append("\r\n\r\n").append(job);
    }
    requests.append("GET /v1/status HTTP/1.1\r\nConnection: close\r\n\r\n");
    try (RawHttp http = api.raw()) {
      String all = http.send(requests.toString()).readAll();
      assertEquals(50, all.split("HTTP/1.1 201 ", -1).length - 1, all);
      assertEquals(50, all.split("HTTP/1.1 202 ", -1).length - 1, all);
      assertTrue(all.endsWith("}"), all);
    }
    assertEquals(
        IntStream.range(0, 50).mapToObj(i -> "n" + i).toList(),
        api.dispatch.jobs.values().stream().map(Job::name).toList());
  }

  @Test
  void aFileThatChangedSinceItWasPlannedIsRefused() throws Exception {
    String planned = sha256(bytes(100));
    Path file = Files.write(directory.resolve("file"), bytes(200));
    ApiException refusal =
        assertThrows(
            ApiException.class, () -> api.connection.submit(List.of(), Map.of(planned, file)));
    assertEquals(422, refusal.problem().status());
    assertTrue(refusal.getMessage().contains("did the file change"), refusal.getMessage());
    assertTrue(refusal.getMessage().contains(file + ": "), refusal.getMessage());
    assertNothingIsStored();
  }

  @Test
  void anUploadThatBreaksLeavesNothing() throws Exception {
    try (RawHttp http = api.raw()) {
      http.send(
          "PUT /v1/content/" + sha256(bytes(100)) + " HTTP/1.1\r\nContent-Length: 9999\r\n\r\nx");
      await().until(() -> directory.resolve("contents").toFile().list().length == 1);
    }
    assertNothingIsStored();
  }

  @Test
  void anUploadLargerThanTheDiskIsRefusedBeforeItIsSent() throws Exception {
    try (RawHttp http = api.raw()) {
      String answer =
          http.send(
                  "PUT /v1/content/"
                      + sha256(bytes(1))
                      + " HTTP/1.1\r\nExpect: 100-continue\r\n"
                      + "Content-Length: 8000000000000000000\r\n\r\n")
              .readUntil("}");
      assertTrue(answer.startsWith("HTTP/1.1 507 "), answer);
      assertTrue(answer.contains("make room"), answer);
    }
    assertNothingIsStored();
  }

  @Test
  void onlyAbsolutePathsOfRegularFilesAreLookedAt() throws Exception {
    String sha256 = sha256(bytes(10));
    assertEquals("404", head(sha256 + "?path=/dev/zero"));
    assertEquals("404", head(sha256 + "?path=/proc/self"));
    assertEquals("404", head(sha256 + "?path=/nothing/there"));
    assertEquals("400", head(sha256 + "?path=relative"));
    assertEquals("400", head(sha256 + "?path=/with%00zero"));
    assertEquals("400", head(sha256 + "?path=/a&path=/b"));
    assertEquals("400", head("..%2F..%2Fetc%2Fpasswd"));
    assertEquals("400", head(sha256.toUpperCase()));
  }

  private String head(String target) throws Exception {
    try (RawHttp http = api.raw()) {
      String answer =
          http.send("HEAD /v1/content/" + target + " HTTP/1.1\r\nConnection: close\r\n\r\n")
              .readAll();
      assertTrue(answer.endsWith("\r\n\r\n"), "no body: " + answer);
      return answer.split(" ")[1];
    }
  }

  private void put(String sha256, byte[] content, String header, String first, String answer)
      throws Exception {
    try (RawHttp http = api.raw()) {
      http.send(
          "PUT /v1/content/"
              + sha256
              + " HTTP/1.1\r\nConnection: close\r\nContent-Length: "
              + content.length
              + "\r\n"
              + header
              + "\r\n");
      String wanted = header.isEmpty() ? "" : http.readUntil("\r\n\r\n");
      assertTrue(wanted.startsWith(first), wanted);
      http.send(content);
      String got = http.readAll();
      assertTrue(got.startsWith(answer), got);
    }
  }

  /** What is unfinished is removed soon after the answer. */
  private void assertNothingIsStored() {
    await().until(() -> directory.resolve("contents").toFile().list().length == 0);
  }

  private byte[] stored(String sha256) throws Exception {
    return Files.readAllBytes(directory.resolve("contents").resolve(sha256));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
