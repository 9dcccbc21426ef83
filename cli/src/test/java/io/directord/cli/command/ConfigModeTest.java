package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.console.Console;
import io.directord.common.json.Json;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What {@code directord config} says of a configuration. */
class ConfigModeTest {
  private static final String KEY = "dGhpcyBpcyBhIGtleSBmb3IgYSB0ZXN0";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir Path directory;
  private Path file;

  @BeforeEach
  void places() {
    file = directory.resolve("config.yaml");
    environment.put("HOME", directory.toString());
    environment.put("DIRECTORD_CONFIG_FILE", file.toString());
    environment.put("DIRECTORD_STATE_PATH", directory.resolve("state").toString());
    environment.put("DIRECTORD_CACHE_PATH", directory.resolve("cache").toString());
    environment.put("DIRECTORD_SOCKET_PATH", directory.resolve("d.sock").toString());
  }

  @Test
  void aConfigurationInWhichNothingIsWrongEndsWithStatusZero() throws IOException {
    write("shared_key: " + KEY + "\njob_port: 6000\n");
    assertEquals(0, run("config", "check"), this::said);
    assertEquals(file + ": nothing wrong was found\n", printed());
    assertEquals("", said());
  }

  @Test
  void allThatIsWrongIsToldAtOnceWithPlacesAndNearestNames() throws IOException {
    Files.createFile(directory.resolve("occupied"));
    write(
        "job_prot: 6000\nbackend_port: 99999\nlabels: {role: [a]}\nretain_jobs: 7\nretain_jobs: 8\n");
    environment.put("DIRECTORD_HEARTBEAT_INTERVAL", "never");
    environment.put("DIRECTORD_STATE_PATH", directory.resolve("occupied/state").toString());
    write(directory.resolve("shared_key"), KEY, "rw-r--r--");

    assertEquals(2, run("config", "check"));

    List<String> lines = said().lines().toList();
    assertTrue(has(lines, file + ":1:1: unknown key job_prot (did you mean job_port?)"), said());
    assertTrue(has(lines, file + ":2:1: backend_port: a number from 1 to 65535"), said());
    assertTrue(has(lines, file + ":3:16: role: a text is expected"), said());
    assertTrue(has(lines, file + ":5:1: the key retain_jobs is also in line 4"), said());
    assertTrue(has(lines, "directord: DIRECTORD_HEARTBEAT_INTERVAL: seconds above 0"), said());
    assertTrue(
        has(
            lines,
            "directord: DIRECTORD_STATE_PATH: " + directory.resolve("occupied") + " is not a"),
        said());
    assertTrue(has(lines, "directord: shared_key: " + directory.resolve("shared_key")), said());
    assertTrue(said().contains("chmod 600"), said());
    assertEquals(7, lines.size(), said());
    assertEquals("", printed());
  }

  private static boolean has(List<String> lines, String beginning) {
    return lines.stream().anyMatch(line -> line.startsWith(beginning));
  }

  @Test
  void aFileThatIsNamedTakesThePlaceOfTheOneInForce() throws IOException {
    write("job_port: wrong\n");
    Path other = write(directory.resolve("other.yaml"), "job_port: 7000\n", "rw-------");
    assertEquals(0, run("config", "check", other.toString()), this::said);
    assertTrue(printed().startsWith(other + ": "), printed());
    assertEquals(2, run("config", "check", directory.resolve("none.yaml").toString()));
    assertTrue(said().contains("none.yaml: this configuration file does not exist"), said());
  }

