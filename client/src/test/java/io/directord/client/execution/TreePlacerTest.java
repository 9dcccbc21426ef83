package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.client.files.StagingNotes;
import io.directord.common.component.JobException;
import io.directord.common.component.Preview;
import io.directord.common.component.ReadableNode.Ownership;
import io.directord.common.security.Digests;
import io.directord.common.tree.FileState;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeEntry;
import io.directord.common.tree.TreeOptions;
import io.directord.common.wire.Delivery;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreePlacerTest {
  private static final int CHUNK = 10;
  private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;
  private static final TreeOptions KEEP = new TreeOptions(false, List.of());
  private static final TreeOptions DELETE = new TreeOptions(true, List.of());

  @TempDir Path directory;

  private final List<TreeEntry> entries = new ArrayList<>();
  private final ByteArrayOutputStream contents = new ByteArrayOutputStream();
  private StagingNotes notes;
  private long later;
  private FingerprintStore fingerprints;
  private boolean toldWrong;
  private Path dest;
  private long fetched;

  /** Done before the first chunk of a file is delivered. */
  private PlacerFixture.Action meanwhile = () -> {};

  @BeforeEach
  void open() throws IOException {
    notes = StagingNotes.open(directory.resolve("notes"));
    fingerprints =
        new FingerprintStore(
            directory.resolve("fingerprints"), () -> System.currentTimeMillis() + later);
    dest = directory.resolve("dest");
  }

  @AfterEach
  void close() throws IOException {
    notes.close();
    try (Stream<Path> all = Files.walk(directory)) {
      assertEquals(List.of(), all.filter(path -> path.toString().contains(".directord-")).toList());
    }
  }

  @Test
  void makesAllAndThenFindsNothingToDo() throws Exception {
    file("a", 0640, "the first of two files");
    directory("d", 0750);
    directory("d/empty", 0500);
    file("d/none", 0600, "");
    link("d/link", "/etc/passwd");
    file("z", 0755, "last");
    assertEquals("6 files changed, 0 deleted, 0 unchanged", sixOf(place(KEEP)));
    assertEquals("the first of two files", Files.readString(dest.resolve("a")));
    assertEquals("", Files.readString(dest.resolve("d/none")));
    assertEquals(Path.of("/etc/passwd"), Files.readSymbolicLink(dest.resolve("d/link")));
    assertEquals(0640, mode("a"));
    assertEquals(0500, mode("d/empty"));
    assertEquals(0755, mode("z"));
    fetched = 0;
    TreeChanges again = place(DELETE);
    assertEquals("0 files changed, 0 deleted, 6 unchanged", again.summary());
    assertEquals(0, fetched);
  }

  /** The destination itself counts when it is made. */
  private static String sixOf(TreeChanges changes) {
    return new TreeChanges(
            changes.changed() - 1, changes.deleted(), changes.unchanged(), List.of(), List.of())
        .summary();
  }

  @Test
  void fetchesOnlyTheChunksOfWhatDiffers() throws Exception {
    for (int i = 0; i < 20; i++) {
      file("f" + (char) ('a' + i), 0644, "content " + (char) ('a' + i) + "!");
    }
    place(KEEP);
    Files.writeString(dest.resolve("fc"), "content X!");
    Files.delete(dest.resolve("ff"));
    Files.setAttribute(dest.resolve("fg"), "unix:mode", 0600);
    fetched = 0;
    assertEquals("3 files changed, 0 deleted, 17 unchanged", place(KEEP).summary());
    assertEquals(2, fetched);
    assertEquals("content c!", Files.readString(dest.resolve("fc")));
    assertEquals("content f!", Files.readString(dest.resolve("ff")));
    assertEquals(0644, mode("fg"));
  }

  @Test
  void aFileThatIsAsItWasIsNotReadAgain() throws Exception {
    file("a", 0644, "first");
    place(KEEP);
    later = 10_000;
    assertEquals("0 files changed, 0 deleted, 1 unchanged", place(KEEP).summary());
    // What was written down is believed, so a wrong fingerprint has the file delivered once more.
    KnownFingerprints wrong = fingerprints.load("other");
    FileState state =
        FileState.of(Files.readAttributes(dest.resolve("a"), "unix:" + FileState.ATTRIBUTES));
    wrong.add(dest.resolve("a"), state, "0".repeat(64), wrong.now());
    fingerprints.save(TreePlacer.kept(dest), wrong);
    assertEquals("1 file changed, 0 deleted, 0 unchanged", place(KEEP).summary());
    Files.writeString(dest.resolve("a"), "FIRST");
    assertEquals("1 file changed, 0 deleted, 0 unchanged", place(KEEP).summary());
    assertEquals("first", Files.readString(dest.resolve("a")));
  }

  @Test
  void manyFilesAreSyncedAtOnce() throws Exception {
    for (int i = 100; i < 300; i++) {
      file("f" + i, 0644, "content " + i);
    }
    assertEquals(201, place(KEEP).changed());
    assertEquals("content 299", Files.readString(dest.resolve("f299")));
  }

  @Test
  void modesOfTheJobAreThoseOfFilesAndDirectoriesCanBeEntered() throws Exception {
    directory("d", 0700);
    file("d/f", 0777, "x");
    place(new Ownership(null, null, 0640), KEEP);
    assertEquals(0640, mode("d/f"));
    assertEquals(0750, mode("d"));
    assertEquals(0750, mode(""));
  }

  @Test
  void deletesWhatIsNotThereButNothingExcludedOrBehindALink() throws Exception {
    file("kept", 0644, "x");
    directory("d", 0755);
    place(KEEP);
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("treasure"), "x");
    Files.createSymbolicLink(dest.resolve("d/link"), outside);
    Files.createDirectories(dest.resolve("gone/deep"));
    Files.createSymbolicLink(dest.resolve("gone/deep/link"), outside);
    Files.writeString(dest.resolve("gone/file"), "x");
    Files.createDirectories(dest.resolve("half"));
    Files.writeString(dest.resolve("half/a.tmp"), "x");
    Files.writeString(dest.resolve("half/b"), "x");
    TreeChanges changes = place(new TreeOptions(true, List.of("*.tmp")));
    assertEquals("0 files changed, 6 deleted, 2 unchanged", changes.summary());
    assertTrue(changes.names().containsAll(List.of("gone/", "d/link", "half/b")));
    assertTrue(Files.exists(outside.resolve("treasure")));
    assertTrue(Files.exists(dest.resolve("half/a.tmp")));
    assertFalse(Files.exists(dest.resolve("gone"), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void aLinkInPlaceOfADirectoryIsNotFollowed() throws Exception {
    directory("d", 0755);
    file("d/file", 0644, "x");
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "theirs");
    Files.createDirectory(dest);
    Files.createSymbolicLink(dest.resolve("d"), outside);
    JobException e = assertThrows(JobException.class, () -> place(KEEP));
    assertTrue(e.getMessage().contains("is not a directory on this node"), e.getMessage());
    assertEquals("theirs", Files.readString(outside.resolve("file")));
    place(DELETE);
    assertTrue(Files.isDirectory(dest.resolve("d"), LinkOption.NOFOLLOW_LINKS));
    assertEquals("theirs", Files.readString(outside.resolve("file")));
    assertEquals("x", Files.readString(dest.resolve("d/file")));
  }

  @Test
  void aLinkThatIsPlantedWhileContentComesIsNotFollowed() throws Exception {
    directory("d", 0755);
    file("d/file", 0644, "ours");
    Path outside = Files.createDirectories(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "theirs");
    meanwhile =
        () -> {
          Files.move(dest.resolve("d"), dest.resolve("moved"));
          Files.createSymbolicLink(dest.resolve("d"), outside);
        };
    JobException e = assertThrows(JobException.class, () -> place(KEEP));
    assertTrue(e.getMessage().contains("changed by another process"), e.getMessage());
    assertEquals("theirs", Files.readString(outside.resolve("file")));
  }

  @Test
  void aLinkInPlaceOfAFileIsReplacedAndNotWrittenThrough() throws Exception {
    file("file", 0600, "ours");
    Path secret = Files.writeString(directory.resolve("secret"), "ours");
    Files.setAttribute(secret, "unix:mode", 0640);
    Files.createDirectory(dest);
    Files.createSymbolicLink(dest.resolve("file"), secret);
    place(KEEP);
    assertTrue(Files.isRegularFile(dest.resolve("file"), LinkOption.NOFOLLOW_LINKS));
    assertEquals(0640, Files.getAttribute(secret, "unix:mode") instanceof Integer m ? m & 0777 : 0);
  }

  @Test
  void aFifoInPlaceOfAFileNeverBlocks() throws Exception {
    file("file", 0600, "");
    Files.createDirectory(dest);
    assertEquals(
        0, new ProcessBuilder("mkfifo", dest.resolve("file").toString()).start().waitFor());
    place(KEEP);
    assertTrue(Files.isRegularFile(dest.resolve("file"), LinkOption.NOFOLLOW_LINKS));
  }

  @Test
  void nothingIsDeletedForAnEmptyTreeOrInTheRootDirectory() throws Exception {
    Files.createDirectory(dest);
    Files.writeString(dest.resolve("x"), "x");
    assertThrows(JobException.class, () -> place(DELETE));
    assertTrue(Files.exists(dest.resolve("x")));
    file("file", 0600, "");
    dest = directory.resolve("to-root");
    Files.createSymbolicLink(dest, Path.of("/"));
    JobException e = assertThrows(JobException.class, () -> place(DELETE));
    assertTrue(e.getMessage().contains("is the root directory"), e.getMessage());
  }

  @Test
  void aFileThatWasNotDeliveredAsItShouldBeIsNotPlaced() throws Exception {
    file("file", 0600, "right");
    contents.reset();
    contents.writeBytes("wrong".getBytes(StandardCharsets.UTF_8));
    assertThrows(JobException.class, () -> place(KEEP));
    assertFalse(Files.exists(dest.resolve("file")));
    assertTrue(toldWrong, "the server knows that something else came");
  }

  @Test
  void aPreviewSaysWhatWouldChangeAndWritesNothing() throws Exception {
    directory("d", 0755);
    file("d/in", 0644, "in\n");
    file("mode", 0644, "mode\n");
    file("private", 0600, "secret\n");
    file("same", 0644, "as it is\n");
    file("text", 0644, "old\n");
    place(KEEP);
    for (int i = 10; i < 25; i++) {
      Files.writeString(dest.resolve("d/extra" + i), "x");
    }
    Files.createDirectories(dest.resolve("gone/deep"));
    Files.setAttribute(dest.resolve("mode"), "unix:mode", 0600);
    entries.clear();
    contents.reset();
    directory("d", 0755);
    directory("fresh", 0755);
    file("fresh/file", 0644, "fresh\n");
    link("link", "same");
    file("mode", 0644, "mode\n");
    file("private", 0600, "other secret\n");
    file("same", 0644, "as it is\n");
    file("text", 0644, "new\n");
    Map<String, String> before = state();

    Preview kept = preview(KEEP);
    Preview preview = preview(DELETE);

    assertEquals(before, state());
    assertEquals(Preview.Effect.CHANGED, preview.effect());
    assertEquals(
        dest + ": 3 new (fresh/, fresh/file, link), 3 changed (mode, private, text), 2 unchanged",
        kept.sentence());
    assertTrue(preview.sentence().contains(", 18 deleted ("), preview.sentence());
    assertTrue(preview.sentence().contains(" and 8 more), 2 unchanged"), preview.sentence());
    assertTrue(preview.diff().contains("@@ -1,1 +1,1 @@\n-old\n+new\n"), preview.diff());
    assertTrue(preview.diff().contains("+fresh\n"), preview.diff());
    assertFalse(preview.diff().contains("secret\n"), preview.diff());
    assertTrue(preview.diff().contains("not everyone may read it"), preview.diff());
    TreeChanges changes = place(DELETE);
    assertEquals("6 files changed, 18 deleted, 2 unchanged", changes.summary());
    assertEquals(Preview.Effect.UNCHANGED, preview(DELETE).effect());
  }

  @Test
  void aPreviewOfANewDirectoryAndOfWhatIsInTheWay() throws Exception {
    file("a", 0644, "a\n");
    directory("d", 0755);
    Preview fresh = preview(DELETE);
    assertEquals(dest + ": new directory, 2 new (a, d/), 0 unchanged", fresh.sentence());
    assertFalse(Files.exists(dest));

    Files.createDirectories(dest.resolve("a/in"));
    JobException e = assertThrows(JobException.class, () -> preview(KEEP));
    assertTrue(e.getMessage().contains("a is a directory on this node, and a file is delivered"));
    assertEquals(
        dest + ": 1 new (d/), 1 changed (a), 2 deleted (a/in/, a/), 0 unchanged",
        preview(DELETE).sentence());
    assertTrue(Files.exists(dest.resolve("a/in")));
  }

  @Test
  void whatIsMountedBelowIsLeftAlone() throws Exception {
    boolean mayMount = new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0;
    assumeTrue(mayMount, "needs the right to mount");
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createDirectories(other.resolve("d"));
    for (String path : List.of("known/d", "unknown/d", "bound")) {
      Files.createDirectories(dest.resolve(path));
    }
    file("f", 0644, "content");
    directory("known", 0755);
    directory("known/d", 0755);
    file("known/d/f", 0644, "content");
    directory("bound", 0755);
    mount("-t", "tmpfs", "tmpfs", dest.resolve("known").toString());
    mount("-t", "tmpfs", "tmpfs", dest.resolve("unknown").toString());
    mount("--bind", other.toString(), dest.resolve("bound").toString());
    try {
      Files.createDirectory(dest.resolve("known/d"));
      for (String path : List.of("known/d/x", "known/y", "unknown/x", "bound/d/x", "z")) {
        Files.writeString(dest.resolve(path), "mine");
      }
      TreeChanges changes = place(DELETE);
      assertEquals(List.of("z"), changes.names());
      assertEquals(
          List.of(
              "bound/d: it is on the file system that is mounted at bound",
              "known/d/x: it is on the file system that is mounted at known",
              "known/y: it is on the file system that is mounted at known",
              "unknown: a file system is mounted there"),
          changes.left().stream().sorted().toList());
      for (String path : List.of("known/d/x", "known/y", "unknown/x", "bound/d/x")) {
        assertEquals("mine", Files.readString(dest.resolve(path)));
      }
      assertEquals("content", Files.readString(dest.resolve("known/d/f")));
    } finally {
      for (String path : List.of("known", "unknown", "bound")) {
        new ProcessBuilder("umount", dest.resolve(path).toString()).start().waitFor();
      }
    }
  }

  private static void mount(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("mount"));
    words.addAll(List.of(arguments));
    assertEquals(0, new ProcessBuilder(words).start().waitFor());
  }

  /** Of all below the directory: times, and content of files. */
  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.toList()) {
        String times =
            Files.readAttributes(path, "unix:lastModifiedTime,ctime,ino", NO_LINKS).toString();
        boolean isFile = Files.isRegularFile(path, NO_LINKS);
        state.put(path.toString(), times + (isFile ? Files.readString(path) : ""));
      }
    }
    return state;
  }

  private Preview preview(TreeOptions options) throws Exception {
    Path home = Files.createTempDirectory("preview");
    try (PlacerFixture node = new PlacerFixture(home)) {
      DeliveredTree tree = delivered();
      SourceTree source =
          new SourceTree("/source", tree.manifest().sha256(), 1, 0, 0, dest.toString());
      return new TreePreviewer(node.previewer(), tree, fingerprints, true)
          .preview(source, dest, Ownership.DEFAULT, options);
    }
  }

  private int mode(String path) throws IOException {
    return (Integer) Files.getAttribute(dest.resolve(path), "unix:mode") & 07777;
  }

  private void directory(String path, int mode) {
    entries.add(TreeEntry.directory(path, mode));
  }

  private void link(String path, String target) {
    entries.add(TreeEntry.link(path, target));
  }

  private void file(String path, int mode, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    entries.add(TreeEntry.file(path, mode, bytes.length, Digests.sha256(bytes)));
    contents.writeBytes(bytes);
  }

  private TreeChanges place(TreeOptions options) throws Exception {
    return place(Ownership.DEFAULT, options);
  }

  private TreeChanges place(Ownership ownership, TreeOptions options) throws Exception {
    return new TreePlacer(delivered(), notes, fingerprints).place(dest, ownership, options);
  }

  private DeliveredTree delivered() throws Exception {
    entries.sort((a, b) -> Arrays.compare(a.path().split("/"), b.path().split("/")));
    byte[] manifest = Manifest.of(entries);
    String sha256 = Digests.sha256(manifest);
    return new DeliveredTree(
        this::fetch,
        delivery(sha256, manifest.length),
        delivery(Delivery.filesOf(sha256), contents.size()));
  }

  private static Delivery delivery(String sha256, long size) {
    return new Delivery(UUID.randomUUID(), sha256, size, CHUNK, new byte[32], new byte[32]);
  }

  private void fetch(Delivery delivery, long[] chunks, DeliverySource.Sink sink)
      throws JobException, IOException {
    if (delivery.manifest() == null) {
      sink.accept(Manifest.of(entries));
      return;
    }
    if (chunks.length == 1 && chunks[0] == Delivery.WRONG_CONTENT) {
      toldWrong = true;
      throw new JobException("denied");
    }
    try {
      if (chunks.length > 0) {
        meanwhile.run();
      }
    } catch (Exception e) {
      throw new IOException(e);
    }
    byte[] all = contents.toByteArray();
    for (long chunk : chunks) {
      int from = (int) chunk * CHUNK;
      sink.accept(Arrays.copyOfRange(all, from, Math.min(all.length, from + CHUNK)));
      fetched++;
    }
  }
}
