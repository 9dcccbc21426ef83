package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.orchestration.Orchestration.Entry;
import io.directord.common.orchestration.Orchestration.JobEntry;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class OrchestrationFileTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  @TempDir Path directory;

  @Test
  void aJobThatIsNotIndentedIsToldWhereItBelongs() throws Exception {
    List<String> errors = errors("- jobs:\n  - RUN: x\n  COPY: a b\n  vars: {}\n");
    String hint = "; if it belongs to a job, indent it below jobs, as '- RUN: uname -r'";
    assertEquals(List.of("3:3: unknown key COPY" + hint, "4:3: unknown key vars" + hint), errors);
  }

  @Test
  void readsEverythingAnAuthorCanWrite() throws Exception {
    Orchestration orchestration =
        read(
            """
            # comment
            ---
            - name: web tier
              async: true
              targets: [web-1, web-2]
              jobs:
              - RUN: echo hello world
                name: greet
                vars: {skip_cache: true, stdout_arg: greeting, chmod: 0644, exclude: [a, 1.10]}
                assign: [web-1]
              - name: files
                COPY: --chmod=0644 files/app.conf /etc/app/
            - jobs:
              - ECHO: test
            """);
    assertEquals(List.of(), orchestration.errors());
    Entry web = orchestration.entries().get(0);
    assertEquals("web tier", web.name());
    assertTrue(web.async());
    assertEquals(List.of("web-1", "web-2"), web.targets().written());
    assertEquals(new Place.InFile(file(), 3, 3), web.place());
    JobEntry greet = web.jobs().get(0);
    assertEquals("RUN", greet.verb());
    assertEquals("echo hello world", greet.text());
    assertEquals("greet", greet.name());
    assertEquals(List.of("web-1"), greet.assign().written());
    assertEquals(JSON.stringNode("0644"), greet.vars().get("chmod"));
    assertEquals(JSON.stringNode("true"), greet.vars().get("skip_cache"));
    assertEquals(JSON.arrayNode().add("a").add("1.10"), greet.vars().get("exclude"));
    assertEquals(new Place.InFile(file(), 7, 5), greet.place());
    assertEquals("COPY", web.jobs().get(1).verb());
    Entry bare = orchestration.entries().get(1);
    assertNull(bare.name());
    assertEquals(List.of(), bare.targets().written());
    assertEquals(List.of(), bare.jobs().get(0).assign().written());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "RUN: 5 | 5",
        "RUN: 1.10 | 1.10",
        "RUN: 0644 | 0644",
        "RUN: yes | yes",
        "RUN: 2026-11-22 | 2026-11-22",
        "RUN: 'a: b' | a: b",
        "RUN: \"a\\tb\" | a\tb",
      })
  void anyScalarIsTheTextThatIsWritten(String job, String text) throws Exception {
    assertEquals(text, onlyJob("- jobs:\n  - " + job + "\n").text());
  }

  @Test
  void blocksKeepTheirLines() throws Exception {
    assertEquals(
        "if true; then\n  echo  a\nfi\n",
        onlyJob(
                """
                - jobs:
                  - RUN: |
                      if true; then
                        echo  a
                      fi
                """)
            .text());
  }

  @Test
  void foldedBlocksAreOneLineAlsoWhereLinesAreIndentedDeeper() throws Exception {
    assertEquals("a b", onlyJob("- jobs:\n  - RUN: >\n      a\n      b\n").text());
    assertEquals(
        "for i in {0..24}; do podman run --hostname h --name 'a  b' image; done",
        onlyJob(
                """
                - jobs:
                  - RUN: >-
                      for i in {0..24}; do
                      podman run --hostname h
                                 --name 'a  b'

                                 image;
                      done
                """)
            .text());
  }

  @Test
  void aVerbWithoutTextHasAnEmptyOne() throws Exception {
    assertEquals("", onlyJob("- jobs:\n  - ECHO:\n").text());
  }

  /** Else the job would run on every node. */
  @ParameterizedTest
  @ValueSource(strings = {"[]", "", "~", "null"})
  void targetsThatAreGivenAndEmptyAreRefused(String nothing) throws Exception {
    String said = " is empty: name nodes, or leave the key out, which means every node";
    for (String key : List.of("targets", "assign")) {
      List<String> found = errors("- " + key + ": " + nothing + "\n  jobs: [RUN: x]\n");
      assertEquals(1, found.size(), found::toString);
      assertTrue(found.get(0).startsWith("1:"), found::toString);
      assertTrue(found.get(0).endsWith(key + said), found::toString);
    }
    List<String> ofAJob = errors("- jobs:\n  - RUN: x\n    assign: " + nothing + "\n");
    assertEquals(1, ofAJob.size(), ofAJob::toString);
    assertTrue(ofAJob.get(0).startsWith("3:"), ofAJob::toString);
    assertTrue(ofAJob.get(0).endsWith("assign" + said), ofAJob::toString);
  }

  @Test
  void anErrorInAnExpressionHasItsColumnInTheFile() throws Exception {
    assertEquals(
        List.of(
            "1:13: the ) of this ( is missing",
            "4:25: something is missing here",
            "5:14: standard input can be a list of targets on the command line only"),
        errors(
            """
            - targets: [(web-*]
              jobs:
              - RUN: x
                assign: ['web-* and ']
              - assign: [-]
                RUN: y
            """));
  }

  @Test
  void aListIsReadBesideTheFileWithThePlacesOfItsLines() throws Exception {
    Files.writeString(
        directory.resolve("nodes.txt"), "# ours\n  web-1\n\n@role=web and not web-3\n");
    Files.writeString(directory.resolve("bad.txt"), "web-1\n  web-[1\n@@nodes.txt\n");

    Entry good = read("- {targets: ['@@nodes.txt', db-1], jobs: [RUN: x]}").entries().get(0);

    assertEquals(List.of("web-1", "@role=web and not web-3", "db-1"), good.targets().written());
    assertEquals(
        new Place.InFile(directory.resolve("nodes.txt"), 2, 3), good.targets().places().get(0));
    String bad = directory.resolve("bad.txt").toString();
    assertEquals(
        List.of(
            bad + ":2:7: the ] of this [ is missing", bad + ":3:1: a list cannot stand in a list"),
        read("- {targets: ['@@bad.txt'], jobs: [RUN: x]}").errors().stream()
            .map(Object::toString)
            .toList());
    assertTrue(
        read("- {targets: ['@@none.txt'], jobs: [RUN: x]}")
            .errors()
            .get(0)
            .toString()
            .contains("none.txt: this list of targets cannot be read"));
  }

  @Test
  void assignIsTheOlderNameOfTargetsAndOnlyOneIsGiven() throws Exception {
    assertEquals(
        List.of("b"), read("- {assign: [b], jobs: [RUN: x]}").entries().get(0).targets().written());
    assertEquals(
        List.of(
            "1:18: assign and targets are both given; beside jobs they mean the same: keep one"),
        errors("- {targets: [a], assign: [b], jobs: [RUN: x]}"));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "'yes', true", "\"on\", true", "0, false", "False, false", "~, false"})
  void asyncIsWrittenInManyWays(String text, boolean async) throws Exception {
    Orchestration read = read("- {async: " + text + ", jobs: [RUN: x]}");
    assertEquals(List.of(), read.errors());
    assertEquals(async, read.entries().get(0).async());
  }

  @Test
  void anchorsAndMergeKeysWork() throws Exception {
    Orchestration read =
        read(
            """
            - jobs:
              - RUN: a
                vars: &slow {timeout: 5}
              - RUN: b
                vars: {<<: *slow, skip_cache: true}
            """);
    assertEquals(List.of(), read.errors());
    assertEquals(JSON.stringNode("5"), read.entries().get(0).jobs().get(1).vars().get("timeout"));
  }

  /** Recorded from the original, and taken from Python's json.dumps of the loaded entry. */
  @Test
  void theFingerprintOfAnEntryIsTheOriginals() throws Exception {
    Orchestration read =
        read(
            """
            - name: First parent
              jobs:
              - RUN: echo one
                name: say one
              - RUN: echo a rather long command line that will be truncated
              - ARG: key value
            - jobs:
              - RUN: echo two
              - RUN: ls /nonexist
              - RUN: echo after the failure
            - async: true
              jobs: [{RUN: 1.5, vars: {timeout: 0x10, x: null, y: [1.0e+16, .5]}}]
            """);
    assertEquals(
        "572c7f661150ad302b9cb6fb41a0f74f1e727548402bc7135e6516aa",
        read.entries().get(0).fingerprint());
    assertEquals(
        "0d94bb0fdb7ae250936cfd89b42bf1e48bf5b56b1ca6fffe7cc1e2d8",
        read.entries().get(1).fingerprint());
    assertEquals(
        "9eed7d7f3ef70b4a34fd9ac8fbcbff3f4a79ab6bfe006cff19566861",
        read.entries().get(2).fingerprint());
  }

  @Test
  void severalFilesAreOneOrchestration() throws Exception {
    Path other = Files.writeString(directory.resolve("b.yaml"), "- jobs: [RUN: b]\n");
    Files.writeString(file(), "- jobs: [RUN: a]\n");
    Orchestration read = OrchestrationFile.read(List.of(file(), other));
    assertEquals(
        List.of("a", "b"), read.entries().stream().map(e -> e.jobs().get(0).text()).toList());
    assertEquals(other, ((Place.InFile) read.entries().get(1).place()).file());
  }

  @Test
  void everyErrorIsReportedWithItsPlace() throws Exception {
    List<String> errors =
        errors(
            """
            - nmae: typo
              jobs:
              - RUN echo
              - RUN: [a, b]
              - name: no verb
              - RUN: a
                asign: [x]
                assign: web-1
              - RUN: b
                vars: [skip_cache]
              - RUN: {{ x }}
            - jobs: RUN
            - targets: [a]
            - async: perhaps
              targets: {a: b}
              jobs: []
            - just text
            """);
    assertEquals(
        List.of(
            "1:3: unknown key nmae (did you mean name?)",
            "3:5: a job is a mapping, such as '- RUN: uname -r'",
            "4:10: RUN: a text is expected, not a list; quote one that begins with { or [",
            "5:5: this job has no verb, such as 'RUN: uname -r'",
            "7:5: unknown key asign (did you mean assign?); the verb of this job is RUN",
            "8:13: assign: a list is expected, such as [web-1, web-2]",
            "10:11: vars: a mapping of options is expected, such as 'skip_cache: true'",
            "11:10: RUN: a text is expected, not a mapping; quote one that begins with { or [",
            "11:11: a key is a text, not a list or a mapping",
            "12:9: jobs: a list is expected, such as '- RUN: uname -r'",
            "13:3: this entry has no jobs",
            "14:10: async: true or false is expected, not perhaps",
            "15:12: targets: a list is expected, such as [web-1, web-2]",
            "17:3: an entry is a mapping with the key jobs, such as '- jobs: [...]'"),
        errors.stream().sorted(OrchestrationFileTest::byPlace).toList());
  }

  @Test
  void aTargetWithoutANameIsAnError() throws Exception {
    assertEquals(
        List.of("1:15: targets: a text is missing here", "1:18: targets: a text is missing here"),
        errors("- {targets: [ ~, ' '], jobs: [RUN: x]}"));
  }

  @Test
  void aKeyWrittenTwiceIsAnError() throws Exception {
    assertEquals(
        List.of("3:3: the key jobs is also in line 1", "5:5: the key RUN is also in line 4"),
        errors("- jobs:\n  - RUN: a\n  jobs:\n  - RUN: a\n    RUN: b\n"));
  }

  @Test
  void brokenYamlIsReportedWithLineAndColumn() throws Exception {
    String quote = errors("- jobs:\n  - RUN: 'a\n- RUN: b\n").get(0);
    assertTrue(quote.startsWith("4:1: not valid YAML: found unexpected end of stream"), quote);
    assertTrue(quote.endsWith(" a quoted scalar that begins in line 2"), quote);
    String tab = errors("- jobs:\n\t- RUN: a\n").get(0);
    assertTrue(tab.startsWith("2:1: not valid YAML: found character '\\t(TAB)'"), tab);
    String colon = errors("- jobs:\n  - RUN: echo a: b\n").get(0);
    assertTrue(colon.startsWith("2:16: not valid YAML: mapping values"), colon);
    assertTrue(
        colon.endsWith("must be in quotes, or stand in lines of its own below a '|'"), colon);
    String second = errors("- jobs: []\n---\n- jobs: []\n").get(0);
    assertTrue(second.startsWith("2:1: not valid YAML: but found another document"), second);
  }

  @Test
  void aFileThatIsNotAListIsAnError() throws Exception {
    String expected = "an orchestration is a list of entries, such as '- jobs: [...]'";
    for (String text : List.of("", "# nothing\n", "jobs: []", "RUN", "---\n")) {
      List<String> errors = errors(text);
      assertEquals(1, errors.size(), text);
      assertTrue(errors.get(0).endsWith(expected), errors.get(0));
    }
    String empty = errors("[]").get(0);
    assertTrue(empty.endsWith("it has no entries, such as '- jobs: [...]'"), empty);
  }

  @Test
  void aFileThatCannotBeReadIsAnError() throws Exception {
    Path missing = directory.resolve("none.yaml");
    assertEquals(
        List.of(
            missing + ": there is no such file",
            directory + ": this file cannot be read: it is a directory, not a file"),
        OrchestrationFile.read(List.of(missing, directory)).errors().stream()
            .map(ValidationError::toString)
            .toList());
  }

  @Test
  void bytesThatAreNotTextAreAnError() throws Exception {
    byte[] bytes = "- jobs:\n  - RUN: é\n".getBytes(StandardCharsets.ISO_8859_1);
    Files.write(file(), bytes);
    assertEquals(
        new Place.InFile(file(), 2, 10).error("this byte is not UTF-8 text"),
        OrchestrationFile.read(List.of(file())).errors().get(0));
    assertEquals(
        "2:10: the character U+0007 is not allowed in YAML",
        errors("- jobs:\n  - RUN: \u0007\n").get(0));
  }

  @Test
  void aByteOrderMarkIsSkipped() throws Exception {
    assertEquals("x", onlyJob("\uFEFF- jobs: [RUN: x]").text());
  }

  private JobEntry onlyJob(String text) throws Exception {
    Orchestration read = read(text);
    assertEquals(List.of(), read.errors());
    return read.entries().get(0).jobs().get(0);
  }

  private List<String> errors(String text) throws Exception {
    return read(text).errors().stream()
        .map(m -> m.toString().substring(file().toString().length() + 1))
        .toList();
  }

  private Orchestration read(String text) throws Exception {
    Files.writeString(file(), text);
    return OrchestrationFile.read(List.of(file()));
  }

  private Path file() {
    return directory.resolve("a.yaml");
  }

  private static int byPlace(String a, String b) {
    return Arrays.compare(place(a), place(b));
  }

  private static int[] place(String error) {
    return Arrays.stream(error.split(":", 3)).limit(2).mapToInt(Integer::parseInt).toArray();
  }
}
