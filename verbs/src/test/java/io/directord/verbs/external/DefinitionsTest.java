package io.directord.verbs.external;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.PlanException;
import io.directord.common.component.VerbHelp;
import io.directord.common.json.Json;
import io.directord.common.orchestration.InvalidOrchestrationException;
import io.directord.common.orchestration.Orchestration;
import io.directord.common.orchestration.OrchestrationFile;
import io.directord.common.orchestration.Plan;
import io.directord.common.orchestration.PlanOptions;
import io.directord.common.orchestration.Planner;
import io.directord.verbs.Components;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** Definitions as they are found and read, and the jobs that are planned with them. */
class DefinitionsTest {
  private static final String TYPES =
      """
      description: All types.
      options:
        some_text: {}
        count: {type: integer, default: 0x}
      """;

  @TempDir Path directory;

  @Test
  void argumentsHaveTheirTypes() throws Exception {
    define(
        "all.yaml",
        """
        description: All types.
        options:
          some_text: {default: fine}
          count: {type: integer, required: true}
          ratio: {type: number}
          on: {type: flag}
          names: {type: list, default: [a, b]}
          data: {type: json}
          kind: {choices: [red, blue], default: red}
        operands:
          path: {}
          rest: {type: rest, required: false}
        script: "true"
        """);
    ObjectNode shown = plan("ALL", "--count 3 --ratio=1.5 --on --data '{\"a\": [1]}' /x  a  'b'");
    shown.remove(List.of("files", "component"));
    assertEquals(
        Json.mapper()
            .readTree(
                "{\"some_text\":\"fine\",\"count\":3,\"ratio\":1.5,\"on\":true,"
                    + "\"names\":[\"a\",\"b\"],\"data\":{\"a\":[1]},\"kind\":\"red\","
                    + "\"path\":\"/x\",\"rest\":\"a  'b'\"}"),
        Json.mapper().readTree(shown.toString()));
    assertEquals(List.of("z"), names(plan("ALL", "--count 1 --names z -- /x")));
    assertEquals("{{ n }}", plan("ALL", "--count {{ n }} /x").get("count").asString());
  }

  private static List<String> names(ObjectNode job) {
    return job.get("names").valueStream().map(name -> name.asString()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--count x /x|ALL: --count: a whole number is expected, not 'x'",
        "--kind green --count 1 /x|ALL: --kind: one of red, blue is expected, not 'green'",
        "/x|ALL needs --count",
        "--count 1|ALL needs PATH: ALL: [options] PATH",
        "--cuont 1 /x|ALL: unknown option --cuont (did you mean --count?)",
      })
  void whatMakesNoSenseNamesVerbAndArgument(String example) throws Exception {
    define(
        "all.yaml",
        "description: d\noptions: {count: {type: integer, required: true}, kind: {choices: [red,"
            + " blue]}}\noperands: {path: }\nscript: 'true'\n");
    String[] parts = example.split("\\|");
    var e = assertThrows(InvalidOrchestrationException.class, () -> plan("ALL", parts[0]));
    assertTrue(e.errors().get(0).toString().startsWith(parts[1]), e.getMessage());
  }

  @Test
  void everyErrorOfADefinitionHasFileLineAndColumn() throws Exception {
    Path file =
        define(
            "bad.yaml",
            """
            descriptoin: d
            cacheable: maybe
            options:
              Big: {}
              timeout: {}
              n: {type: integer, default: many}
              r: {type: rest}
              x: {type: text, default: a, required: true}
            operands:
              f: {type: flag}
              l: {type: list, required: false}
              n: {}
            """);
    PlanException e = assertThrows(PlanException.class, () -> components().find("BAD"));
    String at = file + ":";
    List<String> expected =
        List.of(
            at + "1:1: unknown key descriptoin (did you mean description?)",
            at + "1:1: description is missing: say what BAD does",
            at + "1:1: either script, with the script itself, or file, with its name, is needed",
            at + "2:12: cacheable: true or false is expected, not maybe",
            at + "4:3: a name is lower-case letters, digits and _, unlike Big",
            at + "5:3: timeout means something for every verb: choose another name",
            at + "6:31: a whole number is expected, not 'many'",
            at + "7:13: an option is one of text, integer, number, flag, list, json",
            at + "8:19: what is required needs no default",
            at + "10:13: an operand is one of text, integer, number, list, json, rest",
            at + "12:3: there is another argument n",
            at + "12:3: nothing can follow l, which takes all that is left");
    assertEquals(expected.size(), e.errors().size(), e.getMessage());
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(e.errors().get(i).toString().startsWith(expected.get(i)), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "- a", "a: [", "just text", "\u0000", "? [a]\n: b", "&a [*a]"})
  void whatIsNotADefinitionIsRefused(String text) throws Exception {
    Path file = define("odd.yaml", text);
    PlanException e = assertThrows(PlanException.class, () -> components().find("ODD"));
    assertTrue(e.getMessage().startsWith(file + ":"), e.getMessage());
  }

  @Test
  void aJobsFingerprintIsAnotherOneWhenDefinitionOrScriptIs() throws Exception {
    define("a.yaml", "description: d\nfile: a.sh\n");
    define("a.sh", "one");
    String first = fingerprint("A");
    assertEquals(first, fingerprint("A"));
    define("a.sh", "two");
    String second = fingerprint("A");
    define("a.yaml", "description: d\nfile: a.sh\nlock: l\n");
    assertEquals(3, Set.of(first, second, fingerprint("A")).size());
  }

