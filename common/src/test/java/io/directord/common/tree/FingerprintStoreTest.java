package io.directord.common.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FingerprintStoreTest {
  private static final String NAME = "in /somewhere";

  /** How long a file must not have changed. */
  private static final long LONG_AGO = 10_000;

  @TempDir Path directory;

  private Path file;
  private LongSupplier clock = () -> System.currentTimeMillis() + LONG_AGO;
  private FingerprintStore store;

  @BeforeEach
  void write() throws IOException {
    file = Files.writeString(directory.resolve("file"), "content");
    store = new FingerprintStore(directory.resolve("cache"), () -> clock.getAsLong());
  }

  private long whenItChanged() {
    try {
      return TimeUnit.NANOSECONDS.toMillis(state(file).changed());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void knowsAFileThatIsAsItWas() throws Exception {
    read();
    assertEquals(sha256(), find());
    for (int i = 0; i < 1000; i++) {
      Path other = Files.writeString(directory.resolve("other" + i), "content");
      KnownFingerprints known = store.load(NAME);
      assertNull(known.find(state(other)));
      if (i % 100 == 0) {
        known.find(state(file));
        known.add(other, state(other), "0".repeat(64), known.now());
        store.save(NAME, known);
      }
    }
    assertEquals("0".repeat(64), store.load(NAME).find(state(directory.resolve("other900"))));
    assertNull(store.load("in /elsewhere").find(state(file)));
  }

  @Test
  void aFileThatHasJustChangedIsReadAgain() throws Exception {
    clock = this::whenItChanged;
    read();
    assertNull(find());
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));
    read();
    assertNull(find());
  }

  @Test
  void aChangeIsSeenWhateverTimesAProgramSets() throws Exception {
    FileTime modified = Files.getLastModifiedTime(file);
    read();
    FileState before = state(file);
    // The kernel takes the times of files from a clock that stands still for milliseconds.
    while (state(file).equals(before)) {
      Files.writeString(file, "CONTENT");
      Files.setLastModifiedTime(file, modified);
    }
    assertEquals(modified, Files.getLastModifiedTime(file));
    assertNull(find());
  }

  @Test
  void anotherFileInItsPlaceIsSeen() throws Exception {
    read();
    Path other = Files.writeString(directory.resolve("other"), "CONTENT");
    Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    assertNull(find());
  }

  @Test
  void clocksThatCountSecondsOrAreOfOthersAreNotTrusted() throws Exception {
    FileState state = state(file);
    long second = TimeUnit.SECONDS.toNanos(1);
    KnownFingerprints known = store.load(NAME);
    FileState whole =
        new FileState(
            state.device(), state.inode(), state.size(), state.changed() / second * second);
    known.add(file, whole, sha256(), known.now());
    FileState ofOthers = new FileState(-1, 1, 1, 1);
    known.add(Path.of("/proc/version"), ofOthers, sha256(), known.now());
    assertFalse(known.isChanged());
  }

  @Test
  void damagedFingerprintsAreIgnored() throws Exception {
    read();
    Path kept = kept();
    byte[] bytes = Files.readAllBytes(kept);
    bytes[bytes.length - 1] ^= 1;
    Files.write(kept, bytes);
    assertNull(find());
    for (int length = 0; length < bytes.length; length += 7) {
      bytes[bytes.length - 1] ^= 1;
      Files.write(kept, java.util.Arrays.copyOf(bytes, length));
      assertNull(find());
    }
    read();
    assertEquals(sha256(), find());
  }

  @Test
  void fingerprintsThatOthersMayWriteAreIgnored() throws Exception {
    read();
    Path cache = directory.resolve("cache");
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(cache)));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(kept())));
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertNull(find());
  }

  @Test
  void whatCannotBeKeptIsLeft() throws Exception {
    Files.writeString(directory.resolve("cache"), "a file");
    read();
    assertNull(find());
    assertEquals("a file", Files.readString(directory.resolve("cache")));
  }

  @Test
  void whatWasNotUsedForLongestIsRemovedAndNothingElse() throws Exception {
    read();
    Path old = kept();
    Files.setLastModifiedTime(old, FileTime.fromMillis(0));
    Path theirs = Files.createFile(directory.resolve("cache/theirs"));
    Files.setLastModifiedTime(theirs, FileTime.fromMillis(0));
    Path large = Files.createFile(directory.resolve("cache").resolve("0".repeat(64)));
    try (var out =
        java.nio.channels.FileChannel.open(large, java.nio.file.StandardOpenOption.WRITE)) {
      out.write(java.nio.ByteBuffer.allocate(1), FingerprintStore.MAX_BYTES - 200);
    }
    KnownFingerprints known = store.load("another");
    known.add(file, state(file), sha256(), known.now());
    store.save("another", known);
    assertFalse(Files.exists(old));
    assertTrue(Files.exists(large));
    assertTrue(Files.exists(theirs));
  }

  private Path kept() throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("cache"))) {
      return all.findFirst().orElseThrow();
    }
  }

  /** Reads the file and keeps its fingerprint. */
  private void read() throws IOException {
    KnownFingerprints known = store.load(NAME);
    known.find(state(file));
    known.add(file, state(file), sha256(), known.now());
    store.save(NAME, known);
  }

  private String find() throws IOException {
    return store.load(NAME).find(state(file));
  }

  private String sha256() throws IOException {
    return Digests.sha256(file);
  }

  private static FileState state(Path file) throws IOException {
    return FileState.of(
        Files.readAttributes(file, "unix:" + FileState.ATTRIBUTES, LinkOption.NOFOLLOW_LINKS));
  }
}
