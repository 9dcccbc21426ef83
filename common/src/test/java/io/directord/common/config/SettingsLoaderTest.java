package io.directord.common.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsLoaderTest {
  @TempDir Path directory;

  @Test
  void theCommandLineWinsOverTheEnvironmentOverTheFileOverTheDefault() throws Exception {
    String file = "job_port: 1\nbackend_port: 2\nheartbeat_interval: 3\n";
    Map<String, String> environment =
        Map.of("DIRECTORD_JOB_PORT", "11", "DIRECTORD_BACKEND_PORT", "12");
    Settings settings = load(file, Map.of(Settings.JOB_PORT, "21"), environment);
    assertEquals(21, settings.get(Settings.JOB_PORT));
    assertEquals(12, settings.get(Settings.BACKEND_PORT));
    assertEquals(Duration.ofSeconds(3), settings.get(Settings.HEARTBEAT_INTERVAL));
    assertEquals(1024, settings.get(Settings.HIGHWATER_MARK));
    assertTrue(settings.isSet(Settings.HEARTBEAT_INTERVAL));
    assertFalse(settings.isSet(Settings.HIGHWATER_MARK));
    assertNull(settings.get(Settings.SHARED_KEY));
  }

  @Test
  void readsTheConfigurationOfFormat1() throws Exception {
    String file = Files.readString(Path.of("src/test/resources/format-1/config.yaml"));
    for (String written : List.of(file, "version: 1\n" + file)) {
      Settings settings = load(written, Map.of(), Map.of());
      assertEquals(Duration.ofSeconds(5), settings.get(Settings.HEARTBEAT_INTERVAL));
      assertEquals(512, settings.get(Settings.HIGHWATER_MARK));
      assertEquals(Map.of("role", "web"), settings.get(Settings.LABELS));
      assertEquals(Set.of("web"), settings.get(Settings.GROUPS).byName().keySet());
    }
  }

  @Test
  void refusesAConfigurationOfALaterFormatWithOneSentence() {
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () -> load("job_prot: 1\nversion: 2\n", Map.of(), Map.of()));
    assertEquals(1, e.errors().size(), e.getMessage());
    assertTrue(e.getMessage().contains("config.yaml:2:1: a later version of directord has"));
  }

  @Test
  void saysWhereEachSettingWasSet() throws Exception {
    Settings settings =
        load(
            "backend_port: 2\nretain_jobs: 5\n",
            Map.of(Settings.JOB_PORT, "21"),
            Map.of("DIRECTORD_BACKEND_PORT", "12"));
    assertEquals("--job-port", settings.origin(Settings.JOB_PORT).orElseThrow().toString());
    assertEquals(
        "DIRECTORD_BACKEND_PORT", settings.origin(Settings.BACKEND_PORT).orElseThrow().toString());
    assertTrue(
        settings.origin(Settings.RETAIN_JOBS).orElseThrow().toString().endsWith("config.yaml:2:1"));
    assertTrue(settings.origin(Settings.DRIVER).isEmpty());
  }

  @Test
  void theOriginalsSpellingsWorkEverywhere() throws Exception {
    Settings settings =
        load(
            "zmq_highwater_mark: 5\n",
            Map.of(),
            Map.of(
                "DIRECTORD_MSG_PORT", "6",
                "DIRECTORD_ZMQ_SHARED_KEY", "k",
                "DIRECTORD_ZMQ_BIND_ADDRESS", "10.0.0.1"));
    assertEquals(5, settings.get(Settings.HIGHWATER_MARK));
    assertEquals(6, settings.get(Settings.JOB_PORT));
    assertEquals("k", settings.get(Settings.SHARED_KEY));
    assertEquals("10.0.0.1", settings.get(Settings.BIND_ADDRESS));
  }

  @Test
  void aSecretThatOthersSeeIsWarnedOf() throws Exception {
    List<String> shown = load("", Map.of(Settings.SHARED_KEY, "k3y"), Map.of()).warnings();
    assertEquals(1, shown.size());
    assertTrue(shown.get(0).startsWith("--shared-key shows its value"), shown::toString);
    assertFalse(shown.toString().contains("k3y"), shown::toString);
    List<String> readable = load("shared_key: k3y\n", Map.of(), Map.of()).warnings();
    assertTrue(readable.get(0).contains("chmod o-r"), readable::toString);
    assertEquals(List.of(), load("", Map.of(), Map.of("DIRECTORD_SHARED_KEY", "k3y")).warnings());
  }

  @Test
  void thePasswordOfADatabaseIsASecretToo() throws Exception {
    String url = "postgresql://ada:s3cret@db.example.com/jobs";
    Settings settings = load("", Map.of(Settings.DATASTORE, url), Map.of());
    assertEquals(url, settings.get(Settings.DATASTORE));
    List<String> shown = settings.warnings();
    assertEquals(1, shown.size());
    assertTrue(shown.get(0).startsWith("--datastore shows its value"), shown::toString);
    assertTrue(shown.get(0).contains("give it as DIRECTORD_DATASTORE, or"), shown::toString);
    assertFalse(shown.toString().contains("s3cret"), shown::toString);
    List<String> readable = load("datastore: " + url + "\n", Map.of(), Map.of()).warnings();
    assertTrue(readable.get(0).contains("chmod o-r"), readable::toString);
    String without = "postgresql://ada@db.example.com/jobs";
    assertEquals(List.of(), load("", Map.of(Settings.DATASTORE, without), Map.of()).warnings());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://ada:s3cret@db.example.com",
        "postgres://ada:s3/cret@db.example.com/jobs",
        "mysql://ada:s3cret@db.example.com/jobs",
        "redis://:s3cret@db.example.com/jobs",
        "redis://:s3cret@db-1,db-2/0",
        "redis://:s3cret@db.example.com/0?timeout=3s"
      })
  void aDatabaseThatIsNamedWronglyIsRefusedWithoutItsPassword(String url) {
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () -> load("", Map.of(Settings.DATASTORE, url), Map.of()));
    assertFalse(e.getMessage().contains("s3"), e.getMessage());
    assertTrue(
        e.getMessage().contains("postgresql://USER:PASSWORD@HOST/DATABASE")
            || e.getMessage().contains("redis://"),
        e.getMessage());
  }

  @Test
  void aSecretIsReadFromStandardInput() throws Exception {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream("from input\nmore".getBytes(UTF_8)));
    try {
      Settings settings = load("", Map.of(Settings.SHARED_KEY, "-"), Map.of());
      assertEquals("from input", settings.get(Settings.SHARED_KEY));
      assertEquals(List.of(), settings.warnings());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void theDocumentedSpellingWinsOverTheOther() throws Exception {
    Settings settings =
        load("", Map.of(), Map.of("DIRECTORD_JOB_PORT", "7", "DIRECTORD_MSG_PORT", "6"));
    assertEquals(7, settings.get(Settings.JOB_PORT));
  }

  @Test
  void everyErrorIsReportedWithItsPlace() {
    String file = "---\nsever_address: x\njob_port: many\ndebug: perhaps\nidentity: [a]\n";
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () ->
                load(
                    file,
                    Map.of(Settings.BACKEND_PORT, "70000"),
                    Map.of("DIRECTORD_HEARTBEAT_INTERVAL", "0")));
    String all = e.getMessage();
    assertEquals(6, e.errors().size(), all);
    assertTrue(all.contains("--backend-port: a number from 1 to 65535"), all);
    assertTrue(all.contains("DIRECTORD_HEARTBEAT_INTERVAL: seconds above 0"), all);
    assertTrue(
        all.contains("config.yaml:2:1: unknown key sever_address (did you mean server_address?)"),
        all);
    assertTrue(all.contains("config.yaml:3:1: job_port: a number from 1 to 65535"), all);
    assertTrue(all.contains("config.yaml:4:1: debug: true or false"), all);
    assertTrue(all.contains("config.yaml:5:"), all);
  }

  @Test
  void anErrorThatSomethingBetterHidesIsNotFatal() throws Exception {
    Settings settings = load("job_port: many\n", Map.of(Settings.JOB_PORT, "5"), Map.of());
    assertEquals(5, settings.get(Settings.JOB_PORT));
  }

  @Test
  void aKeyWrittenTwiceIsAnError() {
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () -> load("job_port: 1\ndebug: true\njob_port: 2\n", Map.of(), Map.of()));
    assertTrue(e.getMessage().contains(":3:1: the key job_port is also in line 1"), e.getMessage());
  }

  @Test
  void brokenYamlIsReportedWithItsLine() {
    InvalidSettingsException e =
        assertThrows(InvalidSettingsException.class, () -> load("a: b\n c: [", Map.of(), Map.of()));
    assertTrue(e.getMessage().contains("config.yaml:2:3: "), e.getMessage());
  }

  @Test
  void anEmptySecretIsSaidToBeEmpty() {
    InvalidSettingsException e =
        assertThrows(
            InvalidSettingsException.class,
            () -> load("", Map.of(Settings.SHARED_KEY, "   "), Map.of()));
    assertEquals("--shared-key: a value is expected, not an empty text", e.getMessage());
  }

  @Test
  void aFileThatWasAskedForMustBeThere() {
    Map<Setting<?>, String> given = Map.of(Settings.CONFIG_FILE, directory + "/none.yaml");
    InvalidSettingsException e =
        assertThrows(InvalidSettingsException.class, () -> SettingsLoader.load(given, Map.of()));
    assertTrue(e.getMessage().contains("does not exist"), e.getMessage());
  }

  @Test
  void anEmptyFileAndAnEmptyVariableSetNothing() throws Exception {
    Settings settings =
        load("# nothing\n", Map.of(), Map.of("DIRECTORD_JOB_PORT", "", "DIRECTORD_DEBUG", ""));
    assertEquals(5555, settings.get(Settings.JOB_PORT));
    assertFalse(settings.get(Settings.DEBUG));
  }

  @Test
  void aFileOfOnlyADocumentMarkSetsNothing() throws Exception {
    assertEquals(5555, load("---\n", Map.of(), Map.of()).get(Settings.JOB_PORT));
  }

  @Test
  void anEmptyKeySetsNothing() throws Exception {
    Settings settings = load("identity:\ndebug: ~\n", Map.of(), Map.of());
    assertFalse(settings.isSet(Settings.IDENTITY));
    assertFalse(settings.get(Settings.DEBUG));
  }

  @ParameterizedTest
  @CsvSource({
    "true, true",
    "yes, true",
    "ON, true",
    "1, true",
    "false, false",
    "No, false",
    "0, false"
  })
  void flagsAreWrittenInManyWays(String text, boolean value) throws Exception {
    assertEquals(value, load("debug: " + text, Map.of(), Map.of()).get(Settings.DEBUG));
  }

  @Test
  void anyFileIsReadOrRefused() throws Exception {
    byte[] good = "---\njob_port: 5\ndebug: yes # x\nidentity: 'a b'\n".getBytes(UTF_8);
    byte[] special = "\n \t-:[]{}*&!<'\"|>~,?#%@\u00e9".getBytes(UTF_8);
    Random random = new Random(1);
    Path path = directory.resolve("config.yaml");
    for (int i = 0; i < 500; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = special[random.nextInt(special.length)];
      }
      Files.write(path, bytes);
      try {
        SettingsLoader.load(Map.of(Settings.CONFIG_FILE, path.toString()), Map.of());
      } catch (InvalidSettingsException e) {
        assertTrue(e.errors().get(0).toString().startsWith(path.toString()), e.getMessage());
      }
    }
  }

  @Test
  void noTwoSettingsShareAName() {
    Set<String> names = new HashSet<>();
    for (Setting<?> setting : Settings.ALL) {
      setting.allNames().forEach(name -> assertTrue(names.add(name), name));
    }
  }

  private Settings load(
      String file, Map<Setting<?>, String> commandLine, Map<String, String> environment)
      throws Exception {
    Path path = directory.resolve("config.yaml");
    Files.writeString(path, file);
    Map<Setting<?>, String> all = new HashMap<>(commandLine);
    all.put(Settings.CONFIG_FILE, path.toString());
    return SettingsLoader.load(all, environment);
  }
}
