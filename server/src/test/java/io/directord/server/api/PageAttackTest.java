package io.directord.server.api;

import static io.directord.server.api.RawTls.bearer;
import static io.directord.server.api.RawTls.readAll;
import static io.directord.server.api.RawTls.request;
import static io.directord.server.api.RawTls.send;
import static io.directord.server.api.RawTls.status;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.json.Json;
import io.directord.common.security.Digests;
import io.directord.server.access.Tokens;
import io.directord.server.store.StoredToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other sites, and others at the same browser, may try with the page. */
@Timeout(300)
class PageAttackTest {
  private static final String JOB = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"true\"}]}";
  private static final String PAGE = "Directord-Page: 1\r\n";
  private static final Pattern COOKIE =
      Pattern.compile("set-cookie: (__Host-directord=[\\w-]+)(; [^\r]*)");

  @TempDir Path directory;
  @AutoClose private ApiFixture api;
  private String secret;

  @BeforeEach
  void start() throws Exception {
    api = ApiFixture.remote(directory, ApiFixture.LIMITS);
    secret = token("ada", "operator");
  }

  private String token(String name, String role) {
    String text = Tokens.newText();
    api.dispatch.tokens.put(
        new StoredToken(
            name,
            role,
            Tokens.digest(text),
            SampleViews.NOW,
            "root",
            SampleViews.NOW.plusSeconds(60)));
    return text;
  }

  private String ask(String head, String headers, String body) throws IOException {
    return RawTls.raw(api.server.remoteAddress(), request(head, headers, body));
  }

  /** The header with the cookie of a new login. */
  private String login(String shown) throws IOException {
    String answer = ask("POST /v1/session", bearer(shown), "");
    assertEquals(201, status(answer), answer);
    Matcher cookie = COOKIE.matcher(answer);
    assertTrue(cookie.find(), answer);
    assertEquals("; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=28800", cookie.group(2));
    return "Cookie: " + cookie.group(1) + "\r\n";
  }

  @Test
  void aLoginHasTheRightsOfItsTokenAndEndsWithIt() throws Exception {
    String operator = login(secret) + PAGE;
    String reader = login(token("eve", "read")) + PAGE;
    assertEquals(202, status(ask("POST /v1/jobs", operator, JOB)));
    assertEquals(List.of("token:ada"), List.copyOf(api.dispatch.submittedBy.values()));
    assertEquals(403, status(ask("POST /v1/jobs", reader, JOB)));
    assertEquals(403, status(ask("GET /v1/tokens", operator, "")));
    try (SSLSocket follower = RawTls.tls(api.server.remoteAddress())) {
      send(follower, request("GET /v1/events", operator, ""));
      await().until(() -> api.dispatch.followers.size() == 1);
      api.dispatch.tokens.drop("ada");
      readAll(follower);
    }
    String ended = ask("GET /v1/nodes", operator, "");
    assertEquals(401, status(ended));
    assertTrue(ended.contains("this login has ended"), ended);
    assertEquals(200, status(ask("GET /v1/nodes", reader, "")));
    secret = token("ada", "admin");
    assertEquals(401, status(ask("GET /v1/nodes", operator, "")), "another token of that name");
  }

  @Test
  void loggingOutEndsTheLoginAtTheServer() throws Exception {
    String cookie = login(secret) + PAGE;
    String out = ask("DELETE /v1/session", cookie, "");
    assertEquals(204, status(out));
    assertTrue(out.contains("__Host-directord=; Path=/; Secure;"), out);
    assertTrue(out.contains("Max-Age=0"), out);
    assertEquals(401, status(ask("GET /v1/nodes", cookie, "")));
  }

