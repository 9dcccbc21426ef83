package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.Digests;
import io.directord.common.tree.Manifest;
import io.directord.common.tree.TreeEntry;
import io.directord.common.wire.PackHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fingerprint is no proof of a content: those who are bound deliver what they have sent. */
class SendersTest {
  private static final String ADA = "token:ada";
  private static final String BOB = "bob";

  @TempDir Path base;
  private Path directory;
  private ContentStore store;

  @BeforeEach
  void open() throws Exception {
    directory = base.resolve("contents");
    store = ContentStore.open(directory, null);
  }

  @Test
  void whoKnowsOnlyTheFingerprintOfAnothersContentCannotDeliverIt() throws Exception {
    byte[] bytes = Samples.bytes(1000);
    String sha256 = Samples.store(store, bytes);
    assertEquals(
        Set.of(), store.missing(Samples.copy(sha256, 1000), null), "who may do everything");
    assertFalse(store.has(sha256, ADA));
    assertEquals(Set.of(sha256), store.missing(Samples.copy(sha256, 1000), ADA));
    send(bytes, ADA);
    assertEquals(Set.of(), store.missing(Samples.copy(sha256, 1000), ADA));
    assertEquals(Set.of(sha256), store.missing(Samples.copy(sha256, 1000), BOB));
    send(bytes, BOB);
    assertTrue(store.has(sha256, ADA) && store.has(sha256, BOB));
    assertEquals(
        List.of(sha256, Senders.FILE).stream().sorted().toList(),
        List.of(directory.toFile().list()).stream().sorted().toList(),
        "it is stored once");
  }

  @Test
  void aManifestOfOnesOwnDeliversNoFileOfOthers() throws Exception {
    String others = Samples.store(store, "two".getBytes(StandardCharsets.UTF_8));
    String own = Digests.sha256("one".getBytes(StandardCharsets.UTF_8));
    byte[] manifest =
        Manifest.of(
            List.of(TreeEntry.file("a", 0644, 3, own), TreeEntry.file("b", 0644, 3, others)));
    String sha256 = send(manifest, ADA);
    Trees trees = new Trees(store);
    byte[] header = new PackHeader(own, 3).bytes();
    try (Incoming pack = store.receivePack(header.length + 3, ADA)) {
      pack.write(ByteBuffer.wrap(header));
      pack.write(ByteBuffer.wrap("one".getBytes(StandardCharsets.UTF_8)));
      pack.commit();
    }
    assertEquals(Set.of(others), trees.missing(sha256, 9, ADA));
    assertEquals(Set.of(), trees.missing(sha256, 9, null));
    assertEquals(Set.of(sha256), trees.missing(sha256, 9, BOB));
  }

  @Test
  void aRestartKnowsThemAndReadsNoNameOutOfTornLines() throws Exception {
    String one = send(Samples.bytes(10), ADA);
    String two = Samples.store(store, Samples.bytes(20));
    // "bob" is Ym9i: two lines of which a crash has left one half each.
    Files.writeString(
        directory.resolve(Senders.FILE),
        two + " Ym" + two + " Ym9i\n" + two + "\n\n" + two + " Ym9i x\n",
        StandardOpenOption.APPEND);
    for (int i = 0; i < 2; i++) {
      store = ContentStore.open(directory, null);
      assertTrue(store.has(one, ADA));
      assertFalse(store.has(one, BOB));
      assertFalse(store.has(two, BOB));
    }
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(directory.resolve(Senders.FILE))));
  }

  @Test
  void whatIsRemovedIsForgotten() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = send(bytes, ADA);
    for (int i = 0; i <= Leases.ROUNDS; i++) {
      store.collect(Set.of());
    }
    Samples.store(store, bytes);
    assertFalse(store.has(sha256, ADA));
  }

  private String send(byte[] bytes, String sender) throws Exception {
    String sha256 = Samples.sha256(bytes);
    try (Incoming incoming = store.receive(sha256, bytes.length, sender)) {
      incoming.write(ByteBuffer.wrap(bytes));
      incoming.commit();
    }
    return sha256;
  }
}
