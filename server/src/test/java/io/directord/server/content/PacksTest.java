package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.Digests;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import io.directord.common.wire.PackHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PacksTest {
  @TempDir Path directory;

  private Path contents;
  private ContentStore store;

  @BeforeEach
  void open() throws IOException {
    contents = directory.resolve("contents");
    store = ContentStore.open(contents, null);
  }

  @Test
  void manyContentsAreOneFileAndThereAfterARestart() throws Exception {
    send(pack("one", "", "three"), 7);
    assertEquals(1, files());
    for (int i = 0; i < 2; i++) {
      for (String text : List.of("one", "", "three")) {
        assertTrue(store.has(sha256(text)), text);
        assertArrayEquals(bytes(text), store.stream(sha256(text)).readAllBytes());
      }
      store = ContentStore.open(contents, null);
    }
  }

  @Test
  void aFileIsRemovedWithTheLastOfItsContents() throws Exception {
    send(pack("one", "two"), 1000);
    for (int i = 0; i <= Leases.ROUNDS; i++) {
      store.collect(Set.of(sha256("two")));
    }
    assertFalse(store.renew(sha256("one")));
    assertEquals("two", new String(store.stream(sha256("two")).readAllBytes()));
    for (int i = 0; i <= Leases.ROUNDS; i++) {
      store.collect(Set.of());
    }
    assertEquals(0, files());
  }

  @Test
  void whatIsBehindADamagedPlaceIsMissing() throws Exception {
    byte[] pack = pack("one", "two", "three");
    send(pack, 1000);
    Path file = onlyFile();
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 1]++;
    Files.write(file, damaged);
    store = ContentStore.open(contents, null);
    assertTrue(store.has(sha256("two")));
    assertFalse(store.has(sha256("three")));
    Files.write(file, java.util.Arrays.copyOf(pack, PackHeader.BYTES + 4));
    store = ContentStore.open(contents, null);
    assertTrue(store.has(sha256("one")));
    assertFalse(store.renew(sha256("two")));
  }

  @Test
  void aContentDamagedInAPackWhileTheServerRunsIsSentAgainAndTheOthersStay() throws Exception {
    send(pack("one", "two", "three"), 1000);
    Path file = onlyFile();
    byte[] damaged = Files.readAllBytes(file);
    damaged[damaged.length - 1]++;
    Files.write(file, damaged);
    assertTrue(store.has(sha256("two")));
    assertFalse(store.has(sha256("three")));
    send(pack("three"), 1000);
    assertTrue(store.has(sha256("three")));
    assertArrayEquals(bytes("three"), store.stream(sha256("three")).readAllBytes());
  }

  @Test
  void whatIsNotAPackLeavesNothingBehind() throws Exception {
    byte[] wrong = pack("one", "two");
    wrong[wrong.length - 1]++;
    assertThrows(ContentMismatchException.class, () -> send(wrong, 5));
    byte[] cut = java.util.Arrays.copyOf(pack("one"), PackHeader.BYTES + 2);
    assertThrows(InvalidPackException.class, () -> send(cut, 1000));
    byte[] large = new PackHeader(sha256(""), PackHeader.MAX_CONTENT_BYTES + 1).bytes();
    assertThrows(InvalidPackException.class, () -> send(large, 1000));
    assertEquals(0, files());
  }

  @Test
  void aTreeTellsWhichOfItsFilesAreMissing() throws Exception {
    List<TreeEntry> entries = new ArrayList<>();
    for (String text : List.of("one", "three", "two")) {
      entries.add(TreeEntry.file(text, 0644, text.length(), sha256(text)));
    }
    byte[] manifest = Manifest.of(entries);
    Trees trees = new Trees(store);
    String sha256 = Digests.sha256(manifest);
    assertEquals(Set.of(sha256), trees.missing(sha256, 9, null));
    try (Incoming incoming = store.receive(sha256, manifest.length, null)) {
      incoming.write(ByteBuffer.wrap(manifest));
      incoming.commit();
    }
    send(pack("two"), 1000);
    assertEquals(Set.of(sha256("one"), sha256("three")), trees.missing(sha256, 9, null));
    assertEquals(1, trees.missing(sha256, 1, null).size());
    TreeFiles files = trees.files(sha256);
    assertEquals(11, files.bytes());
    assertEquals(List.of(0, 0, 1, 1, 2), Stream.of(0, 2, 3, 7, 8).map(files::at).toList());
  }

  private void send(byte[] pack, int step) throws IOException {
    try (Incoming incoming = store.receivePack(pack.length, null)) {
      for (int at = 0; at < pack.length; at += step) {
        incoming.write(ByteBuffer.wrap(pack, at, Math.min(step, pack.length - at)));
      }
      incoming.commit();
    }
  }

  private static byte[] pack(String... texts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String text : texts) {
      out.writeBytes(new PackHeader(sha256(text), text.length()).bytes());
      out.writeBytes(bytes(text));
    }
    return out.toByteArray();
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.list(contents)) {
      return all.count();
    }
  }

  private Path onlyFile() throws IOException {
    try (Stream<Path> all = Files.list(contents)) {
      return all.findFirst().orElseThrow();
    }
  }

  private static String sha256(String text) {
    return Digests.sha256(bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