  /** A browser sends the cookie by itself, but the header only for the page. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Origin: https://evil.example\r\n",
        "Origin: null\r\n",
        PAGE + "Origin: https://evil.example\r\n",
        PAGE + "Origin: null\r\n",
        PAGE + "Origin: http://localhost\r\n",
        PAGE + "Origin: https://localhost:1\r\n",
        PAGE + "Origin: https://localhost\r\nOrigin: https://evil.example\r\n",
        PAGE + "Sec-Fetch-Site: cross-site\r\n",
        PAGE + "Sec-Fetch-Site: same-site\r\n",
        PAGE + "Sec-Fetch-Site: none\r\n"
      })
  void anotherSiteCanDoNothingInTheNameOfWhoHasLoggedIn(String headers) throws Exception {
    String cookie = login(secret);
    String answer = ask("POST /v1/jobs", cookie + headers, JOB);
    assertEquals(403, status(answer), answer);
    assertTrue(answer.contains("only the page may use that"), answer);
    assertEquals(403, status(ask("GET /v1/nodes", cookie + headers, "")));
    assertEquals(0, api.dispatch.jobs.size());
    assertFalse(answer.toLowerCase(Locale.ROOT).contains("access-control"), answer);
    String own = PAGE + "Origin: https://localhost\r\nSec-Fetch-Site: same-origin\r\n";
    assertEquals(202, status(ask("POST /v1/jobs", cookie + own, JOB)));
  }

  /** The browser asks before it sends the header for another site, and is told nothing. */
  @Test
  void noOtherSiteIsAllowedTheHeader() throws Exception {
    String asked =
        ask(
            "OPTIONS /v1/jobs",
            "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n"
                + "Access-Control-Request-Headers: directord-page\r\n",
            "");
    assertEquals(401, status(asked));
    assertFalse(asked.toLowerCase(Locale.ROOT).contains("access-control"), asked);
  }

  @Test
  void theCookieIsNotTheTokenAndNothingElseIsACookie() throws Exception {
    String cookie = login(secret);
    String value = cookie.replaceAll("(?s).*=([\\w-]+).*", "$1");
    String name = "Cookie: __Host-directord=";
    assertEquals(401, status(ask("GET /v1/nodes", bearer(value), "")));
    assertEquals(401, status(ask("GET /v1/nodes", name + secret + "\r\n" + PAGE, "")));
    assertEquals(401, status(ask("GET /v1/nodes", name + "\r\n" + PAGE, "")));
    assertEquals(401, status(ask("GET /v1/nodes", "Cookie: x=" + value + "\r\n" + PAGE, "")));
    String two = cookie.strip() + "; __Host-directord=x\r\n" + PAGE;
    assertEquals(401, status(ask("GET /v1/nodes", two, "")), "two cookies");
    assertEquals(401, status(ask("POST /v1/session", cookie + PAGE, "")), "a login makes none");
    assertEquals(
        401, status(ask("GET /v1/nodes", cookie + PAGE + bearer("wrong"), "")), "a token decides");
    assertEquals(200, status(ask("GET /v1/nodes", cookie + PAGE, "")));
  }

  @Test
  void aLinkLogsInOnceAndIsGoodForNothingElse() throws Exception {
    String made = ask("POST /v1/links", bearer(secret), "");
    assertEquals(201, status(made), made);
    Bodies.PageLink link = read(made, Bodies.PageLink.class);
    assertEquals(api.server.remoteAddress().getPort(), link.port());
    assertEquals(401, status(ask("GET /v1/nodes", bearer(link.link()), "")));
    assertEquals(401, status(ask("POST /v1/session?x=1", bearer(link.link()), "")));
    String cookie = login(link.link()) + PAGE;
    assertTrue(ask("GET /v1/whoami", cookie, "").contains("\"token:ada\""));
    assertEquals(401, status(ask("POST /v1/session", bearer(link.link()), "")));
    Bodies.PageLink unused = read(ask("POST /v1/links", cookie, ""), Bodies.PageLink.class);
    api.dispatch.tokens.drop("ada");
    assertEquals(401, status(ask("POST /v1/session", bearer(unused.link()), "")));
  }

