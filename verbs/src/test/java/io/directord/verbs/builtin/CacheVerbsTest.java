package io.directord.verbs.builtin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.PlanException;
import io.directord.common.json.Json;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.JsonNodeFactory;

class CacheVerbsTest {
  private final CacheFileComponent cacheFile = new CacheFileComponent();
  private final CacheEvictComponent cacheEvict = new CacheEvictComponent();
  private final FakeNode node = new FakeNode();

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: 1\nb: [x, {y: null}]\nday: 2026-11-22\nz: true\n",
        "{\"a\": 1, \"b\": [\"x\", {\"y\": null}], \"day\": \"2026-11-22\", \"z\": true}"
      })
  void everyKeyOfAFileBecomesAnArgumentThatExtendsWhatIsThere(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("args.yaml"), text);
    node.args.put("where", JsonNodeFactory.instance.stringNode(directory.toString()));
    node.run(cacheFile, "\"{{ where }}/args.yaml\"", null);
    assertEquals(
        List.of(
            "arg a 1 true",
            "arg b [\"x\",{\"y\":null}] true",
            "arg day \"2026-11-22\" true",
            "arg z true true"),
        node.done,
        file.toString());
    assertEquals("Cache file loaded", node.stdout.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a: [ | :1:5: not valid YAML: expected the node content",
        "- a | : a map of arguments is expected",
        "!!java.io.File [x] | :1:1: not valid YAML: Global tag is not allowed",
        "a: &a [*a] | :1:4: this is nested too deeply",
        "'a: 1\na: 2' | :2:1: the key a is also in line 1",
      })
  void aFileThatIsNotAMapFailsTheJobNamingThePlace(String text, String message) throws Exception {
    Path file = Files.writeString(directory.resolve("args.yaml"), text);
    JobException e =
        assertThrows(JobException.class, () -> node.run(cacheFile, file.toString(), null));
    assertTrue(
        e.getMessage().startsWith(file + ":") && e.getMessage().contains(message), e::getMessage);
    assertFalse(e.getMessage().contains("reader"), e::getMessage);
    assertEquals(List.of(), node.done);
  }

  @Test
  void aFileThatCannotBeReadFailsTheJobSayingWhy() throws Exception {
    Path binary = Files.write(directory.resolve("binary"), new byte[] {(byte) 0xff, 0});
    assertEquals(binary + ":1:1: this byte is not UTF-8 text", failure(binary));
    Path large = directory.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((16 << 20) + 1);
    }
    assertEquals(large + ": this file is larger than 16 MiB", failure(large));
  }

  @Test
  void aFileWithNothingInItSetsNothing() throws Exception {
    for (String text : new String[] {"", "# nothing\n", "---\n", "null\n"}) {
      Path file = Files.writeString(directory.resolve("empty"), text);
      assertTrue(node.run(cacheFile, file.toString(), null).isSuccess());
    }
    assertEquals(List.of(), node.done);
  }

  private String failure(Path file) {
    return assertThrows(JobException.class, () -> node.run(cacheFile, file.toString(), null))
        .getMessage();
  }

  @Test
  void aFileThatIsNotThereFailsTheJob() {
    assertTrue(failure(Path.of("/no/such.yaml")).startsWith("/no/such.yaml: "));
    assertThrows(PlanException.class, () -> FakeNode.plan(cacheFile, "relative.yaml", null));
  }

  @Test
  void aTagIsDropped() throws Exception {
    node.run(cacheEvict, "JOBS", null);
    assertEquals(List.of("evict JOBS"), node.done);
    assertEquals("Evicted 3 items, tagged jobs", node.stdout.toString());
    assertEquals("{\"cacheevict\":\"all\"}", FakeNode.plan(cacheEvict, "all", null).toString());
  }

  @Test
  void anUnknownTagNamesTheNearest() {
    PlanException e =
        assertThrows(PlanException.class, () -> FakeNode.plan(cacheEvict, "job", null));
    assertTrue(e.getMessage().contains("(did you mean jobs?)"), e.getMessage());
    assertThrows(
        JobException.class, () -> node.run(cacheEvict, Json.object().put("cacheevict", "x")));
  }
}
