package io.directord.server.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.directord.common.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Whatever is sent, the answer is for people: it says what is wrong, and names nothing of Java's.
 */
@Timeout(300)
class RequestFuzzTest {
  /** Packages, classes and settings of the libraries that read requests. */
  private static final Pattern INTERNALS =
      Pattern.compile(
          "\\b(com|java|io|tools|org)\\.[a-z]+\\.|Exception|Error\\b|StreamRead|JsonToken|JsonNode"
              + "|ObjectNode|ArrayNode|Deserializ|[a-z]+\\.[A-Z][a-z]+|\\b[A-Z][a-z]+[A-Z][a-z]+|`"
              + "|REDACTED|Source:|through reference chain");

  private static final String GOOD =
      "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"true\", \"retry\": 1, \"targets\": [\"a\"],"
          + " \"timeout\": 5.5, \"run_once\": false, \"stdout_arg\": \"x\"},"
          + " {\"verb\": \"COPY\", \"files\": [{\"path\": \"/a\", \"sha256\": \"b\", \"size\": 1}]}]}";

  /** What other routes than those for jobs expect. */
  private static final List<String> OTHERS =
      List.of(
          "{\"only\": [\"failed\", \"lost\"], \"rerun_id\": \"x\", \"check_only\": true}",
          "{\"targets\": [\"a\"], \"labels\": {\"role\": \"web\", \"site\": null}}");

