package io.directord.common.orchestration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.PlanException;
import io.directord.common.security.Digests;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.FileState;
import io.directord.common.tree.FingerprintStore;
import io.directord.common.tree.KnownFingerprints;
import io.directord.common.tree.LocalTree;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeReaderTest {
  @TempDir Path directory;

  @Test
  void takesFilesLinksModesAndEmptyDirectories() throws Exception {
    Files.createDirectories(directory.resolve("b/empty"));
    Files.writeString(directory.resolve("b/file"), "hello");
    Files.writeString(directory.resolve("a.txt"), "hello");
    Files.setAttribute(directory.resolve("a.txt"), "unix:mode", 0751);
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/nowhere"));
    TreeReader reader = reader();
    LocalTree tree = reader.read();
    assertEquals(
        List.of("a.txt", "b", "b/empty", "b/file", "link"),
        Manifest.read(tree.manifest()).stream().map(TreeEntry::path).toList());
    assertEquals(0751, Manifest.read(tree.manifest()).get(0).mode());
    assertEquals("/nowhere", Manifest.read(tree.manifest()).get(4).text());
    String hello = Manifest.read(tree.manifest()).get(0).text();
    assertEquals(
        Map.of(hello, new LocalTree.LocalFile(directory.resolve("a.txt"), 5)),
        tree.contents(Set.of(hello, "0".repeat(64))));
    assertEquals(Map.of(), tree.contents(Set.of("0".repeat(64))));
    assertEquals(2, reader.files());
    assertEquals(10, reader.bytes());
    assertEquals(tree.sha256(), reader().read().sha256());
  }

  @Test
  void leavesOutWhatIsExcludedAndNamesWhatIsNotAFile() throws Exception {
    Files.createDirectories(directory.resolve("cache/deep"));
    Files.writeString(directory.resolve("cache/deep/x"), "x");
    Files.writeString(directory.resolve("y.tmp"), "y");
    assertEquals(
        0, new ProcessBuilder("mkfifo", directory.resolve("pipe").toString()).start().waitFor());
    TreeReader reader = reader("cache/", "*.tmp");
    assertEquals(List.of(), Manifest.read(reader.read().manifest()));
    assertTrue(reader.isEmpty());
    assertEquals(List.of(directory.resolve("pipe")), reader.others());
  }

  @Test
  void namesAllThatCannotBeSent() throws Exception {
    Path script = directory.resolve("make");
    Files.writeString(
        script, "touch \"$1/$(printf 'x\\377')\"; ln -s \"$(printf 'y\\377')\" \"$1/l\"");
    Path tree = Files.createDirectory(directory.resolve("tree"));
    assertEquals(0, new ProcessBuilder("sh", script.toString(), tree.toString()).start().waitFor());
    PlanException e =
        assertThrows(
            PlanException.class,
            () ->
                new TreeReader(tree, new Excludes(List.of()), FingerprintStore.NONE, Long.MAX_VALUE)
                    .read());
    assertTrue(e.getMessage().contains("the name is not UTF-8: rename it"), e.getMessage());
    assertTrue(e.getMessage().contains("where the link leads is not UTF-8"), e.getMessage());
  }

  @Test
  void aFileThatIsAsItWasIsNotReadAgain() throws Exception {
    Path file =
        Files.writeString(Files.createDirectories(directory.resolve("tree/d")).resolve("f"), "1");
    FingerprintStore store =
        new FingerprintStore(directory.resolve("cache"), () -> System.currentTimeMillis() + 10_000);
    Path tree = directory.resolve("tree");
    String first = read(tree, store);
    assertEquals(Digests.sha256(file), first);
    KnownFingerprints wrong = store.load("other");
    FileState state = FileState.of(Files.readAttributes(file, "unix:" + FileState.ATTRIBUTES));
    wrong.add(file, state, "0".repeat(64), wrong.now());
    store.save(TreeReader.kept(tree, new Excludes(List.of())), wrong);
    assertEquals("0".repeat(64), read(tree, store));
    assertEquals(first, read(tree, FingerprintStore.NONE));
    Files.writeString(file, "2");
    assertEquals(Digests.sha256(file), read(tree, store));
  }

  private static String read(Path tree, FingerprintStore store) throws Exception {
    LocalTree read = new TreeReader(tree, new Excludes(List.of()), store, Long.MAX_VALUE).read();
    return Manifest.read(read.manifest()).get(1).text();
  }

  private TreeReader reader(String... exclude) throws IOException {
    return new TreeReader(
        directory, new Excludes(List.of(exclude)), FingerprintStore.NONE, Long.MAX_VALUE);
  }
}
