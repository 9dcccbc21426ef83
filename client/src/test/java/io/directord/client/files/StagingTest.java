package io.directord.client.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.component.JobException;
import io.directord.common.component.ReadableNode.Ownership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
  @TempDir Path base;
  private final List<Path> mounted = new ArrayList<>();
  private Path notesDirectory;
  private Path target;
  private StagingNotes notes;

  @BeforeEach
  void open() throws Exception {
    notesDirectory = base.resolve("notes");
    notes = StagingNotes.open(notesDirectory);
    target = Files.createDirectory(base.resolve("dest")).resolve("file");
  }

  @AfterEach
  void close() throws Exception {
    for (int i = mounted.size() - 1; i >= 0; i--) {
      run("umount", mounted.get(i).toString());
    }
    notes.close();
    assertEquals(List.of(), entries(notesDirectory));
  }

  @Test
  void whatAClientThatWasKilledLeftIsRemovedByTheNext() throws Exception {
    Destination destination = Destination.of(target);
    Staging staging = Staging.at(destination, notes);
    write(staging, "half of it");
    assertEquals(1, entries(target.getParent()).size());
    assertEquals(1, entries(notesDirectory).size());

    StagingNotes.open(notesDirectory).close();
    assertEquals(List.of(), entries(target.getParent()));
    assertEquals(List.of(), entries(notesDirectory));
    staging.close();
    destination.close();
  }

  /** An administrator may have put a link there. */
  @Test
  void whatIsNoNoteStaysWhereItIs() throws Exception {
    Path others = Files.createDirectory(base.resolve("others"));
    for (String name : List.of("hosts", "0123456789abcdef0", "0123456789ABCDEF")) {
      Files.writeString(others.resolve(name), "precious");
    }
    Path link = Files.createSymbolicLink(base.resolve("link"), others);
    StagingNotes.open(link).close();
    assertEquals(3, entries(others).size());
  }

  @Test
  void aDirectoryOfNotesThatIsRemovedIsMadeAnew() throws Exception {
    Files.delete(notesDirectory);
    place("new", Ownership.DEFAULT);
    assertEquals("new", Files.readString(target));
    assertTrue(Files.isDirectory(notesDirectory));
  }

  @Test
  void aFullDiskOfTheNotesIsNamedAndNothingStaysOnIt() throws Exception {
    Path full = Files.createDirectory(base.resolve("full"));
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", "size=64k", "none", full.toString()) == 0,
        "needs the right to mount");
    mounted.add(full);
    Path filler = full.resolve("filler");
    try (StagingNotes onFull = StagingNotes.open(full.resolve("notes"));
        Destination destination = Destination.of(target)) {
      assertThrows(IOException.class, () -> Files.write(filler, new byte[1 << 20]));
      JobException refused =
          assertThrows(JobException.class, () -> Staging.at(destination, onFull));
      assertEquals(
          "this node cannot note in "
              + full.resolve("notes")
              + " what it is about to write: No space left on device",
          refused.getMessage());
      assertEquals(List.of(), entries(full.resolve("notes")));
      assertEquals(List.of(), entries(target.getParent()));
    }
  }

  @Test
  void aNoteOfWhatIsGoneOrNotOursRemovesNothing() throws Exception {
    Path other = Files.createDirectory(base.resolve("other"));
    Files.writeString(other.resolve("content"), "kept");
    // A directory may be mounted later, so what is not found is looked for again.
    Map<String, String> kept =
        Map.of(
            "1111111111111111",
            other.toString(),
            "2222222222222222",
            base.resolve("x/.directord-2222222222222222").toString(),
            "3333333333333333",
            "\0");
    for (String name : kept.keySet()) {
      Files.writeString(notesDirectory.resolve(name), kept.get(name));
    }
    Files.createFile(notesDirectory.resolve("4444444444444444"));
    StagingNotes.open(notesDirectory).close();
    assertEquals("kept", Files.readString(other.resolve("content")));
    for (String name : kept.keySet()) {
      Files.delete(notesDirectory.resolve(name));
    }
  }

  @Test
  void aMountPointIsWrittenOver() throws Exception {
    Path real = Files.writeString(base.resolve("real"), "a longer text than the new one");
    Files.createFile(target);
    mount("--bind", real, target);
    Object before = Files.getAttribute(real, "unix:ino");
    place("new", new Ownership(null, null, 0640));
    assertEquals("new", Files.readString(target));
    assertEquals("new", Files.readString(real));
    assertEquals(before, Files.getAttribute(real, "unix:ino"));
    assertEquals(0640, (Integer) Files.getAttribute(target, "unix:mode") & 07777);
    assertEquals(1, entries(target.getParent()).size());
  }

  @Test
  void aMountPointInAReadOnlyDirectoryIsWrittenOver() throws Exception {
    Path real = Files.writeString(base.resolve("real"), "old");
    Files.createFile(target);
    mount("--bind", target.getParent(), target.getParent());
    run("mount", "-o", "remount,bind,ro", target.getParent().toString());
    mount("--bind", real, target);
    place("new content", Ownership.DEFAULT);
    assertEquals("new content", Files.readString(real));
  }

  private void place(String text, Ownership ownership) throws Exception {
    try (Destination destination = Destination.of(target);
        Staging staging = Staging.at(destination, notes)) {
      destination.requireFile(Attributes.of(Ownership.DEFAULT));
      write(staging, text);
      staging.place(Attributes.of(ownership), target);
    }
  }

  private static void write(Staging staging, String text) throws Exception {
    try (FileChannel out = staging.create()) {
      out.write(ByteBuffer.wrap(text.getBytes()));
    }
  }

  private void mount(String option, Path what, Path where) throws Exception {
    assumeTrue(
        run("mount", option, what.toString(), where.toString()) == 0, "needs the right to mount");
    mounted.add(where);
  }

  private static int run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    assertTrue(process.waitFor(240, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static List<Path> entries(Path directory) throws Exception {
    try (var entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
