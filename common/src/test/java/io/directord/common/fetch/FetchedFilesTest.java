package io.directord.common.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node may say anything. */
class FetchedFilesTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();
  private final ArchiveWriter writer =
      new ArchiveWriter((bytes, length) -> archive.write(bytes, 0, length));
  private final List<FetchedFile> placed = new ArrayList<>();
  private final List<String> refused = new ArrayList<>();
  private final List<String> unsound = new ArrayList<>();
  private final List<String> damaged = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<Path> removed = new ArrayList<>();

  @AfterEach
  void nothingIsLeftHalfDone() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      assertEquals(List.of(), all.filter(path -> path.toString().contains(".directord-")).toList());
    }
  }

  @Test
  void whatHasComeWholeIsCountedHoweverItIsCut() throws Exception {
    file("etc/a", "hello", "");
    file("etc/empty", "", "changed while it was read");
    writer.finish();
    for (int size : List.of(1, 2, 7, 1000)) {
      assertEquals(new FetchArrival(2, ""), checked(archive.toByteArray(), size), "by " + size);
    }
  }

  @Test
  void whatIsNotSoundIsTold() throws Exception {
    String cut = "what came from the node is cut short";
    assertEquals(new FetchArrival(0, cut), checked(new byte[0], 1));
    file("etc/a", "hello", "");
    byte[] first = archive.toByteArray();
    assertEquals(new FetchArrival(1, cut), checked(first, 100));
    byte[] changed = first.clone();
    changed[new String(first, StandardCharsets.ISO_8859_1).indexOf("hello")]++;
    assertEquals(
        new FetchArrival(0, "/etc/a does not have the fingerprint sent with it"),
        checked(changed, 3));
    writer.begin("etc/b".getBytes(StandardCharsets.UTF_8), 0600, 3);
    writer.abandon("input/output error");
    writer.finish();
    assertEquals(
        new FetchArrival(1, "/etc/b was not sent to its end: input/output error"),
        checked(archive.toByteArray(), 10));
    archive.write('F');
    assertEquals(1, checked(archive.toByteArray(), 10).files());
  }

  private static FetchArrival checked(byte[] bytes, int size) {
    ArchiveCheck check = new ArchiveCheck();
    for (int from = 0; from < bytes.length; from += size) {
      check.take(ByteBuffer.wrap(bytes, from, Math.min(size, bytes.length - from)));
    }
    assertEquals(bytes.length, check.taken());
    return check.arrival();
  }

  @Test
  void putsFilesBelowTheDirectory() throws Exception {
    file("var/log/app.log", "hello", "");
    file("etc/empty", "", "changed while it was read");
    FetchedFiles taken = take();
    assertEquals("hello", Files.readString(root().resolve("var/log/app.log")));
    assertEquals(
        0640, (Integer) Files.getAttribute(root().resolve("etc/empty"), "unix:mode") & 07777);
    assertEquals(2, taken.files());
    assertEquals(5, taken.bytes());
    assertEquals(List.of("changed while it was read"), notes);
    assertEquals(
        new FetchedFile(
            "/var/log/app.log",
            root().resolve("var/log/app.log"),
            5L,
            "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        placed.get(0));
    archive.reset();
    file("var/log/app.log", "other", "");
    take();
    assertEquals("other", Files.readString(root().resolve("var/log/app.log")));
  }

  @Test
  void aPathThatLeadsOutIsNamedAndTheRestIsTaken() throws Exception {
    List<String> paths =
        List.of("../x", "a/../../x", "/etc/x", "a//x", ".", "a/.", "..", "a/\n/..");
    for (String path : paths) {
      file(path, "evil", "");
    }
    file("good", "good", "");
    assertEquals(1, take().files());
    assertFalse(Files.exists(directory.resolve("x")));
    assertEquals("good", Files.readString(root().resolve("good")));
    assertEquals(paths.size(), unsound.size(), unsound.toString());
    assertTrue(unsound.get(0).startsWith("../x: "), unsound.get(0));
    assertTrue(unsound.get(7).startsWith("a/%0a/..: "), unsound.get(7));
    try (Stream<Path> there = Files.list(root())) {
      assertEquals(List.of(root().resolve("good")), there.toList());
    }
  }

  @Test
  void ofTwoFilesOfOneNameTheFirstStaysAndTheSecondIsNamed() throws Exception {
    file("etc/a", "first", "");
    file("etc/a", "second", "");
    file("etc/b", "whole", "");
    assertEquals(2, take().files());
    assertEquals("first", Files.readString(root().resolve("etc/a")));
    assertEquals("whole", Files.readString(root().resolve("etc/b")));
    assertEquals(
        List.of(root().resolve("etc/a") + ": another file of this node has got that name here"),
        refused);
  }

  @Test
  void aFileThatTheNodeCouldNotReadToItsEndIsNamedAndTheRestIsTaken() throws Exception {
    writer.begin(bytes("failed"), 0600, 9);
    writer.data(bytes("half"), 4);
    writer.abandon("the disk is broken");
    file("good", "good", "");
    assertEquals(1, take().files());
    assertEquals(List.of(root().resolve("failed") + ": the disk is broken"), unsound);
    assertFalse(Files.exists(root().resolve("failed")));
    assertEquals("good", Files.readString(root().resolve("good")));
  }

  @Test
  void aFileForWhichThereIsNoSpaceIsNamedAndTheRestIsTaken() throws Exception {
    Path full = Files.createDirectory(directory.resolve("node"));
    assumeTrue(
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=64k", "directord", full.toString())
                .start()
                .waitFor()
            == 0,
        "needs the right to mount");
    try {
      file("before", "x".repeat(1000), "");
      file("huge", "y".repeat(60_000), "");
      file("after", "z".repeat(1000), "");
      Files.writeString(full.resolve("mine"), "m".repeat(20_000));
      assertEquals(2, take().files());
      assertEquals(1, refused.size(), refused.toString());
      assertTrue(refused.get(0).startsWith(full.resolve("huge") + ": No space"), refused.get(0));
      assertEquals(1000, Files.size(full.resolve("after")));
      nothingIsLeftHalfDone();
    } finally {
      new ProcessBuilder("umount", full.toString()).start().waitFor();
    }
  }

  @Test
  void linksThatAreThereAreNotFollowed() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "mine");
    Files.createDirectory(root());
    Files.createSymbolicLink(root().resolve("directory"), outside);
    Files.createSymbolicLink(root().resolve("file"), outside.resolve("file"));
    file("directory/file", "evil", "");
    file("file", "evil", "");
    file("good", "good", "");
    assertEquals(1, take().files());
    assertEquals(
        List.of(
            root().resolve("directory/file")
                + ": "
                + root().resolve("directory")
                + " is a link, which is not followed",
            root().resolve("file") + ": a link, which is not followed, is there already"),
        refused);
    assertEquals("mine", Files.readString(outside.resolve("file")));
    assertEquals("good", Files.readString(root().resolve("good")));
  }

  @Test
  void namesOfControlCharactersAndOtherBytesAreWrittenOut() throws Exception {
    file("a\u001b[31m\n%", "x", "");
    writer.begin(new byte[] {'b', (byte) 0xff}, 0600, 0);
    writer.end("");
    take();
    assertTrue(Files.exists(root().resolve("a%1b[31m%0a%25")));
    assertTrue(Files.exists(root().resolve("b%ff")));
  }

  @Test
  void aNameThatGetsTooLongIsCutAndStaysApartFromOthers() throws Exception {
    byte[] name = new byte[200];
    Arrays.fill(name, (byte) 0xe4);
    binary(name);
    name[199] = 'x';
    binary(name);
    file("\n".repeat(85), "x", "");
    file("\n".repeat(100) + "/" + "ä".repeat(128), "x", "changed while it was read");

    assertEquals(4, take().files());
    assertEquals(List.of(), refused);
    Set<String> there;
    try (Stream<Path> all = Files.list(root())) {
      there = all.map(path -> path.getFileName().toString()).collect(Collectors.toSet());
    }
    assertEquals(4, there.size());
    assertTrue(there.remove("%0a".repeat(85)));
    assertTrue(there.remove("%0a".repeat(79) + "%~2dc82b287a0f5056"), there::toString);
    for (String cut : there) {
      assertTrue(cut.matches("(%e4){79}%~[0-9a-f]{16}"), cut);
    }
    assertEquals(3, notes.size());
    assertTrue(notes.get(2).matches("has %~ .* too long. changed while .*"), notes.get(2));
  }

  private void binary(byte[] name) throws Exception {
    writer.begin(name, 0640, 0);
    writer.end("");
  }

  @Test
  void whatCannotBeWrittenIsToldAndTheRestIsTaken() throws Exception {
    Files.createDirectories(root().resolve("taken"));
    Files.createFile(root().resolve("file"));
    file("file/x", "x", "");
    file("taken", "x", "");
    file("twice", "first", "");
    file("twice", "second", "");
    file("last", "x", "");
    assertEquals(2, take().files());
    assertEquals(3, refused.size(), refused.toString());
    assertEquals("first", Files.readString(root().resolve("twice")));
    assertTrue(Files.isDirectory(root().resolve("taken"), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void whatIsNotWholeOrNotAsAnnouncedIsNotPutInPlace() throws Exception {
    writer.begin(bytes("more"), 0600, 3);
    writer.data(bytes("four"), 4);
    writer.end("");
    writer.finish();
    assertInvalid("more bytes than were announced");
    archive.reset();
    file("changed", "content", "");
    writer.finish();
    byte[] changed = archive.toByteArray();
    changed[new String(changed, StandardCharsets.ISO_8859_1).indexOf("content")]++;
    archive.reset();
    archive.writeBytes(Arrays.copyOf(changed, changed.length / 2));
    assertInvalid("cut short");
    archive.reset();
    archive.writeBytes(ByteBuffer.allocate(5).put((byte) 'F').putInt(1 << 30).array());
    assertInvalid("too long");
    archive.reset();
    writer.finish();
    archive.write('x');
    assertInvalid("behind its end");
    try (Stream<Path> left = Files.list(root())) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void aDamagedFileIsNamedAndTheOthersAreTaken() throws Exception {
    file("before", "first", "");
    file("changed", "content", "");
    file("after", "last", "");
    writer.finish();
    byte[] changed = archive.toByteArray();
    changed[new String(changed, StandardCharsets.ISO_8859_1).indexOf("content")]++;
    archive.reset();
    archive.writeBytes(changed);
    assertEquals(2, read().files());
    assertEquals(
        List.of(
            root().resolve("changed")
                + ": its content does not have the fingerprint that the node sent with it"),
        damaged);
    assertEquals("first", Files.readString(root().resolve("before")));
    assertEquals("last", Files.readString(root().resolve("after")));
    assertFalse(Files.exists(root().resolve("changed")));
    assertEquals(
        new FetchArrival(2, "/changed does not have the fingerprint sent with it"),
        checked(changed, 5));
  }

  @Test
  void aFileInWhichTheArchiveBreaksOffIsNamed() throws Exception {
    file("before", "first", "");
    writer.begin(bytes("half"), 0600, 9);
    writer.data(bytes("half"), 4);
    assertInvalid("cut short");
    assertEquals(List.of(root().resolve("half") + ": its end cannot be read"), damaged);
    assertEquals("first", Files.readString(root().resolve("before")));
  }

  @Test
  void sizesAreReadAsPeopleWriteThem() {
    assertEquals(500, ByteSize.parse("500"));
    assertEquals(64 << 10, ByteSize.parse("64k"));
    assertEquals(2L << 30, ByteSize.parse("2G"));
    for (String text : List.of("", "0", "-1", "1.5M", "M", "1MB", "9999999999999T")) {
      assertThrows(NumberFormatException.class, () -> ByteSize.parse(text), text);
    }
    assertEquals("1 byte", ByteSize.text(1));
    assertEquals("1.0 KiB", ByteSize.text(1024));
    assertEquals("100 MiB", ByteSize.text(100 << 20));
  }

  @Test
  void anAbortRemovesWhatIsHalfWrittenAndNothingElse() throws Exception {
    file("sub/whole", "whole", "");
    writer.begin(bytes("sub/half"), 0600, 9);
    writer.data(bytes("half"), 4);
    FetchedFiles files = files();
    InputStream ending =
        new InputStream() {
          private boolean over;

          @Override
          public int read() throws IOException {
            if (over) {
              return -1;
            }
            over = true;
            assertEquals(1, parts(root().resolve("sub")).size());
            files.abort();
            assertEquals(List.of(), parts(root().resolve("sub")));
            return 'x';
          }
        };
    var all = new SequenceInputStream(new ByteArrayInputStream(archive.toByteArray()), ending);
    assertThrows(IOException.class, () -> files.take(all));
    assertEquals("whole", Files.readString(root().resolve("sub/whole")));
    assertThrows(InterruptedIOException.class, () -> files.take(archived()));
  }

  @Test
  void whatAKilledProcessLeftIsRemovedAndNobodyElsesFiles() throws Exception {
    Path sub = Files.createDirectories(root().resolve("sub"));
    String id = UUID.randomUUID().toString();
    Path left = Files.createFile(sub.resolve(".directord-fetch-" + id));
    Path others = Files.createFile(sub.resolve(".directord-fetch-" + id + ".mine"));
    Path writing = Files.createFile(sub.resolve(".directord-fetch-" + UUID.randomUUID()));
    Path link = sub.resolve(".directord-fetch-" + UUID.randomUUID());
    Files.createSymbolicLink(link, others);
    file("sub/new", "new", "");
    try (FileChannel channel = FileChannel.open(writing, StandardOpenOption.WRITE)) {
      channel.lock();
      take();
    }
    assertEquals(List.of(left), removed);
    assertEquals(Set.of(others, writing, link), Set.copyOf(parts(sub)));
    for (Path file : List.of(link, writing, others)) {
      Files.delete(file);
    }
  }

  private InputStream archived() {
    return new ByteArrayInputStream(archive.toByteArray());
  }

  private static List<Path> parts(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(path -> path.toString().contains(".directord-")).toList();
    }
  }

  private void assertInvalid(String why) {
    IOException e = assertThrows(InvalidArchiveException.class, this::read);
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  private void file(String path, String content, String note) throws Exception {
    writer.begin(bytes(path), 0640, content.length());
    writer.data(bytes(content), content.length());
    writer.end(note);
  }

  private FetchedFiles take() throws Exception {
    writer.finish();
    return read();
  }

  private FetchedFiles read() throws IOException {
    FetchedFiles files = files();
    files.take(archived());
    return files;
  }

  private FetchedFiles files() {
    return new FetchedFiles(
        root(),
        new FetchedFiles.Listener() {
          @Override
          public void placed(FetchedFile file, String note) {
            placed.add(file);
            if (!note.isEmpty()) {
              notes.add(note);
            }
          }

          @Override
          public void refused(FetchedFile file, String why) {
            refused.add(file.shown() + ": " + why);
          }

          @Override
          public void unsound(FetchedFile file, String why) {
            unsound.add(file.shown() + ": " + why);
          }

          @Override
          public void damaged(FetchedFile file, String why) {
            damaged.add(file.shown() + ": " + why);
          }

          @Override
          public void removed(Path file) {
            removed.add(file);
          }
        });
  }

  private Path root() {
    return directory.resolve("node");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