  /** Both requests begin while it is open; the bodies end later. */
  @Test
  void aLinkLogsInOnceHoweverManyRequestsBeginWithIt() throws Exception {
    Bodies.PageLink link = read(ask("POST /v1/links", bearer(secret), ""), Bodies.PageLink.class);
    String head =
        request("POST /v1/session", bearer(link.link()) + "Transfer-Encoding: chunked\r\n", "");
    try (SSLSocket first = RawTls.tls(api.server.remoteAddress());
        SSLSocket second = RawTls.tls(api.server.remoteAddress())) {
      for (SSLSocket socket : List.of(first, second)) {
        send(socket, head.replace("\r\n\r\n", "\r\nExpect: 100-continue\r\n\r\n"));
        byte[] goOn = socket.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n".length());
        assertEquals("HTTP/1.1 100 Continue\r\n", new String(goOn, StandardCharsets.US_ASCII));
      }
      send(first, "0\r\n\r\n");
      assertEquals(201, status(readAll(first)));
      send(second, "0\r\n\r\n");
      assertEquals(401, status(readAll(second)));
    }
  }

  /** Planning takes a worker that all callers share. */
  @Test
  void aLongTextIsNotPlanned() throws Exception {
    String text = "#".repeat(PlanApi.MAX_TEXT) + "\\n- jobs: [{RUN: a}]";
    String answer = ask("POST /v1/plan", bearer(secret), "{\"text\":\"" + text + "\"}");
    assertEquals(413, status(answer), answer.substring(0, Math.min(300, answer.length())));
    assertTrue(answer.contains("use 'directord orchestrate'"), answer);
  }

  /** Five thousand jobs, each with ten thousand targets, would be some hundred megabytes. */
  @Test
  void aPlanTakesNoMoreMemoryThanARequestMayHave() throws Exception {
    StringBuilder body = new StringBuilder("{\"text\":\"- jobs:");
    body.append("\\n  - RUN: a".repeat(5000)).append("\",\"targets\":[\"node-0\"");
    for (int i = 1; i < 10_000; i++) {
      body.append(",\"node-").append(i).append('"');
    }
    String answer = ask("POST /v1/plan", bearer(secret), body.append("]}").toString());
    assertEquals(413, status(answer), answer.substring(0, Math.min(300, answer.length())));
  }

  /** At the page nobody has the server open files. */
  @Test
  void aLinkOfTheSocketGivesTheRightsOfItsUserButNotOfTheServer() throws Exception {
    Bodies.PageLink link = read(api.ask("POST /v1/links HTTP/1.1"), Bodies.PageLink.class);
    String cookie = login(link.link()) + PAGE;
    String me = ask("GET /v1/whoami", cookie, "");
    assertTrue(me.contains("\"user\":\"" + System.getProperty("user.name") + "\""), me);
    assertTrue(me.contains("\"everything\":true"), me);
    Path file = Files.writeString(directory.resolve("file"), "content");
    String sha256 = Digests.sha256(file);
    String target = "HEAD /v1/content/" + sha256 + "?path=" + file;
    assertEquals(404, status(ask(target, cookie, "")));
  }

  private static <T> T read(String answer, Class<T> type) {
    return Json.mapper().readValue(answer.substring(answer.indexOf("\r\n\r\n") + 4), type);
  }

  @Test
  void loginsAreInTheAuditLogWithoutTheirSecrets() throws Exception {
    String cookie = login(secret);
    ask("POST /v1/jobs", cookie, JOB);
    ask("DELETE /v1/session", cookie + PAGE, "");
    String log = api.ask("GET /v1/audit HTTP/1.1");
    assertTrue(log.contains("\"what\":\"logged in to the page\""), log);
    assertTrue(log.contains("\"what\":\"logged out of the page\""), log);
    assertTrue(log.contains("only the page may use that"), log);
    assertTrue(log.contains("\"who\":\"token:ada\""), log);
    assertFalse(log.contains("directord_"), log);
  }

