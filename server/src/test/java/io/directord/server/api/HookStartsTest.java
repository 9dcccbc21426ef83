package io.directord.server.api;

import static io.directord.server.api.RawTls.bearer;
import static io.directord.server.api.RawTls.raw;
import static io.directord.server.api.RawTls.request;
import static io.directord.server.api.RawTls.status;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.IncomingHook;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.security.PrivateFiles;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.server.access.Tokens;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.hook.IncomingHooks;
import io.directord.server.store.StoredToken;
import io.directord.verbs.Components;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may start a hook, and what reaches its orchestration. */
@Timeout(300)
class HookStartsTest {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String GITHUB_KEY = "a secret that the forge has too";

  @TempDir Path directory;
  @AutoClose private ApiFixture api;
  private final IncomingHooks hooks = new IncomingHooks();
  private String operator;

  @BeforeEach
  void start() throws Exception {
    write("standard_secret", "whsec_" + Base64.getEncoder().encodeToString(KEY));
    write("github_secret", GITHUB_KEY);
    Files.writeString(
        directory.resolve("deploy.yaml"),
        """
        - name: deploy
          targets: [node-a]
          jobs:
            - RUN: deploy --version {{ hook.version }} on {{ node }} {{ hook.stage }}
              name: "{{ hook.version }}"
            - RUN: echo done
        - targets: [node-b]
          jobs:
            - RUN: notify {{ hook.version }}
        """);
    replace(config());
    api = ApiFixture.remote(directory, ApiFixture.LIMITS, hooks);
    operator = token("ada", "operator");
  }

  private String config() {
    return """
        hooks:
          deploy:
            start: DIR/deploy.yaml
            parameters:
              version: {pattern: '[0-9]+(\\.[0-9]+)*'}
              stage: {values: [test, prod], default: test}
            signature: standard
            secret_file: DIR/standard_secret
            max_open: 2
          forge:
            start: DIR/deploy.yaml
            parameters:
              version: {from: /release/tag_name}
              stage: {default: prod, from: /none}
            signature: github
            secret_file: DIR/github_secret
            max_open: 100
            per_minute: 3
        """
        .replace("DIR", directory.toString());
  }

