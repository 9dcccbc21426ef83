package io.directord.server.content;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.PackHeader;
import io.directord.server.store.ContentArchive;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contents of two servers with one archive. */
class SharedContentsTest {
  private static final byte[] KEY = Samples.bytes(32);

  @TempDir Path base;

  private final Archive archive = new Archive();
  private ContentStore first;

  /** In memory; fails if it is told to. */
  private static final class Archive implements ContentArchive {
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<String, byte[]> contents = new ConcurrentHashMap<>();
    private boolean away;
    private Blocking beforeRemoval = () -> {};

    private interface Blocking {
      void call() throws InterruptedException;
    }

    @Override
    public List<Entry> list() {
      return new ArrayList<>(entries.values());
    }

    @Override
    public void put(Entry entry, InputStream stored) throws IOException {
      require();
      contents.put(entry.sha256(), stored.readAllBytes());
      entries.put(entry.sha256(), entry);
    }

    @Override
    public void read(String sha256, OutputStream to) throws IOException {
      require();
      if (!contents.containsKey(sha256)) {
        throw new NoSuchFileException(sha256);
      }
      to.write(contents.get(sha256));
    }

    @Override
    public void remove(Collection<String> gone) {
      require();
      try {
        beforeRemoval.call();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      gone.forEach(entries::remove);
      gone.forEach(contents::remove);
    }

    private void require() {
      if (away) {
        throw new StoreException("it is away", null);
      }
    }
  }

  @BeforeEach
  void openFirst() throws IOException {
    first = open("first");
  }

  private ContentStore open(String name) throws IOException {
    return ContentStore.open(base.resolve(name), KEY, List.of(), archive);
  }

  @Test
  void whatOneServerHasIsBroughtWhenTheOtherNeedsIt() throws Exception {
    byte[] bytes = Samples.bytes(700_000);
    String sha256 = Samples.store(first, bytes);

    ContentStore second = open("second");

    assertTrue(second.has(sha256));
    assertEquals(bytes.length, second.size(sha256));
    assertFalse(Files.exists(base.resolve("second").resolve(sha256)), "not needed yet");
    byte[] part = new byte[100];
    new OpenContents(second).read(sha256, 600_000, part, 100);
    assertArrayEquals(Arrays.copyOfRange(bytes, 600_000, 600_100), part);
    archive.away = true;
    assertArrayEquals(bytes, second.stream(sha256).readAllBytes());
    assertArrayEquals(bytes, open("second").stream(sha256).readAllBytes());
  }

  @Test
  void aSecretIsSharedSealed() throws Exception {
    byte[] secret = Samples.bytes(40);
    String sha256 = Samples.sha256(secret);
    first.keepSecret(sha256, secret);
    assertFalse(Arrays.equals(secret, archive.contents.get(sha256)));

    ContentStore second = open("second");

    assertTrue(second.isSecret(sha256));
    assertEquals(secret.length, second.size(sha256));
    assertArrayEquals(secret, second.secret(sha256));
    second.removeSecrets(Set.of(sha256));
    assertFalse(second.renew(sha256));
    assertTrue(archive.entries.isEmpty());
  }

  @Test
  void contentsOfAPackAreSharedOneByOne() throws Exception {
    byte[] one = {1, 2, 3};
    String sha256 = Samples.sha256(one);
    try (Incoming pack = first.receivePack(-1, null)) {
      pack.write(ByteBuffer.wrap(new PackHeader(sha256, one.length).bytes()));
      pack.write(ByteBuffer.wrap(one));
      pack.commit();
    }
    assertArrayEquals(one, open("second").stream(sha256).readAllBytes());
  }

  @Test
  void nothingIsTakenThatTheOtherServerWouldLack() throws Exception {
    archive.away = true;
    byte[] bytes = Samples.bytes(10);
    assertThrows(StoreException.class, () -> Samples.store(first, bytes));
    assertFalse(first.renew(Samples.sha256(bytes)));
  }