  @Test
  void aDirectoryIsShippedButForHiddenFilesAndLeftovers() throws Exception {
    define("a/component.yaml", "description: d\nfile: bin/a.sh\n");
    define("a/bin/a.sh", "one");
    define("a/lib/b", "b");
    define("a/.git/c", "c");
    define("a/lib/__pycache__/d", "d");
    define("a/e~", "e");
    Plan plan = planned("A", "");
    List<String> to =
        plan.jobs()
            .get(0)
            .arguments()
            .get("files")
            .valueStream()
            .map(file -> file.get("to").asString())
            .toList();
    assertEquals(List.of("component.yaml", "bin/a.sh", "lib/b"), to);
    assertEquals(3, plan.contents().size());
  }

  @Test
  void theFirstDirectoryWinsAndBuiltInVerbsAlways() throws Exception {
    define("one/a.yaml", "description: first\nscript: 'true'\n");
    define("two/a.yaml", "description: second\nscript: 'true'\n");
    define("one/run.yaml", "description: mine\nscript: 'true'\n");
    Components both =
        Components.installed(List.of(directory.resolve("one"), directory.resolve("two")));
    assertTrue(VerbHelp.of(both.find("a")).contains("first"));
    assertFalse(VerbHelp.of(both.find("RUN")).contains("mine"));
    assertTrue(both.verbs().contains("A"));
    assertFalse(both.verbsInJava().contains("A"));
    assertNull(both.inJava("A"));
  }

  @Test
  void aVerbThatIsNotAFileNameIsLookedForNowhere() {
    for (String verb : List.of("../A", "A/B", "a.b", "")) {
      assertThrows(PlanException.class, () -> components().find(verb));
    }
  }

  @Test
  void aBrokenDefinitionIsReportedOnceWithAllOtherErrors() throws Exception {
    Path definition = define("types.yaml", TYPES);
    Path site =
        Files.writeString(
            directory.resolve("site"), "- jobs:\n  - TYPES: a\n  - types: b\n  - RNU: b\n");
    var e =
        assertThrows(
            InvalidOrchestrationException.class,
            () ->
                new Planner(components(), directory)
                    .plan(OrchestrationFile.read(List.of(site)), PlanOptions.DEFAULT));
    List<String> places = e.errors().stream().map(m -> m.place().toString()).toList();
    assertEquals(List.of(site + ":4:5", definition + ":1:1", definition + ":4:35"), places);
  }

  @Test
  void aScriptThatIsNotThereIsMissedWhereItIsNamed() throws Exception {
    Path file = define("a.yaml", "description: d\nfile: a.sh\n");
    PlanException e = assertThrows(PlanException.class, () -> components().find("A"));
    assertEquals(file + ":2:7: there is no file " + directory.resolve("a.sh"), e.getMessage());
  }

  @Test
  void aJobByHandIsCompletedAsItWouldHaveBeenPlanned() throws Exception {
    define(
        "a.yaml",
        """
        description: d
        options:
          count: {type: integer, default: 1}
          loud: {type: flag}
          names: {type: list}
          data: {type: json}
        operands:
          text: {}
        script: 'true'
        """);
    ObjectNode written = Json.object().put("count", 3).put("loud", true).put("text", 7);
    written.putArray("names").add("x").add("y z");
    written.putObject("data").put("k", "v");
    assertEquals(
        plan("A", "--count 3 --loud --names x 'y z' --data '{\"k\": \"v\"}' 7"),
        components().find("A").complete(written));
    assertEquals(plan("A", "x"), components().find("A").complete(Json.object().put("text", "x")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"txt\": \"x\"}|txt: unknown key of A (did you mean text?); it knows count, text",
        "{\"text\": \"x\", \"count\": \"many\"}|count: a whole number is expected, not 'many'",
        "{\"text\": [1]}|text: a text is expected, not [1]",
        "{}|text: A needs it",
      })
  void aJobByHandThatMakesNoSenseIsRefused(String example) throws Exception {
    define(
        "a.yaml",
        "description: d\noptions: {count: {type: integer}}\noperands: {text: }\nscript: 'true'\n");
    String[] parts = example.split("\\|");
    ObjectNode written = (ObjectNode) Json.mapper().readTree(parts[0]);
    var e = assertThrows(PlanException.class, () -> components().find("A").complete(written));
    assertTrue(e.errors().get(0).toString().startsWith(parts[1]), e.getMessage());
  }

  @Test
  void aJobSaysWhatANodeMustKnowBeforeItHasTheDefinition() throws Exception {
    define("a.yaml", "description: d\ncacheable: false\nlock: l\nkeeps: k\nscript: 'true'\n");
    assertEquals(new Facts(false, "l", "k", false), Facts.of(plan("A", "")));
    assertNull(Facts.of(Json.object()));
    ObjectNode wrong = Json.object();
    wrong.put(Facts.KEY, "x");
    assertThrows(IllegalArgumentException.class, () -> Facts.of(wrong));
    assertNotEquals(null, components().find("A").lock());
  }

  private String fingerprint(String verb) throws Exception {
    return planned(verb, "").jobs().get(0).fingerprint();
  }

  private ObjectNode plan(String verb, String text) throws InvalidOrchestrationException {
    return planned(verb, text).jobs().get(0).arguments();
  }

  private Plan planned(String verb, String text) throws InvalidOrchestrationException {
    return new Planner(components(), directory)
        .plan(Orchestration.ofOne(verb, text), PlanOptions.DEFAULT);
  }

  /** As a new command sees them. */
  private Components components() {
    return Components.installed(List.of(directory));
  }

  private Path define(String name, String text) throws IOException {
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
