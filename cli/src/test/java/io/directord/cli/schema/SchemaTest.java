package io.directord.cli.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.directord.cli.command.Directord;
import io.directord.cli.console.Console;
import io.directord.common.component.Component;
import io.directord.common.json.Json;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.yaml.YamlReader;
import io.directord.common.yaml.YamlValues;
import io.directord.verbs.Components;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/**
 * The schemas for editors, held against what reads the files. After a change of verbs, {@code mvn
 * test -pl cli -am -Dtest=SchemaTest -Dsurefire.failIfNoSpecifiedTests=false -Dschema.write=true}
 * writes the one beside the examples.
 */
class SchemaTest {
  private static final Path EXAMPLES = Path.of("../orchestrations");
  private static final Path SHIPPED = EXAMPLES.resolve("schema/orchestration.json");

  @TempDir Path directory;

  /** With the verbs that the distribution has. */
  @BeforeEach
  void install() throws IOException {
    Files.createFile(directory.resolve("default.yaml"));
    Path installed = Path.of("src/main/dist/share/components");
    try (Stream<Path> files = Files.walk(installed)) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve("components").resolve(installed.relativize(file)));
      }
    }
  }

  @Test
  void theFileBesideTheExamplesIsWhatTheCommandPrints() throws IOException {
    if (Boolean.getBoolean("schema.write")) {
      Files.writeString(SHIPPED, printed("schema"));
    }
    assertEquals(
        printed("schema"), Files.readString(SHIPPED), "-Dschema.write=true writes the file");
  }

  @Test
  void everyExampleNamesTheSchemaAndIsValid() throws Exception {
    Schema schema = schema("orchestration");
    int orchestrations = 0;
    try (Stream<Path> files = Files.walk(EXAMPLES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".yaml")).sorted().toList()) {
        if (OrchestrationFile.read(List.of(file)).errors().isEmpty()) {
          assertEquals(List.of(), errors(schema, file), file::toString);
          String first = Files.readAllLines(file).get(0);
          String named = first.replaceFirst("^# yaml-language-server: \\$schema=", "");
          assertEquals(
              SHIPPED.normalize(), file.resolveSibling(named).normalize(), file + ": " + first);
          orchestrations++;
        }
      }
    }
    assertTrue(orchestrations > 10);
  }

  @Test
  void theExamplesOfAllVerbsAreValid() throws Exception {
    Schema schema = schema("orchestration");
    int examples = 0;
    for (Component<?> verb : verbs()) {
      for (String example : verb.syntax().examples()) {
        if (example.startsWith(verb.verb() + ":")) {
          assertEquals(List.of(), errors(schema, "- jobs:\n  - " + example + "\n"), example);
          examples++;
        }
      }
    }
    assertTrue(examples > 20);
  }

  /** What a reader of orchestrations refuses, an editor shows as well. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "jobs: []",
        "- name: no jobs",
        "- jobs: text",
        "- jobs: [{RUN: a}]\n  taregts: [a]",
        "- jobs: [{RUN: a}]\n  targets: []",
        "- jobs: [{RUN: a}]\n  targets: web-1",
        "- jobs: [{RUN: a}]\n  targets: [a]\n  assign: [a]",
        "- jobs: [{RUN: a}]\n  rolling: {batch: []}",
        "- jobs: [{RUN: a}]\n  rolling: {batsch: 1}",
        "- jobs: [{RUN: a}]\n  rolling: {batch: many}",
        "- jobs: [{RUN: a}]\n  deadline: soon",
        "- jobs: [{RUNN: a}]",
        "- jobs: [{RUN: a, ENV: b c}]",
        "- jobs: [{name: a}]",
        "- jobs: [{RUN: [a, b]}]",
        "- jobs: [{RUN: ''}]",
        "- jobs: [{RUN: --retyr 3 x}]",
        "- jobs: [{RUN: a, vars: {retyr: 3}}]",
        "- jobs: [{RUN: a, vars: {no-block: true}}]",
        "- jobs: [{RUN: a, vars: {retry: [1, 2]}}]",
        "- jobs: [{RUN: a, when-changed: {a: b}}]",
        "- jobs: [{COPY: a b, vars: {exclude: []}}]",
      })
  void whatIsRefusedIsNotValid(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("wrong.yaml"), text + "\n");
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Files.writeString(directory.resolve("a"), "");
    assertEquals(2, run(new ByteArrayOutputStream(), err, "orchestrate", file.toString()), text);
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("wrong.yaml:"), err::toString);
    assertFalse(errors(schema("orchestration"), file).isEmpty(), text);
  }

  @Test
  void aVerbOfTheUsersOwnIsInIt() throws Exception {
    Files.writeString(
        directory.resolve("components/greet.yaml"),
        "description: Greets.\nscript: 'true'\noptions:\n  loudly: {type: flag, help: Aloud.}\n"
            + "operands:\n  who: {help: Whom.}\n");
    Schema schema = schema("orchestration");
    assertEquals(List.of(), errors(schema, "- jobs:\n  - GREET: you\n    vars: {loudly: true}\n"));
    assertFalse(errors(schema, "- jobs:\n  - GREET: you\n    vars: {lowdly: true}\n").isEmpty());
  }

  @Test
  void theSchemaOfTheConfigurationKnowsEverySettingAndNoOther() throws Exception {
    Schema schema = schema("config");
    String all = Files.readString(Path.of("../common/src/test/resources/format-1/config.yaml"));
    assertEquals(List.of(), errors(schema, all + "version: 1\nzmq_shared_key: a\ndebug: true\n"));
    for (String wrong :
        List.of(
            "job_prot: 1",
            "job_port: many",
            "heartbeat_interval: 0",
            "version: 2",
            "debug: [true]",
            "groups: [a]")) {
      Path file = Files.writeString(directory.resolve("config.yaml"), wrong + "\n");
      assertFalse(errors(schema, file).isEmpty(), wrong);
      assertEquals(2, run(null, null, "--config-file", file.toString(), "config", "show"), wrong);
    }
  }

  @Test
  void theSchemaOfCatalogsKnowsTheirJobs() throws Exception {
    Schema schema = schema("catalog");
    String good =
        "directord_server:\n  args: {port: 22, username: root}\n  targets: [{host: a, name: b}]\n"
            + "  jobs:\n  - RUN: a\n  - - ADD: a b\n    - GET: a b\nother: 1\n";
    assertEquals(List.of(), errors(schema, good));
    assertFalse(errors(schema, good.replace("ADD", "COPY")).isEmpty());
    assertFalse(errors(schema, good.replace("host", "hots")).isEmpty());
    assertFalse(errors(schema, good.replace("22", "99999")).isEmpty());
  }

  @Test
  void theCatalogsOfTheDistributionAreValid() throws Exception {
    Schema schema = schema("catalog");
    Path tools = Path.of("src/main/dist/share/tools");
    int catalogs = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(tools, "directord-*.yaml")) {
      for (Path file : files) {
        assertEquals(List.of(), errors(schema, file), file::toString);
        catalogs++;
      }
    }
    assertTrue(catalogs > 3);
  }

  @Test
  void anUnknownKindIsNamedWithTheNearest() {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(2, run(new ByteArrayOutputStream(), err, "schema", "confg"));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("(did you mean config?)"));
  }

  private List<Component<?>> verbs() throws Exception {
    Components all = Components.builtin();
    List<Component<?>> verbs = new ArrayList<>();
    for (String verb : all.verbs()) {
      verbs.add(all.find(verb));
    }
    return verbs;
  }

  private Schema schema(String kind) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
        .getSchema(Json.mapper().readTree(printed("schema", kind)));
  }

  private List<String> errors(Schema schema, String text) throws Exception {
    return errors(schema, Files.writeString(directory.resolve("text.yaml"), text));
  }

  private static List<String> errors(Schema schema, Path file) throws Exception {
    YamlReader yaml = new YamlReader(file, 1 << 20);
    JsonNode json = new YamlValues(yaml).json(yaml.compose());
    assertEquals(List.of(), yaml.errors());
    return schema.validate(json).stream().map(Object::toString).toList();
  }

  private String printed(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    assertEquals(0, run(out, err, words), err::toString);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8);
  }

  private int run(ByteArrayOutputStream out, ByteArrayOutputStream err, String... words) {
    Console console =
        new Console(
            new PrintStream(out == null ? new ByteArrayOutputStream() : out, true),
            new PrintStream(err == null ? new ByteArrayOutputStream() : err, true),
            null);
    return new Directord(
            Map.of(
                "HOME", directory.toString(),
                "DIRECTORD_CONFIG_FILE", directory.resolve("default.yaml").toString(),
                "DIRECTORD_SOCKET_PATH", directory.resolve("d.sock").toString()),
            console)
        .run(words);
  }
}
