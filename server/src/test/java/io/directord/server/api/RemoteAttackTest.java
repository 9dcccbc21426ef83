package io.directord.server.api;

import static io.directord.server.api.RawTls.bearer;
import static io.directord.server.api.RawTls.readAll;
import static io.directord.server.api.RawTls.request;
import static io.directord.server.api.RawTls.send;
import static io.directord.server.api.RawTls.status;
import static io.directord.server.api.RawTls.statuses;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.fetch.FetchArrival;
import io.directord.common.security.Digests;
import io.directord.server.access.Tokens;
import io.directord.server.store.StoredToken;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What somebody at the port for other machines may try: each attempt gets a clear answer. */
@Timeout(300)
class RemoteAttackTest {
  private static final String RUN = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"true\"}]}";

  @TempDir Path directory;
  @AutoClose private ApiFixture api;
  private String secret;

  @BeforeEach
  void start() throws Exception {
    open(ApiFixture.LIMITS);
  }

  private void open(ApiLimits limits) throws IOException {
    if (api != null) {
      api.close();
    }
    api = ApiFixture.remote(directory, limits);
    secret = token("ada", "operator", SampleViews.NOW.plusSeconds(60));
  }

  private String token(String name, String role, Instant expiresAt) {
    String text = Tokens.newText();
    api.dispatch.tokens.put(
        new StoredToken(name, role, Tokens.digest(text), SampleViews.NOW, "root", expiresAt));
    return text;
  }

  @Test
  void whoHasNoValidTokenGetsNothingFromAnyRoute() throws Exception {
    String expired = token("old", "admin", SampleViews.NOW);
    List<String> headers =
        List.of(
            "",
            "Authorization: Basic YWRhOmFkYQ==\r\n",
            "Authorization: Bearer\r\n",
            "Authorization: Bearer \r\n",
            "Authorization: Bearer " + secret + "x\r\n",
            "Authorization: Bearer " + Tokens.digest(secret) + "\r\n",
            "Authorization: Bearer " + expired + "\r\n",
            bearer(secret) + bearer(secret),
            "Cookie: token=" + secret + "\r\n");
    for (String header : headers) {
      String answer = ask("GET /v1/nodes", header, "");
      assertEquals(401, status(answer), header);
      assertTrue(answer.contains("www-authenticate: Bearer"), answer);
      assertTrue(answer.contains("not-authenticated"), answer);
      assertFalse(answer.contains("node-a"), answer);
    }
    for (Route route : api.server.routes().subList(0, 20)) {
      String path = route.template().replaceAll("\\{[a-z0-9]+}", "none");
      assertEquals(401, status(ask(route.method() + " " + path, "", "")), route.toString());
    }
    assertEquals(401, status(ask("GET /none", "", "")));
    assertEquals(0, api.dispatch.jobs.size());
    assertEquals(2, api.dispatch.nodes.size());
  }

  @Test
  void aTokenHasOnlyItsRole() throws Exception {
    String reader = token("eve", "read", SampleViews.NOW.plusSeconds(60));
    String gone = token("gone", "no-such-role", SampleViews.NOW.plusSeconds(60));
    String job = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"true\"}]}";
    assertEquals(200, status(ask("GET /v1/nodes", bearer(reader), "")));
    assertEquals(403, status(ask("GET /v1/nodes", bearer(gone), "")));
    String refused = ask("POST /v1/jobs", bearer(reader), job);
    assertEquals(403, status(refused));
    assertTrue(refused.contains("token eve may not submit jobs here; nothing was done"), refused);
    assertEquals(403, status(ask("DELETE /v1/nodes", bearer(secret), "")));
    assertEquals(403, status(ask("GET /v1/tokens", bearer(secret), "")));
    assertEquals(
        403,
        status(
            ask(
                "POST /v1/tokens",
                bearer(secret),
                "{\"name\":\"me\",\"role\":\"admin\",\"ttl\":60}")));
    assertEquals(202, status(ask("POST /v1/jobs", bearer(secret), job)));
    assertEquals(List.of("token:ada"), List.copyOf(api.dispatch.submittedBy.values()));
  }

  /** The server reads files for root, and for nobody who comes from elsewhere. */
  @Test
  void theServerOpensNoFileForIt() throws Exception {
    String admin = token("boss", "admin", SampleViews.NOW.plusSeconds(60));
    Path file = Files.writeString(directory.resolve("file"), "content");
    String sha256 = Digests.sha256(file);
    assertEquals(
        404, status(ask("HEAD /v1/content/" + sha256 + "?path=" + file, bearer(admin), "")));
  }