  @Test
  void whatWasHereBeforeThereWasAnArchiveIsSharedWhenItIsAskedFor() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(ContentStore.open(base.resolve("old"), KEY), bytes);
    ContentStore shared = open("old");
    archive.away = true;
    assertThrows(StoreException.class, () -> shared.has(sha256));
    archive.away = false;
    assertTrue(shared.has(sha256));
    assertArrayEquals(bytes, archive.contents.get(sha256));
  }

  @Test
  void aDamagedOneIsBroughtAnew() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(first, bytes);
    Path file = base.resolve("first").resolve(sha256);
    Files.writeString(file, "something else");

    assertTrue(first.has(sha256));

    assertArrayEquals(bytes, first.stream(sha256).readAllBytes());
  }

  @Test
  void oneThatIsDamagedInTheArchiveIsNotDelivered() throws Exception {
    String sha256 = Samples.store(first, Samples.bytes(10));
    archive.contents.put(sha256, new byte[10]);
    ContentStore second = open("second");
    IOException refused = assertThrows(IOException.class, () -> second.stream(sha256));
    assertTrue(refused.getMessage().contains("is damaged"), refused::getMessage);
    assertFalse(second.has(sha256), "it can be uploaded again");
  }

  @Test
  void oneThatTheArchiveHasNoLongerMayBeUploadedAgain() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(first, bytes);
    ContentStore second = open("second");
    archive.contents.remove(sha256);
    assertThrows(NoSuchFileException.class, () -> second.stream(sha256));
    assertFalse(second.has(sha256));

    Samples.store(second, bytes);

    assertArrayEquals(bytes, archive.contents.get(sha256));
  }

  @Test
  void whatIsPutAgainWhileItIsBeingRemovedIsPutAfterwards() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(first, bytes);
    CountDownLatch removes = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    archive.beforeRemoval =
        () -> {
          removes.countDown();
          goOn.await();
        };
    for (int i = 0; i < Leases.ROUNDS; i++) {
      first.collect(Set.of());
    }
    FutureTask<Integer> removal = new FutureTask<>(() -> first.collect(Set.of()));
    new Thread(removal).start();
    removes.await();
    FutureTask<String> put = new FutureTask<>(() -> Samples.store(first, bytes));
    Thread putting = new Thread(put);
    putting.start();
    await().until(() -> putting.getState() == Thread.State.WAITING);
    String other = Samples.store(first, Samples.bytes(20));

    goOn.countDown();

    removal.get();
    put.get();
    assertArrayEquals(bytes, archive.contents.get(sha256));
    assertTrue(archive.contents.containsKey(other), "it did not wait");
  }

  @Test
  void whileTheArchiveIsAwayNobodyGetsWhatIsOnlyThere() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(first, bytes);
    ContentStore second = open("second");
    archive.away = true;
    assertThrows(IOException.class, () -> second.stream(sha256));
    archive.away = false;
    assertArrayEquals(bytes, second.stream(sha256).readAllBytes());
  }

  @Test
  void whatNobodyNeedsIsRemovedFromTheArchiveAlsoIfItWasAwayAtFirst() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(first, bytes);
    ContentStore second = open("second");
    archive.away = true;
    for (int i = 0; i < Leases.ROUNDS; i++) {
      second.collect(Set.of());
    }
    assertThrows(IOException.class, () -> second.collect(Set.of()));
    assertFalse(second.renew(sha256));
    archive.away = false;
    second.collect(Set.of());
    assertTrue(archive.entries.isEmpty());
  }

  @Test
  void whatIsPutAgainIsNotRemoved() throws Exception {
    byte[] bytes = Samples.bytes(10);
    String sha256 = Samples.store(first, bytes);
    archive.away = true;
    for (int i = 0; i < Leases.ROUNDS; i++) {
      first.collect(Set.of());
    }
    assertThrows(IOException.class, () -> first.collect(Set.of()));
    archive.away = false;
    Samples.store(first, bytes);
    first.collect(Set.of());
    assertArrayEquals(bytes, archive.contents.get(sha256));
  }
}
