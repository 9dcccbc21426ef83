package io.directord.server.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.FetchedFrom;
import io.directord.common.fetch.FetchArrival;
import io.directord.server.InMemory;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What FETCH has brought to two servers with one database. */
class SharedFetchesTest {
  private static final UUID JOB = new UUID(1, 2);
  private static final int LIMIT = 100_000;
  private static final byte[] BYTES = Samples.bytes(LIMIT / 2);
  private static final FetchArrival CAME = new FetchArrival(2, "");

  @TempDir(factory = InMemory.class)
  Path directory;

  private final MemoryFetched archive = new MemoryFetched();
  private FetchedStore first;

  @BeforeEach
  void openFirst() throws IOException {
    first = open("first");
  }

  private FetchedStore open(String server) throws IOException {
    return FetchedStore.open(directory.resolve(server), new SharedFetches(archive, LIMIT));
  }

  @Test
  void theNextLeaderHasWhatCameAndItsReceipt() throws IOException {
    bring(first, "node-a", BYTES);
    assertEquals(CAME.withAll(), first.arrival(JOB, "node-a"));
    assertArrayEquals(Arrays.copyOfRange(BYTES, 1000, 1100), read(first, "node-a", 1000, 100));
    assertEquals(0, first.bytes(), "it takes no room here");
    assertEquals(List.of(), files("first"));

    FetchedStore second = open("second");

    assertEquals("alice", second.owner(JOB));
    assertEquals(List.of(new FetchedFrom("node-a", BYTES.length)), second.list(JOB));
    assertEquals(CAME.withAll(), second.arrival(JOB, "node-a"));
    assertArrayEquals(BYTES, read(second, "node-a", 0, BYTES.length + 10));
    assertEquals(0, read(second, "node-a", BYTES.length, 10).length);
    assertEquals(List.of(), files("second"));
    second.settle(JOB, "node-a");
    assertTrue(second.remove(JOB, "node-a"));
    assertNull(second.open(JOB, "node-a", 0, 10));
    assertEquals(List.of(), archive.list());
    assertNull(open("first").owner(JOB));
  }

  @Test
  void aReceiptOutlivesTheDownloadAndTheLeaderUntilTheResultIsKept() throws IOException {
    bring(first, "node-a", BYTES);
    assertTrue(first.remove(JOB, "node-a"));
    assertFalse(first.remove(JOB, "node-a"));

    FetchedStore second = open("second");

    assertEquals(List.of(), second.list(JOB));
    assertEquals(0, second.sharedBytes());
    assertEquals(CAME.withAll(), second.arrival(JOB, "node-a"));
    second.settle(JOB, "node-a");
    assertEquals(List.of(), archive.list());
  }

  /** The leader ended before the node heard that all has come. */
  @Test
  void aNodeGoesOnWithTheNextLeaderWhereItWas() throws IOException {
    bring(first, "node-a", BYTES);
    FetchedStore second = open("second");
    try (FileChannel file = second.append(JOB, "node-a", "alice", 40_000)) {
      assertNull(second.arrival(JOB, "node-a"));
      assertEquals(List.of(), archive.list());
      file.write(ByteBuffer.wrap(BYTES, 40_000, BYTES.length - 40_000));
    }
    second.finish(JOB, "node-a", CAME);
    second.share(JOB, "node-a", CAME);
    assertArrayEquals(BYTES, read(open("third"), "node-a", 0, BYTES.length));
  }

  @Test
  void anotherAttemptOfTheJobTakesTheFirstOnesPlace() throws IOException {
    bring(first, "node-a", BYTES);
    byte[] other = Samples.bytes(10);
    bring(first, "node-a", other);
    assertArrayEquals(other, read(open("second"), "node-a", 0, BYTES.length));
  }

  @Test
  void whatTheDatabaseDoesNotTakeStaysWhereItIs() throws IOException {
    try (LogLines log = new LogLines(SharedFetches.class)) {
      bring(first, "node-a", BYTES);
      bring(first, "node-b", new byte[LIMIT - BYTES.length + 1]);
      assertTrue(log.lines().toString().contains("shared_fetch_size"), log.lines()::toString);
      bring(first, "node-c", new byte[LIMIT - BYTES.length]);
      archive.isAway = true;
      bring(first, "node-d", new byte[0]);
      assertTrue(log.lines().toString().contains("it is away"), log.lines()::toString);
    }
    assertEquals(CAME, first.arrival(JOB, "node-b"));
    assertEquals(LIMIT - BYTES.length + 1, read(first, "node-b", 0, LIMIT).length);
    assertEquals(0, read(first, "node-d", 0, LIMIT).length);
    assertThrows(IOException.class, () -> first.open(JOB, "node-a", 0, 10));
    archive.isAway = false;
    assertEquals(
        List.of("node-a", "node-c"),
        open("second").list(JOB).stream().map(FetchedFrom::node).sorted().toList());
    assertEquals(4, open("first").list(JOB).size());
  }

  @Test
  void whatIsDownloadedWhileItIsPutDoesNotStayInTheDatabase() throws IOException {
    archive.before = () -> first.remove(JOB, "node-a");
    bring(first, "node-a", BYTES);
    assertEquals(List.of(), archive.list());
    assertEquals(CAME, first.arrival(JOB, "node-a"), "its receipt is here");
    archive.before = () -> {};
    archive.after = () -> first.remove(JOB, "node-b");
    bring(first, "node-b", BYTES);
    assertEquals(List.of(), archive.list());
  }

  @Test
  void aServerThatEndedBetweenPuttingAndRemovingItsOwnHasItOnce() throws IOException {
    archive.after =
        () -> {
          throw new IOException("the end");
        };
    bring(first, "node-a", BYTES);
    FetchedStore again = open("first");
    assertEquals(List.of(), files("first"));
    assertArrayEquals(BYTES, read(again, "node-a", 0, BYTES.length));
    assertTrue(again.remove(JOB, "node-a"));
  }

  @Test
  void itGoesAfterADayOrWithItsJob() throws IOException {
    bring(first, "node-a", BYTES);
    UUID other = new UUID(3, 4);
    bring(first, other, "node-a", new byte[10]);
    first.forget(List.of(JOB, new UUID(5, 6)));
    assertNull(first.owner(JOB));
    assertEquals(1, archive.list().size());
    for (int i = 0; i < FetchedStore.LEASE_ROUNDS; i++) {
      first.collect(Set.of());
    }
    assertEquals(1, archive.list().size());
    first.collect(Set.of());
    assertEquals(List.of(), archive.list());
    assertNull(first.owner(other));
  }

  private static void bring(FetchedStore store, String node, byte[] bytes) throws IOException {
    bring(store, JOB, node, bytes);
  }

  private static void bring(FetchedStore store, UUID job, String node, byte[] bytes)
      throws IOException {
    try (FileChannel file = store.append(job, node, "alice", 0)) {
      file.write(ByteBuffer.wrap(bytes));
    }
    store.finish(job, node, CAME);
    store.share(job, node, CAME);
  }

  private static byte[] read(FetchedStore store, String node, long offset, int max)
      throws IOException {
    FetchedStore.Part part = store.open(JOB, node, offset, max);
    try (FileChannel file = part.file()) {
      ByteBuffer bytes = ByteBuffer.allocate(part.length());
      while (bytes.hasRemaining() && file.read(bytes, part.offset() + bytes.position()) >= 0) {
        continue;
      }
      return bytes.array();
    }
  }

  private List<Path> files(String server) throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve(server))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }
}