  /** The kernel cannot send a file through TLS. */
  @Test
  void whatWasFetchedComesThroughTls() throws Exception {
    UUID job = UUID.fromString(submitted(ask("POST /v1/jobs", bearer(secret), RUN)));
    String content = "0123456789".repeat(20_000);
    try (FileChannel file = api.fetched.append(job, "node-a", holder("ada"), 0)) {
      file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
      api.fetched.finish(job, "node-a", new FetchArrival(1, ""));
    }
    String got = ask("GET /v1/jobs/" + job + "/fetched/node-a?offset=5", bearer(secret), "");
    assertEquals(200, status(got), got);
    assertTrue(got.endsWith("\r\n\r\n" + content.substring(5)), "the content is another one");
  }

  @Test
  void anotherTokenOfTheNameDoesNotGetWhatWasFetched() throws Exception {
    UUID job = UUID.fromString(submitted(ask("POST /v1/jobs", bearer(secret), RUN)));
    try (FileChannel file = api.fetched.append(job, "node-a", holder("ada"), 0)) {
      file.write(ByteBuffer.wrap(new byte[10]));
      api.fetched.finish(job, "node-a", new FetchArrival(1, ""));
    }
    api.dispatch.tokens.drop("ada");
    String later = token("ada", "operator", SampleViews.NOW.plusSeconds(60));
    String other = token("bob", "operator", SampleViews.NOW.plusSeconds(60));
    for (String path : List.of("/fetched", "/fetched/node-a")) {
      String refused = ask("GET /v1/jobs/" + job + path, bearer(later), "");
      assertEquals(403, status(refused), refused);
      assertTrue(refused.contains("by another token of the name ada"), refused);
      refused = ask("GET /v1/jobs/" + job + path, bearer(other), "");
      assertEquals(403, status(refused), refused);
      assertTrue(refused.contains("submitted by token:ada, who alone"), refused);
    }
  }

  private String holder(String name) {
    return api.dispatch.tokens.holder("token:" + name, SampleViews.NOW);
  }

  private static String submitted(String reply) {
    Matcher id = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").matcher(reply);
    assertTrue(id.find(), reply);
    return id.group();
  }

