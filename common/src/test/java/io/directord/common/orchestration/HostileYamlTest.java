package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, reading it ends soon, with errors and nothing worse. */
class HostileYamlTest {
  @TempDir Path directory;

  @Test
  void aliasesThatMultiplyAreRefused() throws Exception {
    StringBuilder text = new StringBuilder("- &a0 [x, x]\n");
    for (int i = 1; i < 40; i++) {
      text.append("- &a%d [*a%d, *a%d, *a%d]\n".formatted(i, i - 1, i - 1, i - 1));
    }
    assertRefused(text.toString(), "aliases");
  }

  @Test
  void fewAliasesThatMultiplyAreRefusedToo() throws Exception {
    StringBuilder text = new StringBuilder("- jobs:\n  - RUN: x\n    vars:\n");
    text.append("    - &a0 [1,2,3,4,5,6,7,8,9]\n");
    for (int i = 1; i < 9; i++) {
      text.append("    - &a%d [%s]\n".formatted(i, "*a%d,".formatted(i - 1).repeat(5)));
    }
    assertRefused(text.toString(), "expands to more than");
  }

  @Test
  void tooManyValuesAreRefusedBeforeAllAreInMemory() {
    byte[] text = "- {a: b}\n".repeat(200_000).getBytes(StandardCharsets.UTF_8);
    YamlReader yaml = new YamlReader(Path.of("many.yaml"), OrchestrationFile.MAX_BYTES);
    UnreadableYamlException refused =
        assertThrows(UnreadableYamlException.class, () -> yaml.compose(text));
    assertEquals(
        "many.yaml:166667:4: this file expands to more than 250000 values",
        refused.error().toString());
  }

  /** A long text that a thousand aliases stand for would be in a thousand jobs. */
  @Test
  void aTextOfSomebodyElseHasNoAliases() {
    String text = "- jobs:\n  - RUN: &long " + "x".repeat(1000) + "\n  - RUN: *long\n";
    assertEquals(
        "[orchestration:3:10: aliases such as *long are not taken here: write out what it stands"
            + " for]",
        OrchestrationFile.ofText(text).errors().toString());
  }

  @Test
  void aListInsideItselfIsRefused() throws Exception {
    assertRefused("- jobs: &a\n  - RUN: x\n    vars: {y: *a}\n", "nested too deeply");
  }

  @Test
  void nestingWithoutEndIsRefused() throws Exception {
    assertRefused("[".repeat(10_000), "refused");
    assertRefused("- jobs: " + "{a: ".repeat(10_000), "refused");
  }

  @Test
  void aFileWithoutEndIsRefused() throws Exception {
    assertRefused("#".repeat(OrchestrationFile.MAX_BYTES + 1), "larger than 8 MiB");
    assertRefused(Path.of("/dev/zero"), "larger than 8 MiB");
  }

  @Test
  void tagsBuildNothing() throws Exception {
    assertRefused(
        "- jobs:\n  - RUN: !!javax.script.ScriptEngineManager [x]\n", "tag is not allowed");
    assertRefused("- !vault {jobs: []}", "the tag !vault means nothing here");
    assertRefused("- jobs: [RUN: !!binary aGk=]", "the tag !!binary means nothing here");
    assertRefused("- jobs: [RUN: !!int many]", "many is not a valid !!int");
    assertRefused("- {<<: 5, jobs: []}", "the merge key << needs a mapping");
  }

  @Test
  void anyBytesAreReadOrRefused() throws Exception {
    byte[] good =
        """
        - name: &n web
          async: yes
          jobs:
          - RUN: |
              echo
            vars: {timeout: 5, <<: {a: b}}
          - COPY: 'a b'
            assign: [*n, "x"]
        """
            .getBytes(StandardCharsets.UTF_8);
    Random random = new Random(1);
    Path file = directory.resolve("fuzz.yaml");
    for (int i = 0; i < 700; i++) {
      byte[] bytes = good.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] =
            random.nextInt(3) == 0
                ? (byte) random.nextInt()
                : " \n-:[]{}*&!<'\"|>~,?#5".getBytes(StandardCharsets.UTF_8)[random.nextInt(21)];
      }
      Files.write(file, bytes);
      Orchestration read = OrchestrationFile.read(List.of(file));
      assertTrue(!read.errors().isEmpty() || !read.entries().isEmpty());
    }
  }

  private void assertRefused(String text, String because) throws Exception {
    assertRefused(Files.writeString(directory.resolve("a.yaml"), text), because);
  }

  private static void assertRefused(Path file, String because) {
    List<ValidationError> errors = OrchestrationFile.read(List.of(file)).errors();
    assertFalse(errors.isEmpty());
    String message = errors.get(0).message();
    assertTrue(message.contains(because), message);
    assertEquals(file, ((Place.InFile) errors.get(0).place()).file());
  }
}
