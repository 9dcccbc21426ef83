package io.directord.client.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.common.component.NodeContext.Ownership;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagingTest {
  @TempDir Path folder;
  private final List<Path> mounted = new ArrayList<>();
  private Path notesFolder;
  private Path target;
  private StagingNotes notes;

  @BeforeEach
  void open() throws Exception {
    notesFolder = folder.resolve("notes");
    notes = StagingNotes.open(notesFolder);
    target = Files.createDirectory(folder.resolve("dest")).resolve("file");
  }

  @AfterEach
  void close() throws Exception {
    for (int i = mounted.size() - 1; i >= 0; i--) {
      run("umount", mounted.get(i).toString());
    }
    notes.close();
    assertEquals(List.of(), entries(notesFolder));
  }

  @Test
  void whatAClientThatWasKilledLeftIsRemovedByTheNext() throws Exception {
    Destination destination = Destination.of(target);
    Staging staging = Staging.at(destination, notes);
    write(staging, "half of it");
    assertEquals(1, entries(target.getParent()).size());
    assertEquals(1, entries(notesFolder).size());

    StagingNotes.open(notesFolder).close();
    assertEquals(List.of(), entries(target.getParent()));
    assertEquals(List.of(), entries(notesFolder));
    staging.close();
    destination.close();
  }

  @Test
  void aDirectoryOfNotesThatIsRemovedIsMadeAnew() throws Exception {
    Files.delete(notesFolder);
    place("new", Ownership.DEFAULT);
    assertEquals("new", Files.readString(target));
    assertTrue(Files.isDirectory(notesFolder));
  }

  @Test
  void aNoteOfWhatIsGoneOrNotOursRemovesNothing() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("content"), "kept");
    Files.writeString(notesFolder.resolve("0011"), other.toString());
    Files.writeString(notesFolder.resolve("0022"), folder.resolve("x/.directord-0022").toString());
    Files.writeString(notesFolder.resolve("0033"), "\0");
    StagingNotes.open(notesFolder).close();
    assertEquals("kept", Files.readString(other.resolve("content")));
    // A directory may be mounted later, so what is not found is looked for again.
    Files.delete(notesFolder.resolve("0022"));
    Files.delete(notesFolder.resolve("0033"));
  }

  @Test
  void aMountPointIsWrittenOver() throws Exception {
    Path real = Files.writeString(folder.resolve("real"), "a longer text than the new one");
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
    Path real = Files.writeString(folder.resolve("real"), "old");
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
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
    return process.exitValue();
  }

  private static List<Path> entries(Path directory) throws Exception {
    try (var entries = Files.list(directory)) {
      return entries.toList();
    }
  }
}