  /** Beside the routes that there are. */
  private static final List<String> UNKNOWN =
      List.of("PATCH /v1/jobs", "GET /v1/{id}", "POST /v1/events");

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "null",
          "true",
          "1e999",
          "-",
          "0x1",
          "NaN",
          "\\u0000",
          "\\ud800",
          "\\",
          "\n",
          "\t",
          "\u0000",
          "1".repeat(400),
          "\"verb\"",
          "\"verb\": \"RUN\", ",
          "'",
          "/*",
          "é",
          "😀",
          "00",
          "1.5",
          "-1",
          "[]",
          "{}",
          "\"\"");

  @TempDir Path directory;
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
  }

  static List<Arguments> wrong() {
    return List.of(
        arguments(
            "{\"jobs\": [{\"verb\": \"a\", \"verb\": \"b\"}]}", "the key verb is there twice"),
        arguments("{\"jobs\": [", "it ends before it is complete"),
        arguments("{\"jobs\": [{\"verb\": \"RU", "it ends before it is complete"),
        arguments("{\"jobs\": x}", "x is not a value: texts stand in double quotes"),
        arguments("{'jobs': []}", "''' is not expected here"),
        arguments("{\"jobs\": [}", "}"),
        arguments("{\"jobs\": [{\"verb\": \"a\tb\"}]}", "a text has the control character 9 in it"),
        arguments("{\"jobs\": [{\"verb\": \"\\x\"}]}", "\\x is not an escape sequence of JSON"),
        arguments("{\"jobs\": [01]}", "a number begins with a digit that is not 0"),
        arguments(
            "{\"jobs\": [{\"verb\": \"RUN\", \"timeout\": \"x\"}]}",
            "jobs[0].timeout: seconds above 0"),
        arguments(
            "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"a\", \"timeout\": 1e400}]}",
            "and at most 1000000000, are expected, not a number beyond 1.7e308"),
        arguments(
            "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"a\", \"retry\": "
                + "9".repeat(900)
                + "}]}",
            "retry: a whole number from -2147483648 to 2147483647 is expected, not 999"),
        arguments(
            "{\"jobs\": [{\"verb\": \"WAIT\", \"seconds\": " + "9".repeat(900) + "}]}",
            "seconds: a number of seconds up to 1000000000 is expected, not 999"),
        arguments(
            "{\"jobs\": [{\"verb\": \"WAIT\", \"seconds\": 1e400}]}",
            "seconds: a number of seconds up to 1000000000 is expected, not a number beyond"),
        arguments(
            "{\"jobs\": [{\"verb\": \"COPY\", \"files\": [{\"path\": \"/a\", \"size\": "
                + "9".repeat(900)
                + "}]}]}",
            "a whole number from -9223372036854775808 to 9223372036854775807 is expected"),
        arguments("{\"jobs\": [5, [], null]}", "jobs[2]: an object is expected, not null"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void whatIsWrongIsSaid(String body, String message) throws Exception {
    String detail = problem(post("/v1/jobs", body.getBytes(UTF_8)), 400).get("detail").asString();
    assertTrue(detail.contains(message), detail);
  }

  @Test
  void limitsAreSaid() throws Exception {
    assertSaid("are nested more than 100 deep", "{\"jobs\": [" + "[".repeat(200));
    assertSaid("a number has more than 1000 characters", "{\"jobs\": [" + "1".repeat(2000) + "]}");
    String text = "x".repeat(WeighedJson.MAX_TEXT + 10);
    assertSaid(
        "a text has more than 4194304 characters",
        "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"" + text + "\"}]}");
    assertSaid(
        "jobs[0].verb: unknown verb X",
        "{\"jobs\": [{\"verb\": \"" + "X".repeat(1 << 20) + "\"}]}");
  }

  private void assertSaid(String expected, String body) throws IOException {
    String detail = problem(post("/v1/jobs", body.getBytes(UTF_8)), 400).get("detail").asString();
    assertTrue(detail.contains(expected), () -> expected + " in " + detail);
  }

  @Test
  void everyErrorIsToldTogetherWithItsPlace() throws Exception {
    JsonNode problem =
        problem(
            post(
                "/v1/jobs",
                ("{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"true\"}, {\"verb\": \"RUN\"},"
                        + " {\"verb\": \"RUN\", \"command\": \"true\", \"retry\": -1, \"no_block\": 1},"
                        + " {\"verb\": \"RUN\", \"command\": \"true\", \"retry\": -1}]}")
                    .getBytes(UTF_8)),
            400);
    List<String> places = new ArrayList<>();
    problem.get("errors").forEach(error -> places.add(error.get("place").asString()));
    assertEquals(
        List.of("jobs[1].command", "jobs[2].no_block", "jobs[2].retry", "jobs[3].retry"), places);
    assertEquals(3, problem.get("errors").get(3).get("job").asInt());
    assertEquals("retry", problem.get("errors").get(3).get("key").asString());
    assertTrue(api.dispatch.jobs.isEmpty());
  }

  @Test
  void noAnswerNamesWhatOnlyProgrammersKnow() throws Exception {
    Random random = new Random(7);
    List<String> routes = routes();
    for (int i = 0; i < 100 * routes.size(); i++) {
      String[] route = routes.get(i % routes.size()).split(" ");
      StringBuilder path = new StringBuilder();
      for (String part : route[1].split("\\{[a-z0-9]+}", -1)) {
        path.append(path.isEmpty() ? "" : id(random)).append(part);
      }
      path.append(query(random));
      byte[] body = body(route[1], random);
      String answer = send(route[0], path.toString(), body);
      check(answer, path, body, i + " " + route[0] + " " + path);
    }
  }

  /** Each of the server's routes, so that none is left out, and some that it does not have. */
  private List<String> routes() {
    List<String> routes = new ArrayList<>(UNKNOWN);
    // The answer of events does not end.
    api.server.routes().stream()
        .map(Route::toString)
        .filter(route -> !route.equals("GET /v1/events"))
        .forEach(routes::add);
    return routes;
  }

  /** What the caller wrote may be in the answer, whatever it looks like. */
  private static void check(String answer, CharSequence path, byte[] sent, String what) {
    int body = answer.indexOf("\r\n\r\n");
    String text = answer.substring(body < 0 ? 0 : body + 4);
    String callers = path + new String(sent, ISO_8859_1).replace("\0", "");
    INTERNALS
        .matcher(text)
        .results()
        .forEach(found -> assertTrue(callers.contains(found.group()), () -> what + ": " + text));
    assertFalse(answer.startsWith("HTTP/1.1 500"), () -> what + ": " + answer);
  }

  private static String id(Random random) {
    return List.of(
            "x", "%00", "last", "..%2f..", "%ff", "00000000-0000-0000-0000-000000000000", "1")
        .get(random.nextInt(7));
  }

  private static String query(Random random) {
    return List.of("", "", "?limit=x", "?parent=%zz", "?%00=1", "?detail=foo", "?limit=1&limit=2")
        .get(random.nextInt(7));
  }

  private static byte[] body(String route, Random random) throws IOException {
    boolean isForJobs = route.equals("/v1/jobs") || route.equals("/v1/check");
    StringBuilder text =
        new StringBuilder(isForJobs ? GOOD : OTHERS.get(random.nextInt(OTHERS.size())));
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(text.length());
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      switch (random.nextInt(4)) {
        case 0 -> text.insert(at, piece);
        case 1 -> text.replace(at, Math.min(text.length(), at + 1 + random.nextInt(8)), piece);
        case 2 -> text.setLength(at + 1);
        default -> text.insert(at, piece.repeat(random.nextInt(120)));
      }
    }
    List<Charset> charsets = List.of(UTF_8, UTF_8, UTF_8, ISO_8859_1, StandardCharsets.UTF_16);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (random.nextInt(10) == 0) {
      bytes.write(new byte[] {(byte) 0xef, (byte) 0xbb, (byte) 0xbf});
    }
    bytes.write(text.toString().getBytes(charsets.get(random.nextInt(charsets.size()))));
    byte[] all = bytes.toByteArray();
    for (int n = random.nextInt(3); n > 0; n--) {
      all[random.nextInt(all.length)] = (byte) random.nextInt();
    }
    return all;
  }

  private static JsonNode problem(String answer, int status) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status), answer);
    check(answer, "", new byte[0], "problem");
    return Json.mapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  private String post(String path, byte[] body) throws IOException {
    return send("POST", path, body);
  }

  private String send(String method, String path, byte[] body) throws IOException {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    try (RawHttp http = api.raw()) {
      // At once: what is refused for its head may be answered, and the connection closed, before.
      ByteBuffer request = ByteBuffer.allocate(head.length() + body.length);
      request.put(head.getBytes(UTF_8)).put(body);
      return http.send(request.array()).readAll();
    }
  }
}