  @Test
  void revokingEndsWhatUsesTheTokenAndNothingElse() throws Exception {
    String other = token("bob", "read", SampleViews.NOW.plusSeconds(60));
    try (SSLSocket follower = tls();
        SSLSocket stays = tls()) {
      send(follower, request("GET /v1/events", bearer(secret), ""));
      send(stays, request("GET /v1/events", bearer(other), ""));
      await().until(() -> api.dispatch.followers.size() == 2);
      api.dispatch.tokens.drop("ada");
      readAll(follower);
      await().until(() -> api.dispatch.followers.size() == 1);
    }
    assertEquals(401, status(ask("GET /v1/nodes", bearer(secret), "")));
    assertEquals(200, status(ask("GET /v1/nodes", bearer(other), "")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /v1/nodes HTTP/1.1\r\nHost: x\r\n\r\n",
        "{\"user\": \"root\"}",
        "SSH-2.0-OpenSSH\r\n",
        "\0\0\0\0",
        "\u00ff\u0000\u0000\u0000"
      })
  void whatIsNotTlsIsToldSoInTheClear(String said) throws Exception {
    try (Socket socket = plain()) {
      socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
      String answer = readAll(socket);
      assertEquals(400, status(answer));
      assertTrue(answer.contains("use https://"), answer);
    }
  }

  @Test
  void whatOnlyBeginsAsTlsIsClosed() throws Exception {
    for (String said : List.of("\u0016garbage", "\u0016\u0003\u0001\u00ff\u00ff")) {
      open(ApiFixture.impatient());
      try (Socket socket = plain()) {
        socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
        assertFalse(readAll(socket).contains("HTTP"));
      }
    }
  }

  /** Before the handshake, after it, and in the middle of a request. */
  @Test
  void whoSaysNothingIsClosed() throws Exception {
    open(new ApiLimits(512, 16 << 10, 16 << 10, Duration.ofSeconds(3), Duration.ofSeconds(50)));
    try (Socket silent = plain();
        SSLSocket shaken = tls();
        SSLSocket half = tls()) {
      try {
        shaken.startHandshake();
        send(half, "GET /v1/nodes HTTP/1.1\r\nHost");
      } catch (IOException e) {
        // A busy machine may be that slow.
        assertTrue(e.getMessage() != null);
      }
      assertEquals("", readAll(silent));
      assertEquals("", readAll(shaken));
      assertFalse(readAll(half).contains("HTTP/1.1 2"));
    }
  }

  @Test
  void olderVersionsOfTlsAreRefused() throws Exception {
    try (SSLSocket socket = tls()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertThrows(SSLException.class, socket::startHandshake);
    }
  }

  @Test
  void requestsThatHideOthersGainNothing() throws Exception {
    String hidden = "DELETE /v1/nodes HTTP/1.1\r\nHost: x\r\n\r\n";
    String both =
        "POST /v1/check HTTP/1.1\r\nHost: x\r\n"
            + bearer(secret)
            + "Content-Length: "
            + (hidden.length() + 5)
            + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + hidden;
    assertEquals(List.of(400), statuses(raw(both)));
    assertEquals(
        List.of(400),
        statuses(
            raw(
                "POST /v1/check HTTP/1.1\r\nHost: x\r\n"
                    + bearer(secret)
                    + "Content-Length: 5\r\nContent-Length: 50\r\n\r\n0\r\n\r\n"
                    + hidden)));
    assertEquals(
        List.of(400),
        statuses(
            raw(
                "POST /v1/check HTTP/1.1\r\nHost: x\r\n"
                    + bearer(secret)
                    + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"
                    + hidden)));
    assertEquals(2, api.dispatch.nodes.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v1/../v1/tokens",
        "/v1/%2e%2e/v1/tokens",
        "//v1/tokens",
        "/v1/tokens/",
        "/V1/tokens",
        "/v1/jobs/..%2f..%2ftokens",
        "/etc/passwd",
        "/v1/content/..%2f..%2fapi_key.pem"
      })
  void tricksWithPathsLeadNowhere(String path) throws Exception {
    int status = status(ask("GET " + path, bearer(secret), ""));
    assertTrue(status == 404 || status == 405 || status == 400, path + " " + status);
  }

  @Test
  void whatIsTooLargeIsRefused() throws Exception {
    assertEquals(414, status(ask("GET /v1/" + "x".repeat(20_000), bearer(secret), "")));
    assertEquals(
        431,
        status(ask("GET /v1/nodes", bearer(secret) + "X: " + "x".repeat(20_000) + "\r\n", "")));
    assertEquals(
        List.of(413),
        statuses(
            raw(
                "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                    + bearer(secret)
                    + "Content-Length: 99999999999\r\n\r\n")));
  }

  @Test
  void connectionsOfStrangersKeepNobodyOut() throws Exception {
    List<Socket> idle = new ArrayList<>();
    for (int i = 0; i < 700; i++) {
      idle.add(plain());
    }
    assertEquals(200, status(ask("GET /v1/nodes", bearer(secret), "")));
    assertEquals(2, api.connection.nodes().size());
    for (Socket socket : idle) {
      socket.close();
    }
  }

  @Test
  void otherSitesAreNotToldThatTheyMay() throws Exception {
    String preflight =
        ask(
            "OPTIONS /v1/jobs",
            "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n",
            "");
    assertEquals(401, status(preflight));
    String answer = ask("GET /v1/nodes", bearer(secret) + "Origin: https://evil.example\r\n", "");
    assertEquals(200, status(answer));
    assertFalse((preflight + answer).toLowerCase(Locale.ROOT).contains("access-control"));
  }

  /** The original's dialect, which proves nothing, is for the socket alone. */
  @Test
  void theDialectOfTheOriginalIsNotSpoken() throws Exception {
    assertEquals(List.of(400), statuses(raw("{\"manage\": {\"list_nodes\": null}}\r\n\r\n")));
  }

  private String ask(String head, String headers, String body) throws IOException {
    return raw(request(head, headers, body));
  }

  private String raw(String text) throws IOException {
    return RawTls.raw(api.server.remoteAddress(), text);
  }

  private Socket plain() throws IOException {
    return RawTls.plain(api.server.remoteAddress());
  }

  private SSLSocket tls() throws IOException {
    return RawTls.tls(api.server.remoteAddress());
  }
}