  @Test
  void theFilesAreForEverybodyAndMayDoNothingElse() throws Exception {
    String index = ask("GET /", "", "");
    assertEquals(200, status(index));
    assertTrue(index.contains("content-security-policy: default-src 'none'; script-src 'self'"));
    assertFalse(index.contains("unsafe-"), index);
    assertTrue(index.contains("frame-ancestors 'none'"), index);
    assertTrue(index.contains("x-content-type-options: nosniff"), index);
    assertTrue(index.contains("referrer-policy: no-referrer"), index);
    assertFalse(index.matches("(?s).*<script(?! type=\"module\" src=\"/ui/).*"), index);
    assertFalse(index.matches("(?s).*(<style| style=| on[a-z]+=\").*"), index);
    Matcher tag = Pattern.compile("etag: (\"\\w+\")").matcher(index);
    assertTrue(tag.find(), index);
    String known = ask("GET /", "If-None-Match: " + tag.group(1) + "\r\n", "");
    assertEquals(304, status(known), known);
    assertTrue(known.endsWith("\r\n\r\n"), known);
    String packed = ask("GET /ui/app.js", "Accept-Encoding: br, gzip\r\n", "");
    assertTrue(packed.contains("content-encoding: gzip"), packed);
    assertFalse(
        ask("GET /ui/app.js", "Accept-Encoding: gzip;q=0\r\n", "").contains("-encoding: g"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/ui/",
        "/ui/..%2fPageFiles.class",
        "/ui/../../PageFiles.class",
        "/ui/%2e%2e",
        "/ui/app.js%00",
        "/ui//etc/passwd",
        "/ui/APP.JS",
        "/ui/package-info.class"
      })
  void noOtherFileIsThere(String path) throws Exception {
    String answer = ask("GET " + path, "", "");
    assertEquals(404, status(answer), answer);
    assertEquals(401, status(ask("POST " + path, "", "")));
    assertEquals(401, status(ask("GET /v1" + path, "", "")));
  }

  /** Whether a file is there is not told either. */
  @Test
  void aPlanReadsNoFileOfTheServer() throws Exception {
    Path there = Files.writeString(directory.resolve("there"), "web-9\nsecret word\n");
    for (Path file : List.of(there, directory.resolve("none"))) {
      for (String text :
          List.of(
              "- jobs: [{COPY: '" + file + " /x'}]",
              "- jobs: [{ADD: '" + file + " /x'}]",
              "- jobs: [{COPY: '--recursive " + file.getParent() + " /x'}]",
              "- jobs: [{ARG: '--secret-file " + file + " NAME'}]",
              "- {targets: ['@@" + file + "'], jobs: [{RUN: x}]}")) {
        String body = Json.object().put("text", text).toString();
        String answer = ask("POST /v1/plan", bearer(secret), body);
        assertEquals(200, status(answer), answer);
        assertFalse(answer.contains("\"errors\":[]"), text + answer);
        assertFalse(answer.contains("secret word") || answer.contains("web-9"), answer);
        assertFalse(answer.contains("there is no"), answer);
      }
    }
    assertEquals(403, status(ask("POST /v1/plan", bearer(token("eve", "read")), "{}")));
  }

  /** Who asks for the files without end is told to wait, and others are not held up. */
  @Test
  void theFilesAreGivenOutAtARate() throws Exception {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 400; i++) {
      many.append("GET /ui/icon.svg HTTP/1.1\r\nHost: x\r\n\r\n");
    }
    many.append("GET /ui/icon.svg HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    String answers = RawTls.raw(api.server.remoteAddress(), many.toString());
    List<Integer> found = RawTls.statuses(answers);
    assertTrue(found.contains(200) && found.contains(429), found.toString());
    assertEquals(200, status(ask("GET /v1/nodes", bearer(secret), "")));
  }
}