  @Test
  void portsThatAreTheSameAreToldWhereTheyStand() throws IOException {
    write("job_port: 7000\nlegacy_job_port: 7000\n");
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains(file + ":2:1: job_port and legacy_job_port are both 7000"), said());
  }

  @Test
  void theKeysOfCurveAreLookedAt() throws IOException {
    write("curve_encryption: true\n");
    assertEquals(2, run("config", "check"));
    assertTrue(
        said().contains(file + ":1:1: " + directory.resolve("private_keys/server.key_secret")),
        said());
    assertEquals(0, run("server", "--generate-keys"));
    assertEquals(0, run("config", "check"), this::said);
  }

  @Test
  void aDirectoryThatThisUserMayNotWriteToIsTold() throws IOException {
    Path locked = Files.createDirectory(directory.resolve("locked"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-xr-xr-x"));
    assumeFalse(Files.isWritable(locked), "root may write everywhere");
    write("cache_path: " + locked + "/cache\n");
    environment.remove("DIRECTORD_CACHE_PATH");
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains(file + ":1:1: this user may not write to " + locked), said());
  }

  @Test
  void directoriesOnWhichNobodyCanMakeFilesAreToldTogetherWithOtherErrors() throws IOException {
    assumeTrue(Files.getFileStore(Path.of("/proc")).type().equals("proc"), "needs /proc");
    write("groups: {a: ['%b'], b: ['%a']}\nstate_path: /proc/none\nsocket_path: /proc/y/z.sock\n");
    environment.remove("DIRECTORD_STATE_PATH");
    environment.remove("DIRECTORD_SOCKET_PATH");
    assertEquals(2, run("config", "check"));
    List<String> lines = said().lines().toList();
    String unfit = "/proc shows the kernel's data (proc): no files can be kept there, so that ";
    assertTrue(has(lines, file + ":2:1: " + unfit + "/proc/none cannot be made"), said());
    assertTrue(has(lines, file + ":3:1: " + unfit + "/proc/y cannot be made"), said());
    assertTrue(said().contains(file + ":1:"), said());
  }

  @Test
  void everySettingIsShownWithWhereItComesFrom() throws IOException {
    write("backend_port: 6001\nshared_key: " + KEY + "\ngroups: {web: ['web-*', db-1]}\n");
    environment.put("DIRECTORD_RETAIN_JOBS", "5");

    assertEquals(0, run("--job-port", "6000", "config", "show", "--output", "json"), this::said);

    JsonNode all = Json.mapper().readTree(printed());
    assertShown(all, "job_port", "6000", "--job-port", "all");
    assertShown(all, "backend_port", "6001", file + ":1:1", "all");
    assertShown(all, "retain_jobs", "5", "DIRECTORD_RETAIN_JOBS", "server");
    assertShown(all, "heartbeat_interval", "60", "default", "all");
    assertShown(all, "shared_key", "\"***\"", file + ":2:1", "all");
    assertShown(all, "groups", "{\"web\":[\"web-*\",\"db-1\"]}", file + ":3:1", "server");
    assertShown(all, "identity", "null", "default", "all");
    for (String format : List.of("table", "yaml", "json", "jsonl")) {
      assertEquals(0, run("config", "show", "--output", format));
      assertFalse(printed().contains(KEY), printed());
      assertTrue(printed().contains("backend_port"), printed());
    }
  }

  private static void assertShown(
      JsonNode all, String name, String value, String from, String scope) {
    for (JsonNode one : all) {
      if (one.get("name").asString().equals(name)) {
        assertEquals(value, one.get("value").toString(), name);
        assertEquals(from, one.get("from").asString(), name);
        assertEquals(scope, one.get("of").asString(), name);
        return;
      }
    }
    throw new AssertionError(name + " is not shown");
  }

  @Test
  void theKeyOfTheFileBesideIsShownAsInForce() throws IOException {
    write("");
    Path key = write(directory.resolve("shared_key"), KEY, "rw-------");
    assertEquals(0, run("config", "show", "--output", "json"));
    assertShown(Json.mapper().readTree(printed()), "shared_key", "\"***\"", key.toString(), "all");
  }

  @Test
  void theNextKeyAndTheJoinTokenOfFilesBesideAreShownAsInForce() throws IOException {
    write("");
    Path token = write(directory.resolve("join_token"), token(), "rw-------");
    JsonNode node = shown();
    assertShown(node, "join_token", "\"***\"", token.toString(), "client");
    assertShown(node, "shared_key", "null", "default", "all");
    assertFalse(printed().contains(Files.readString(token)), printed());

    Path key = write(directory.resolve("shared_key"), KEY, "rw-------");
    Path next = write(directory.resolve("shared_key_next"), KEY + "x", "rw-------");
    JsonNode both = shown();
    assertShown(both, "shared_key", "\"***\"", key.toString(), "all");
    assertShown(both, "shared_key_next", "\"***\"", next.toString(), "all");
    assertShown(
        both, "join_token", "\"***\"", token + "; not used, since there is a shared key", "client");

    write("curve_encryption: true\nshared_key: " + KEY + "\n");
    JsonNode curve = shown();
    assertShown(
        curve,
        "curve_encryption",
        "true",
        file + ":1:1; the keys are in private_keys and public_keys of " + directory,
        "all");
    assertShown(
        curve, "shared_key", "\"***\"", file + ":2:1; not used with curve_encryption", "all");
    assertShown(curve, "shared_key_next", "null", "default", "all");
    assertShown(curve, "join_token", "null", "default", "client");
  }

  @Test
  void aNodeThatHasJoinedNeedsNoTokenAndItIsSaidByWhatItKnowsItsServer() throws IOException {
    write("");
    Path state = Files.createDirectories(directory.resolve("state/client"));
    Path known = write(state.resolve("server_keys"), "key", "rw-------");
    assertShown(
        shown(),
        "join_token",
        "null",
        "default; this node has joined, and knows the server by " + known,
        "client");
    assertEquals(0, run("config", "check"), this::said);
    assertEquals("", said());
  }

  @Test
  void theContextInUseIsShownAndOneThatIsUnknownIsAnError() throws IOException {
    write("shared_key: " + KEY + "\n");
    environment.remove("DIRECTORD_SOCKET_PATH");
    Path contexts = Files.createDirectories(directory.resolve(".config/directord"));
    contexts = contexts.resolve("contexts.json");
    write(contexts, "{\"current\": \"socket\", \"contexts\": {}}", "rw-------");
    assertShown(shown(), "context", "\"socket\"", contexts.toString(), "all");
    assertEquals(0, run("config", "check"), this::said);

    environment.put("DIRECTORD_CONTEXT", "sokcet");
    assertEquals(2, run("config", "check"));
    assertTrue(
        said().contains("DIRECTORD_CONTEXT: unknown context 'sokcet' (did you mean socket?)"),
        said());
    environment.remove("DIRECTORD_CONTEXT");

    write(contexts, "{", "rw-------");
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains("context: " + contexts + " cannot be used"), said());
    String server = "{\"host\": \"h\", \"port\": 5, \"fingerprit\": \"x\", \"token\": \"t\"}";
    write(contexts, "{\"current\": \"ham\", \"contexts\": {\"ham\": " + server + "}}", "rw-------");
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains("context ham lacks host, port, fingerprint or token"), said());
    environment.put("DIRECTORD_SOCKET_PATH", directory.resolve("d.sock").toString());
    assertEquals(0, run("config", "check"), this::said);
    assertShown(shown(), "context", "null", "default", "all");
  }

  @Test
  void keysOfFilesThatCannotBeUsedAreErrorsWhicheverTheyAre() throws IOException {
    write("");
    write(directory.resolve("join_token"), "directord-join_mistyped", "rw-------");
    assertEquals(2, run("config", "check"));
    assertTrue(
        said().contains("join_token: " + directory.resolve("join_token") + " cannot be used: "),
        said());

    write(directory.resolve("join_token"), token(), "rw-------");
    assertEquals(0, run("config", "check"), this::said);
    assertEquals("", said());

    write(directory.resolve("shared_key"), KEY, "rw-------");
    write(directory.resolve("shared_key_next"), KEY, "rw-r--r--");
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains("shared_key_next: " + directory.resolve("shared_key_next")), said());
    assertTrue(said().contains("note: there is a shared key and a join token"), said());
    assertFalse(said().contains("shared_key: "), said());

    write(directory.resolve("shared_key_next"), "  ", "rw-------");
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains("remove it, or write the next shared key into it"), said());
    write(directory.resolve("shared_key_next"), "short", "rw-------");
    assertEquals(0, run("config", "check"), this::said);
    assertTrue(said().contains("note: "), said());
  }

  /** Each is what a server would refuse at its start. */
  @Test
  void filesThatSettingsNameAreLookedAtToo() throws IOException {
    Path none = directory.resolve("none");
    write("shared_key: " + KEY + "\napi_address: 127.0.0.1:0\napi_certificate: " + none + "\n");
    assertEquals(2, run("config", "check"));
    assertTrue(
        said().contains(file + ":3:1: api_certificate is of use only together with api_key"),
        said());
    write(
        "shared_key: %s\napi_address: 127.0.0.1:0\napi_certificate: %s\napi_key: %s\n"
            .formatted(KEY, none, none));
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains(file + ":3:1: " + none), said());
    write(
        "shared_key: %s\nhooks: {pager: {url: 'https://example.com', secret_file: %s, on: [node.lost]}}\n"
            .formatted(KEY, none));
    assertEquals(2, run("config", "check"));
    assertTrue(said().contains("hook pager: ") && said().contains(none.toString()), said());
  }

  /** Each is what a server or a client would refuse at its start. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          allow_verbs: [COPPY]                        | allow_verbs: unknown verb COPPY (did you mean COPY?)
          deny_verbs: [RUNN]                          | deny_verbs: unknown verb RUNN (did you mean RUN?)
          run_as: nobdy                               | run_as: /etc/passwd of this node has no user nobdy
          roles: {r: {users: [u], verbs: [COPPY], targets: ['*']}} | did you mean COPY?
          insecure: true, bind_address: 10.0.0.1      | listens on a loopback address only
          insecure: true, server_address: other       | for a server on this machine only
          insecure: true, driver: nats                | for the driver zeromq only
          legacy_job_port: 7001                       | set both --legacy-job-port and --legacy-backend-port
          datastore: 'postgresql://h/d?sslmod=require' | has no option sslmod
          identity: 'a b'                             | the identity
          """)
  void whatAStartRefusesIsFound(String lines, String expected) throws IOException {
    write(
        "shared_key: %s\n%s\n"
            .formatted(KEY, lines.startsWith("roles") ? lines : lines.replace(", ", "\n")));
    assertEquals(2, run("config", "check"), this::said);
    assertTrue(said().contains(expected), said());
    assertTrue(said().contains(file + ":2:") || said().contains(file + ":3:"), said());
  }

  @Test
  void variablesThatNobodyReadsAreNotedIfOneWasMeant() throws IOException {
    write("shared_key: " + KEY + "\n");
    environment.put("DIRECTORD_JOB_PROT", "7000");
    environment.put("DIRECTORD_MODE", "server");
    environment.put("DIRECTORD_JAVA_OPTS", "-Xmx1g");
    environment.put("DIRECTORD_SERVER_SERVICE_HOST", "10.0.0.1");
    assertEquals(0, run("config", "check"), this::said);
    assertEquals(1, said().lines().count(), said());
    assertTrue(
        said()
            .contains("note: DIRECTORD_JOB_PROT is no setting (did you mean DIRECTORD_JOB_PORT?)"),
        said());
  }

  @Test
  void variablesThatOnlyUnitsReadAreNoted() throws IOException {
    Path file = directory.resolve("environment");
    Map<String, String> none = Map.of();
    assertEquals(Optional.empty(), ConfigCheck.ofUnits(file, none));
    write(file, "# some\nHTTP_PROXY=x\n DIRECTORD_RETAIN_JOBS=5\nDIRECTORD_DEBUG=1\n", "rw-------");
    String note = ConfigCheck.ofUnits(file, none).orElseThrow();
    assertTrue(note.startsWith(file + " sets DIRECTORD_DEBUG, DIRECTORD_RETAIN_JOBS for "), note);
    Map<String, String> all = Map.of("DIRECTORD_DEBUG", "1", "DIRECTORD_RETAIN_JOBS", "5");
    assertEquals(Optional.empty(), ConfigCheck.ofUnits(file, all));
  }

  private static String token() {
    return JoinToken.generate(CurveKeyPair.generate().publicKey()).text() + "\n";
  }

  private JsonNode shown() {
    assertEquals(0, run("config", "show", "--output", "json"), this::said);
    return Json.mapper().readTree(printed());
  }

  @Test
  void anUnknownKeyIsNamedBesideWhatIsInForce() throws IOException {
    write("job_prot: 1\nbackend_port: 6001\n");
    assertEquals(2, run("config", "show"));
    assertTrue(said().contains("unknown key job_prot (did you mean job_port?)"), said());
    assertTrue(printed().contains("6001"), printed());
  }

  @Test
  void wrongWordsAreTold() {
    assertEquals(2, run("config", "chek"));
    assertTrue(said().contains("not 'chek' (did you mean check?)"), said());
    assertEquals(2, run("config"));
    assertEquals(2, run("config", "show", "x"));
    assertEquals(2, run("config", "check", "--output", "json"));
  }

  private Path write(String content) throws IOException {
    return write(file, content, "rw-------");
  }

  private static Path write(Path file, String content, String mode) throws IOException {
    Files.writeString(file, content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private String printed() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(String... words) {
    out.reset();
    err.reset();
    Console console = new Console(new PrintStream(out, true), new PrintStream(err, true), null);
    return new Directord(environment, console).run(words);
  }
}
