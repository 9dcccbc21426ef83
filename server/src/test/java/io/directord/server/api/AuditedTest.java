package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.fetch.FetchArrival;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the lines of the audit log say that requests were about. */
@Timeout(300)
class AuditedTest {
  @TempDir Path directory;

  @Test
  void tokensLabelsNodesAndSchedulesAreNamed() throws Exception {
    try (ApiFixture api = new ApiFixture(directory)) {
      send(api, "POST", "/v1/tokens", "{\"name\": \"ci\", \"role\": \"read\", \"ttl\": 60.0}");
      send(api, "DELETE", "/v1/nodes/node-b", "");
      send(
          api,
          "PUT",
          "/v1/schedules/nightly?cron=0+3+*+*+*",
          "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"secret word\"}]}");
      send(
          api,
          "POST",
          "/v1/labels",
          "{\"targets\": [\"node-a\"], \"labels\": {\"stage\": null, \"role\": \"web\"}}");

      String log = api.ask("GET /v1/audit HTTP/1.1");
      for (String said :
          new String[] {
            "\"what\":\"token ci, role read\"",
            "\"nodes\":\"node-b\",\"node_count\":1",
            "\"what\":\"schedule nightly, cron 0 3 * * *\"",
            "\"verbs\":[\"RUN\"]",
            "\"what\":\"labels role=web, stage removed\""
          }) {
        assertTrue(log.contains(said), said + ": " + log);
      }
      assertEquals(-1, log.indexOf("secret word"));
    }
  }

  @Test
  void ofWhatWasWrittenWronglyOnlyThePlaceIsKept() throws Exception {
    try (ApiFixture api = new ApiFixture(directory)) {
      for (String body :
          new String[] {
            "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"id\", \"timeout\": \"hunter-2\"}]}",
            "{\"jobs\": [{\"verb\": \"RUN\", \"command\": hunter-2}]}"
          }) {
        String head = "POST /v1/jobs HTTP/1.1\r\nContent-Length: " + body.length();
        String answer = api.ask(head, body);
        assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
        assertTrue(answer.contains("hunter"), answer);
      }
      String log = api.ask("GET /v1/audit HTTP/1.1");
      assertTrue(log.contains("jobs[0].timeout"), log);
      assertEquals(-1, log.indexOf("hunter"), log);
    }
  }

  @Test
  void whatAFetchDownloadsIsOneLineAndItsListsAreNone() throws Exception {
    try (ApiFixture api = new ApiFixture(directory)) {
      UUID job = UUID.randomUUID();
      try (FileChannel file = api.fetched.append(job, "node-a", "somebody", 0)) {
        file.write(ByteBuffer.wrap(new byte[] {'Z'}));
      }
      api.fetched.finish(job, "node-a", new FetchArrival(1, ""));
      for (int i = 0; i < 3; i++) {
        send(api, "GET", "/v1/jobs/" + job + "/fetched", "");
      }
      send(api, "GET", "/v1/jobs/" + job + "/fetched/node-a?offset=0", "");

      String log = api.ask("GET /v1/audit HTTP/1.1");
      assertEquals(-1, log.indexOf("/fetched\""), log);
      assertTrue(log.contains("/fetched/node-a\""), log);
    }
  }

  private static void send(ApiFixture api, String method, String path, String body)
      throws IOException {
    String head = method + " " + path + " HTTP/1.1\r\nContent-Length: " + body.length();
    String answer = api.ask(head, body);
    assertTrue(answer.startsWith("HTTP/1.1 20"), answer);
  }
}
