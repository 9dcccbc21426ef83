package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.Preview.Effect;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.component.UnknownValueException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.StringNode;

/** What would become of files, which stay as they are. */
class FilePreviewerTest {
  private static final Ownership PLAIN = new Ownership(null, null, 0644);
  @TempDir Path base;
  private PlacerFixture node;
  private Path target;

  @BeforeEach
  void start() throws Exception {
    node = new PlacerFixture(base);
    target = Files.createDirectory(base.resolve("there")).resolve("file");
  }

  @AfterEach
  void stop() throws Exception {
    assertEquals(
        Files.exists(target) ? 1 : 0, Stream.of(target.getParent().toFile().list()).count());
    node.close();
  }

  @Test
  void aNewFileIsShownWhole() throws Exception {
    Preview preview = node.preview("one\ntwo\n", target, PLAIN, false);
    assertEquals(Effect.CHANGED, preview.effect());
    assertEquals(target + ": new file", preview.sentence());
    assertEquals(
        "--- /dev/null\n+++ " + target + " (source)\n@@ -0,0 +1,2 @@\n+one\n+two\n",
        preview.diff());
    assertFalse(Files.exists(target));
  }

  @Test
  void contentThatIsThereIsNotFetched() throws Exception {
    write("same\n", "rw-r--r--");
    Preview preview = node.preview("same\n", target, PLAIN, false);
    assertEquals(Effect.UNCHANGED, preview.effect());
    assertEquals(0, node.fetches);
  }

  @Test
  void contentAndModeThatDifferAreToldAndShown() throws Exception {
    write("one\ntwo\nthree", "rw-r--r--");
    Preview preview =
        node.preview("one\n2\nthree\n", target, new Ownership(null, null, 0640), false);
    assertEquals(target + ": content, mode 0644 to 0640", preview.sentence());
    // What not everyone may read, before or after, is not shown.
    assertTrue(preview.diff().contains("the content is not shown, since not everyone may read it"));
    assertFalse(preview.diff().contains("two"));

    Preview shown = again("one\n2\nthree\n");
    assertTrue(
        shown
            .diff()
            .endsWith(
                "@@ -1,3 +1,3 @@\n one\n-two\n-three\n\\ No newline at end of file\n+2\n+three\n"),
        shown.diff());
    assertEquals("one\ntwo\nthree", Files.readString(target));
  }

  /** In a dry run of its own. */
  private Preview again(String content) throws Exception {
    node.foreseen = new Foreseen();
    return node.preview(content, target, Ownership.DEFAULT, false);
  }

  @Test
  void onlyTheModeWouldChange() throws Exception {
    write("same\n", "rw-------");
    Preview preview = node.preview("same\n", target, PLAIN, false);
    assertEquals(target + ": mode 0600 to 0644", preview.sentence());
    assertEquals("", preview.diff());
  }

  @Test
  void whatIsNotTextIsToldByItsDigest() throws Exception {
    write("text\n", "rw-r--r--");
    Preview preview = node.preview("a\0b", target, PLAIN, false);
    assertTrue(preview.diff().contains("since it is not text: 5 bytes -> 3 bytes, sha256 "));
  }

  @Test
  void aBlueprintIsRenderedWithWhatEarlierJobsWouldSet() throws Exception {
    write("port=80\n", "rw-r--r--");
    node.foreseen.arg("port", StringNode.valueOf("80"));
    assertEquals(Effect.UNCHANGED, node.preview("port={{ port }}\n", target, PLAIN, true).effect());
    node.foreseen.unknownArg("port", "RUN x");
    UnknownValueException e =
        assertThrows(
            UnknownValueException.class,
            () -> node.preview("port={{ port | default(1) }}\n", target, PLAIN, true));
    assertEquals("needs port, which would come from RUN x", e.getMessage());
  }

  @Test
  void whatWouldFailIsSaid() throws Exception {
    Files.createDirectory(target);
    assertThrows(JobException.class, () -> node.preview("x", target, PLAIN, false));
    JobException missing =
        assertThrows(
            JobException.class, () -> node.preview("x", target.resolve("a/b"), PLAIN, false));
    assertTrue(missing.getMessage().contains("does not exist"), missing.getMessage());
    Ownership nobody = new Ownership("nobody-of-that-name", null, null);
    assertThrows(JobException.class, () -> node.preview("x", target, nobody, false));
  }

  /** As a run changes what is there once only. */
  @Test
  void aFileThatHasTwoPathsByLinksIsChangedOnce() throws Exception {
    Path directory = Files.createDirectory(base.resolve("other"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("../there/file"));
    Path linked = Files.createSymbolicLink(base.resolve("linked"), target.getParent());
    assertEquals(Effect.CHANGED, node.preview("x\n", target, PLAIN, false).effect());
    assertEquals(Effect.UNCHANGED, node.preview("x\n", link, PLAIN, false).effect());
    Path file = linked.resolve("file");
    assertEquals(Effect.UNCHANGED, node.preview("x\n", file, PLAIN, false).effect());

    assertEquals(Effect.CHANGED, node.previewDirectory(linked.resolve("d")).effect());
    Path same = target.resolveSibling("d");
    assertEquals(Effect.UNCHANGED, node.previewDirectory(same).effect());
    assertEquals(Effect.CHANGED, node.preview("x\n", same.resolve("f"), PLAIN, false).effect());
  }

  @Test
  void whatWouldFailPutsNoFileThere() throws Exception {
    Path missing = target.resolve("missing/file");
    assertThrows(JobException.class, () -> node.preview("x", missing, PLAIN, false));
    assertThrows(JobException.class, () -> node.preview("x", missing, PLAIN, false));
  }

  @Test
  void aFileGoesIntoADirectoryThatWouldBeMade() throws Exception {
    Path directory = target.resolve("a/b");
    assertEquals(Effect.CHANGED, node.previewDirectory(directory).effect());
    assertEquals(Effect.UNCHANGED, node.previewDirectory(directory).effect());
    assertEquals(
        Effect.CHANGED, node.preview("x\n", directory.resolve("f"), PLAIN, false).effect());
    assertEquals(
        Effect.UNCHANGED, node.preview("x\n", directory.resolve("f"), PLAIN, false).effect());
    assertEquals(
        Effect.CHANGED, node.preview("y\n", directory.resolve("f"), PLAIN, false).effect());
    assertFalse(Files.exists(target));
  }

  @Test
  void aLongFileIsComparedInLittleTime() throws Exception {
    write("a\n".repeat(3_000), "rw-r--r--");
    assertTrue(again("b\n".repeat(3_000)).diff().startsWith("--- "));
    assertTrue(again("b\n".repeat(3_001)).diff().contains("over more than 3000 lines"));
  }

  private void write(String content, String mode) throws Exception {
    Files.writeString(target, content);
    Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(mode));
  }
}
