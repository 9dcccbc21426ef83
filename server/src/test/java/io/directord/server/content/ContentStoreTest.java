package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.Digests;
import io.directord.common.security.SecretContent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
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
  @TempDir Path base;
  private ContentStore store;

  @BeforeEach
  void open() throws Exception {
    store = ContentStore.open(base.resolve("contents"), null);
  }

  @Test
  void keepsAContentForItsOwnerOnlyAndAcrossRestarts() throws Exception {
    byte[] bytes = Samples.bytes(100_000);
    String sha256 = Samples.store(store, bytes);

    ContentStore again = ContentStore.open(base.resolve("contents"), null);
    assertTrue(again.renew(sha256));
    assertEquals(bytes.length, again.size(sha256));
    Path file = base.resolve("contents").resolve(sha256);
    assertArrayEquals(bytes, Files.readAllBytes(file));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertEquals(
        "rwx------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
  }

  @Test
  void aSecretIsOnTheDiskOnlySealedAcrossRestartsAndUntilItsJobEnds() throws Exception {
    Path directory = base.resolve("contents");
    byte[] key = Samples.bytes(32);
    store = ContentStore.open(directory, key);
    byte[] secret = "this is a secret of some length".getBytes(StandardCharsets.UTF_8);
    String sha256 = Digests.sha256(secret);
    assertThrows(ContentMismatchException.class, () -> store.keepSecret(sha256, Samples.bytes(31)));
    store.keepSecret(sha256, secret);
    Path file = directory.resolve(sha256 + ".sealed");
    assertFalse(Files.readString(file, StandardCharsets.ISO_8859_1).contains("secret"));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));

    ContentStore again = ContentStore.open(directory, key);
    assertTrue(again.has(sha256));
    assertEquals(secret.length, again.size(sha256));
    assertArrayEquals(secret, again.secret(sha256));
    byte[] part = new byte[9];
    new OpenContents(again).read(sha256, 10, part, 6);
    assertEquals("secret", new String(part, 0, 6, StandardCharsets.UTF_8));

    assertFalse(ContentStore.open(directory, new byte[32]).has(sha256), "with another key");
    again.keepSecret(sha256, secret);
    again.removeSecrets(Set.of(sha256));
    assertFalse(again.renew(sha256));
    assertFalse(Files.exists(file));
    assertThrows(
        IllegalArgumentException.class,
        () -> ContentStore.open(directory, null).keepSecret(sha256, secret));
  }

  @Test
  void aSecretOfAServerWhoseKeyIsChangedIsSealedAnewAndIsNotLostIfThatComesLate() throws Exception {
    Path directory = base.resolve("contents");
    byte[] former = new byte[32];
    byte[] now = new byte[32];
    now[0] = 1;
    byte[] secret = "this is a secret of some length".getBytes(StandardCharsets.UTF_8);
    String sha256 = Digests.sha256(secret);
    ContentStore.open(directory, former).keepSecret(sha256, secret);

    ContentStore tooEarly = ContentStore.open(directory, now);
    tooEarly.sealAnew();
    assertThrows(NoSuchFileException.class, () -> tooEarly.secret(sha256));

    ContentStore both = ContentStore.open(directory, now, List.of(former), null);
    both.sealAnew();
    assertArrayEquals(secret, both.secret(sha256));
    assertArrayEquals(secret, ContentStore.open(directory, now).secret(sha256));
  }

  @Test
  void aContentThatWasDamagedIsMissingAndSentAgain() throws Exception {
    byte[] bytes = Samples.bytes(1000);
    String sha256 = Samples.store(store, bytes);
    Path file = base.resolve("contents").resolve(sha256);
    for (byte[] damaged : List.of(new byte[0], Samples.bytes(999), new byte[1000])) {
      Files.write(file, damaged);
      ContentStore again = ContentStore.open(base.resolve("contents"), null);
      assertFalse(again.has(sha256));
      Samples.store(again, bytes);
      assertTrue(again.has(sha256));
      assertArrayEquals(bytes, Files.readAllBytes(file));
    }
  }

  @Test
  void aContentDamagedWhileTheServerRunsIsMissingAndSentAgain() throws Exception {
    byte[] bytes = Samples.bytes(1000);
    String sha256 = Samples.store(store, bytes);
    Path file = base.resolve("contents").resolve(sha256);
    for (byte[] damaged : List.of(new byte[0], Samples.bytes(999), new byte[1000])) {
      assertTrue(store.has(sha256));
      Files.write(file, damaged);
      assertEquals(Set.of(sha256), store.missing(Samples.copy(sha256, 1000), null));
      assertFalse(Files.exists(file));
      Samples.store(store, bytes);
      assertEquals(Set.of(), store.missing(Samples.copy(sha256, 1000), null));
      assertArrayEquals(bytes, Files.readAllBytes(file));
    }
  }

  @Test
  void leavesAForeignFileAlone() throws Exception {
    Path foreign = Files.writeString(base.resolve("contents").resolve("notes.txt"), "mine");
    ContentStore.open(base.resolve("contents"), null);
    assertEquals("mine", Files.readString(foreign));
  }

  @Test
  void refusesWhatHasAnotherFingerprintAndLeavesNothingOfIt() throws Exception {
    String announced = Samples.sha256(Samples.bytes(10));
    try (Incoming incoming = store.receive(announced, 11, null)) {
      incoming.write(ByteBuffer.wrap(Samples.bytes(11)));
      assertThrows(ContentMismatchException.class, incoming::commit);
    }
    assertFalse(store.renew(announced));
    assertTrue(isEmpty());
  }

  @Test
  void anUnfinishedContentDoesNotCountAndIsClearedAtTheNextStart() throws Exception {
    byte[] bytes = Samples.bytes(1000);
    Incoming abandoned = store.receive(Samples.sha256(bytes), bytes.length, null);
    abandoned.write(ByteBuffer.wrap(bytes));
    assertFalse(store.renew(Samples.sha256(bytes)));

    ContentStore.open(base.resolve("contents"), null);
    assertTrue(isEmpty());
    abandoned.close();
  }

  @Test
  void refusesMoreThanTheDiskHasRoomFor() {
    NoSpaceException refusal =
        assertThrows(
            NoSpaceException.class, () -> store.receive("0".repeat(64), Long.MAX_VALUE / 2, null));
    assertTrue(refusal.getMessage().contains("make room"), refusal.getMessage());
  }

  @Test
  void adoptsAFileThatHasTheFingerprint() throws Exception {
    byte[] bytes = Samples.bytes(600_000);
    Path file = Files.write(base.resolve("a file"), bytes);

    assertTrue(store.adopt(Samples.sha256(bytes), file));
    Files.write(file, Samples.bytes(5));
    assertArrayEquals(
        bytes, Files.readAllBytes(base.resolve("contents").resolve(Samples.sha256(bytes))));
  }

  @Test
  void doesNotAdoptOtherFilesDirectoriesOrWhatIsNotThere() throws Exception {
    String sha256 = Samples.sha256(Samples.bytes(10));
    assertFalse(store.adopt(sha256, Files.write(base.resolve("other"), Samples.bytes(11))));
    assertFalse(store.adopt(sha256, base));
    assertFalse(store.adopt(sha256, base.resolve("nothing")));
    assertFalse(store.adopt(sha256, Path.of("/dev/zero")));
    assertTrue(isEmpty());
  }

  @Test
  void keepsWhatIsPinnedUntilItIsNoLonger() throws Exception {
    store = ContentStore.open(base.resolve("sealing"), new byte[32]);
    String pinned = Samples.store(store, Samples.bytes(1));
    byte[] secret = SecretContent.of(new byte[] {1, 2, 3, 4});
    store.keepSecret(Samples.sha256(secret), secret);
    store.pin(Set.of(pinned, Samples.sha256(secret)));
    for (int i = 0; i < Leases.ROUNDS + 2; i++) {
      assertEquals(0, store.collect(Set.of()));
    }
    store.removeSecrets(Set.of(Samples.sha256(secret)));
    assertTrue(store.has(pinned) && store.has(Samples.sha256(secret)));
    store.pin(Set.of());
    for (int i = 0; i < Leases.ROUNDS + 1; i++) {
      store.collect(Set.of());
    }
    assertFalse(store.renew(pinned) || store.renew(Samples.sha256(secret)));
  }

  @Test
  void removesOnlyWhatNoLiveJobNamesAndNobodyAskedForWithinTheLease() throws Exception {
    String live = Samples.store(store, Samples.bytes(1));
    String asked = Samples.store(store, Samples.bytes(2));
    String unused = Samples.store(store, Samples.bytes(3));

    for (int i = 0; i < Leases.ROUNDS; i++) {
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
    Files.delete(base.resolve("contents").resolve(sha256));
    assertThrows(NoSuchFileException.class, () -> store.stream(sha256));
    assertFalse(store.renew(sha256));
  }

  @Test
  void neverTakesAPathForAFingerprint() {
    for (String name : Set.of("../" + "0".repeat(61), "0".repeat(63), "A".repeat(64), "")) {
      assertThrows(IllegalArgumentException.class, () -> store.renew(name), name);
      assertThrows(IllegalArgumentException.class, () -> store.receive(name, 1, null), name);
    }
  }

  private boolean isEmpty() throws Exception {
    try (var files = Files.list(base.resolve("contents"))) {
      return files.findAny().isEmpty();
    }
  }
}
