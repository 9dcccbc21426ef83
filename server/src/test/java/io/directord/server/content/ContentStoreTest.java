package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentStoreTest {
  @TempDir Path folder;
  private ContentStore store;

  @BeforeEach
  void open() throws Exception {
    store = ContentStore.open(folder.resolve("contents"));
  }

  @Test
  void keepsAContentForItsOwnerOnlyAndAcrossRestarts() throws Exception {
    byte[] bytes = Samples.bytes(100_000);
    String sha256 = Samples.store(store, bytes);

    ContentStore again = ContentStore.open(folder.resolve("contents"));
    assertTrue(again.renew(sha256));
    assertEquals(bytes.length, again.size(sha256));
    Path file = folder.resolve("contents").resolve(sha256);
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
  }

  @Test
  void aContentThatWasDamagedIsMissingAndSentAgain() throws Exception {
    byte[] bytes = Samples.bytes(1000);
    String sha256 = Samples.store(store, bytes);
    Path file = folder.resolve("contents").resolve(sha256);
    for (byte[] damaged : List.of(new byte[0], Samples.bytes(999), new byte[1000])) {
      Files.write(file, damaged);
      ContentStore again = ContentStore.open(folder.resolve("contents"));
      assertFalse(again.has(sha256));
      Samples.store(again, bytes);
      assertTrue(again.has(sha256));
      assertArrayEquals(bytes, Files.readAllBytes(file));
    }
  }

  @Test
  void leavesAForeignFileAlone() throws Exception {
    Path foreign = Files.writeString(folder.resolve("contents").resolve("notes.txt"), "mine");
    ContentStore.open(folder.resolve("contents"));
    assertEquals("mine", Files.readString(foreign));
  }

  @Test
  void refusesWhatHasAnotherFingerprintAndLeavesNothingOfIt() throws Exception {
    String announced = Samples.sha256(Samples.bytes(10));
    try (IncomingContent incoming = store.receive(announced, 11)) {
      incoming.write(ByteBuffer.wrap(Samples.bytes(11)));
      assertThrows(ContentMismatchException.class, incoming::commit);
    }
    assertFalse(store.renew(announced));
    assertTrue(isEmpty());
  }

  @Test
  void anUnfinishedContentDoesNotCountAndIsClearedAtTheNextStart() throws Exception {
    byte[] bytes = Samples.bytes(1000);
    IncomingContent abandoned = store.receive(Samples.sha256(bytes), bytes.length);
    abandoned.write(ByteBuffer.wrap(bytes));
    assertFalse(store.renew(Samples.sha256(bytes)));

    ContentStore.open(folder.resolve("contents"));
    assertTrue(isEmpty());
    abandoned.close();
  }

  @Test
  void refusesMoreThanTheDiskHasRoomFor() {
    NoSpaceException refusal =
        assertThrows(
            NoSpaceException.class, () -> store.receive("0".repeat(64), Long.MAX_VALUE / 2));
    assertTrue(refusal.getMessage().contains("make room"), refusal.getMessage());
  }

  @Test
  void adoptsAFileThatHasTheFingerprint() throws Exception {
    byte[] bytes = Samples.bytes(600_000);
    Path file = Files.write(folder.resolve("a file"), bytes);

    assertTrue(store.adopt(Samples.sha256(bytes), file));
    Files.write(file, Samples.bytes(5));
    assertArrayEquals(
        bytes, Files.readAllBytes(folder.resolve("contents").resolve(Samples.sha256(bytes))));
  }

  @Test
  void doesNotAdoptOtherFilesFoldersOrWhatIsNotThere() throws Exception {
    String sha256 = Samples.sha256(Samples.bytes(10));
    assertFalse(store.adopt(sha256, Files.write(folder.resolve("other"), Samples.bytes(11))));
    assertFalse(store.adopt(sha256, folder));
    assertFalse(store.adopt(sha256, folder.resolve("nothing")));
    assertFalse(store.adopt(sha256, Path.of("/dev/zero")));
    assertTrue(isEmpty());
  }

  @Test
  void removesOnlyWhatNoLiveJobNamesAndNobodyAskedForWithinTheLease() throws Exception {
    String live = Samples.store(store, Samples.bytes(1));
    String asked = Samples.store(store, Samples.bytes(2));
    String unused = Samples.store(store, Samples.bytes(3));

    for (int i = 0; i < ContentStore.LEASE_ROUNDS; i++) {
      assertEquals(0, store.collect(Set.of(live)));
    }
    assertTrue(store.renew(asked));
    assertEquals(1, store.collect(Set.of(live)));
    assertTrue(store.renew(live));
    assertTrue(store.renew(asked));
    assertFalse(store.renew(unused));
  }

  @Test
  void aFileThatWasTakenAwayIsMissingOnceThatIsNoticed() throws Exception {
    String sha256 = Samples.store(store, Samples.bytes(1000));
    Files.delete(folder.resolve("contents").resolve(sha256));
    assertThrows(NoSuchFileException.class, () -> store.read(sha256));
    assertFalse(store.renew(sha256));
  }

  @Test
  void neverTakesAPathForAFingerprint() {
    for (String name : Set.of("../" + "0".repeat(61), "0".repeat(63), "A".repeat(64), "")) {
      assertThrows(IllegalArgumentException.class, () -> store.renew(name), name);
      assertThrows(IllegalArgumentException.class, () -> store.receive(name, 1), name);
    }
  }

  private boolean isEmpty() throws Exception {
    try (var files = Files.list(folder.resolve("contents"))) {
      return files.findAny().isEmpty();
    }
  }
}