  private void write(String name, String line) throws Exception {
    PrivateFiles.create(directory.resolve(name), (line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  private void replace(String config) throws Exception {
    Path file = directory.resolve("config.yaml");
    Files.writeString(file, config);
    List<IncomingHook> settings =
        SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of())
            .get(Settings.HOOKS)
            .incoming();
    List<ValidationError> errors = new ArrayList<>();
    IncomingHooks.Table read =
        IncomingHooks.read(settings, Components.installed(List.of()), errors);
    assertEquals(List.of(), errors);
    hooks.replace(read);
  }

  private String token(String name, String role) {
    String text = Tokens.newText();
    Instant ends = SampleViews.NOW.plusSeconds(600);
    api.dispatch.tokens.put(
        new StoredToken(name, role, Tokens.digest(text), SampleViews.NOW, "root", ends));
    return text;
  }

  private String post(String hook, String headers, String body) throws Exception {
    return raw(api.server.remoteAddress(), request("POST /v1/hooks/" + hook, headers, body));
  }

  private static String parameters(String version) {
    return "{\"parameters\":{\"version\":\"" + version + "\"}}";
  }

  private static String standard(String id, Instant at, String body) throws Exception {
    String signed = id + "." + at.getEpochSecond() + "." + body;
    return "webhook-id: "
        + id
        + "\r\nwebhook-timestamp: "
        + at.getEpochSecond()
        + "\r\nwebhook-signature: v1,"
        + Base64.getEncoder().encodeToString(mac(KEY, signed))
        + "\r\n";
  }

  private static String github(String body) throws Exception {
    byte[] key = GITHUB_KEY.getBytes(StandardCharsets.UTF_8);
    return "X-Hub-Signature-256: sha256=" + HexFormat.of().formatHex(mac(key, body)) + "\r\n";
  }

  private static byte[] mac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<String> commands() {
    return api.dispatch.jobs.values().stream()
        .map(Job::arguments)
        .map(arguments -> arguments.path("command").stringValue())
        .toList();
  }

  @Test
  void aTokenStartsTheJobsWithTheValues() throws Exception {
    String answer = post("deploy", bearer(operator), parameters("1.10"));

    assertEquals(202, status(answer), answer);
    assertEquals(
        List.of("deploy --version 1.10 on {{ node }} test", "echo done", "notify 1.10"),
        commands());
    Job first = api.dispatch.jobs.values().iterator().next();
    assertEquals("1.10", first.name());
    assertEquals("deploy: deploy", first.parent().name());
    assertTrue(first.skipCache());
    assertEquals("hook:deploy", api.dispatch.submittedBy.get(first.id()));
    assertTrue(answer.contains(first.parent().id().toString()), answer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"parameters\":{\"version\":\"1; reboot\"}}",
        "{\"parameters\":{\"version\":\"$(id)\"}}",
        "{\"parameters\":{\"version\":\"{{ secret }}\"}}",
        "{\"parameters\":{\"version\":\"1\\n- RUN: id\"}}",
        "{\"parameters\":{\"version\":\"-rf\"}}",
        "{\"parameters\":{\"version\":\"\"}}",
        "{\"parameters\":{\"version\":1.5}}",
        "{\"parameters\":{\"version\":[\"1\"]}}",
        "{\"parameters\":{\"version\":\"1\",\"stage\":\"live\"}}",
        "{\"parameters\":{\"version\":\"1\",\"verion\":\"2\"}}",
        "{\"parameters\":{\"version\":\"1\"},\"jobs\":[]}",
        "{\"parameters\":{\"version\":\"1\",\"version\":\"2\"}}",
        "{\"parameters\":{}}",
        "{\"parameters\":\"version\"}",
        "[1]",
        "{",
      })
  void whatIsNotDeclaredStartsNothing(String body) throws Exception {
    String answer = post("deploy", bearer(operator), body);
    assertEquals(400, status(answer), answer);
    assertTrue(answer.contains("\"detail\":\""), answer);
    assertEquals(List.of(), commands());
  }

  @Test
  void theAuditLogSaysThatAValueWasWrongAndNotTheValue() throws Exception {
    String secret = "hunter-2";
    for (String body :
        List.of(
            parameters(secret),
            "{\"parameters\":{\"version\":\"1\",\"stage\":\"" + secret + "\"}}",
            "{\"parameters\":{\"version\":" + secret + "}}")) {
      String answer = post("deploy", bearer(operator), body);
      assertEquals(400, status(answer), answer);
    }
    String log = api.ask("GET /v1/audit HTTP/1.1");
    assertTrue(log.contains("\"who\":\"token:ada\""), log);
    assertTrue(log.contains("\"why\":\"invalid-request: parameters\""), log);
    assertFalse(log.contains("hunter"), log);
  }

  @Test
  void aRoleMayStartOneHookOnly() throws Exception {
    String reader = token("eve", "read");
    assertEquals(403, status(post("deploy", bearer(reader), parameters("1"))));
    assertEquals(404, status(post("deplo", bearer(operator), parameters("1"))));
    assertEquals(401, status(post("deploy", "", parameters("1"))));
    assertEquals(401, status(post("deplo", "", parameters("1"))));
    assertEquals(401, status(post("deploy", bearer("x"), parameters("1"))));
    assertEquals(List.of(), commands());
  }

  @Test
  void aSignedRequestStartsARunOnceHoweverOftenItIsAttempted() throws Exception {
    String body = parameters("2");
    String headers = standard("msg_1", SampleViews.NOW, body);
    assertEquals(202, status(post("deploy", headers, body)));
    String again = post("deploy", headers, body);
    assertEquals(200, status(again), again);
    assertTrue(again.contains("\"started\":false"), again);
    // The id and not the time says which delivery it is.
    String later = standard("msg_1", SampleViews.NOW.plusSeconds(60), body);
    assertEquals(200, status(post("deploy", later, body)));
    assertEquals(3, commands().size());
    assertEquals(202, status(post("deploy", standard("msg_2", SampleViews.NOW, body), body)));
    assertEquals(6, commands().size());
  }

  @Test
  void aDeliveryThatStartedBeforeStaysOneAfterItsOrchestrationHasGrown() throws Exception {
    String body = parameters("2");
    String headers = standard("msg_1", SampleViews.NOW, body);
    assertEquals(202, status(post("deploy", headers, body)));
    Files.writeString(
        directory.resolve("deploy.yaml"),
        Files.readString(directory.resolve("deploy.yaml")) + "    - RUN: more\n");
    replace(config());
    assertEquals(200, status(post("deploy", headers, body)));
    assertEquals(3, commands().size());
  }

  @Test
  void whoHasNotTheSecretStartsNothing() throws Exception {
    String body = parameters("2");
    String right = standard("msg_1", SampleViews.NOW, body);
    List<String> wrong =
        List.of(
            standard("msg_1", SampleViews.NOW, parameters("3")),
            right.replace("webhook-id: msg_1", "webhook-id: msg_2"),
            standard("msg_1", SampleViews.NOW.minusSeconds(301), body),
            standard("msg_1", SampleViews.NOW.plusSeconds(301), body),
            right.replace("v1,", "v2,"),
            right + "webhook-id: msg_1\r\n",
            github(body),
            right.replaceAll("v1,[^\r]*", ""));
    for (String headers : wrong) {
      assertEquals(401, status(post("deploy", headers, body)), headers);
    }
    assertEquals(401, status(post("forge", right, body)));
    assertEquals(List.of(), commands());
  }

  @Test
  void aForgeSignsItsOwnBodyInWhichTheValuesAreFound() throws Exception {
    String body =
        "{\"action\":\"published\",\"release\":{\"tag_name\":\"v1.2\",\"body\":\"`id`\"}}";
    assertEquals(202, status(post("forge", github(body), body)));
    assertEquals("deploy --version v1.2 on {{ node }} prod", commands().get(0));
    // Headers are not signed, so another delivery id does not make another delivery.
    String again = github(body) + "X-GitHub-Delivery: other\r\n";
    assertEquals(200, status(post("forge", again, body)));
    assertEquals(3, commands().size());
    String evil = body.replace("v1.2", "v1;id");
    assertEquals(400, status(post("forge", github(evil), evil)));
    assertEquals(401, status(post("forge", github(body), evil)));
    String ping = "{\"zen\":\"x\"}";
    String answer = post("forge", github(ping) + "X-GitHub-Event: ping\r\n", ping);
    assertEquals(200, status(answer), answer);
    assertEquals(3, commands().size());
  }

  @Test
  void moreOpenRunsThanMayBeAreRefusedAndTheCallerIsToldWhenToTryAgain() throws Exception {
    assertEquals(202, status(post("deploy", bearer(operator), parameters("1"))));
    assertEquals(202, status(post("deploy", bearer(operator), parameters("2"))));
    String third = post("deploy", bearer(operator), parameters("3"));
    assertEquals(429, status(third), third);
    assertTrue(third.contains("retry-after: 30"), third);
    assertTrue(third.contains("max_open is 2"), third);
    assertEquals(6, commands().size());
    assertEquals(1, hooks.views().get(0).requests().refused());
  }

  @Test
  void aStormIsSlowedDown() throws Exception {
    for (int i = 0; i < 3; i++) {
      String body = "{\"release\":{\"tag_name\":\"" + i + "\"}}";
      assertEquals(202, status(post("forge", github(body), body)));
    }
    String body = "{\"release\":{\"tag_name\":\"4\"}}";
    String answer = post("forge", github(body), body);
    assertEquals(429, status(answer), answer);
    assertTrue(answer.matches("(?s).*retry-after: (\\d|1\\d|20)\r.*"), answer);
    // What was refused was not begun, so a later attempt is no repetition.
    assertEquals(9, commands().size());
  }

  @Test
  void whatTheServerRefusesIsNoneOfTheRunsOfAMinute() throws Exception {
    api.dispatch.submitRefusal =
        new RefusedException(RefusedException.Kind.FULL, ErrorCode.SERVER_FULL, "no room");
    for (int i = 0; i < 4; i++) {
      String body = "{\"release\":{\"tag_name\":\"" + i + "\"}}";
      assertEquals(503, status(post("forge", github(body), body)));
    }
    api.dispatch.submitRefusal = null;
    String body = "{\"release\":{\"tag_name\":\"4\"}}";
    assertEquals(202, status(post("forge", github(body), body)));
  }

  @Test
  void aKeyMakesRequestsOfATokenOneDelivery() throws Exception {
    String headers = bearer(operator) + "Idempotency-Key: build-7\r\n";
    assertEquals(202, status(post("deploy", headers, parameters("1"))));
    assertEquals(200, status(post("deploy", headers, parameters("1"))));
    String other = bearer(token("bob", "operator")) + "Idempotency-Key: build-7\r\n";
    assertEquals(202, status(post("deploy", other, parameters("1"))));
  }

  @Test
  void aBodyThatIsTooLongIsRefusedBeforeItIsRead() throws Exception {
    String head =
        "POST /v1/hooks/forge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: 2000000\r\n\r\n";
    String answer = raw(api.server.remoteAddress(), head);
    assertEquals(413, status(answer), answer);
    String chunked =
        "POST /v1/hooks/forge HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
            + "fff00\r\n"
            + "x".repeat(0xfff00)
            + "\r\nfff00\r\n"
            + "x".repeat(0x8000);
    assertEquals(413, status(raw(api.server.remoteAddress(), chunked)));
  }

  @Test
  void theViewHasNoSecret() {
    String views = hooks.views().toString();
    assertTrue(views.contains("deploy.yaml"), views);
    assertFalse(views.contains("secret"), views);
  }
}
