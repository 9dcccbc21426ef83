package io.directord.server.content;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.FetchComing;
import io.directord.common.api.FetchedFrom;
import io.directord.common.fetch.ArchiveWriter;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.security.Sealing;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Upload;
import io.directord.server.InMemory;
import io.directord.server.link.ContentSource.Answer;
import java.io.ByteArrayOutputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakesTest {
  private static final UUID JOB = new UUID(1, 2);
  private static final int CHUNK_BYTES = 32 << 10;
  private static final byte[] WHOLE = Samples.bytes(CHUNK_BYTES);

  @TempDir(factory = InMemory.class)
  Path directory;

  private FetchedStore store;
  @AutoClose private Intakes intakes;

  @BeforeEach
  void open() throws Exception {
    store = FetchedStore.open(directory);
    intakes = new Intakes(store, why -> {});
  }

  @Test
  void chunksThatComeInAnyOrderAreWholeInTheEnd() throws Exception {
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    byte[] last = Samples.bytes(100);
    say(offer(upload, 1, last, true));
    ContentMessage said = say(offer(upload, 0, WHOLE, false));
    assertEquals(2, said.chunk());
    assertEquals(List.of(new FetchedFrom("node-a", WHOLE.length + 100)), store.list(JOB));
    assertArrayEquals(last, read("node-a", WHOLE.length, 1000));
    intakes.close(JOB, "node-a", true);
    await().until(() -> say(ask(upload)) instanceof ContentMessage.Denied);
    assertEquals(1, store.list(JOB).size());
    assertEquals("alice", FetchedStore.open(directory).owner(JOB));
    await().until(() -> intakes.arrival(JOB, "node-a") == null);
    assertTrue(store.remove(JOB, "node-a"));
    assertNull(store.owner(JOB));
    assertEquals(0, directory.toFile().list().length);
  }

  @Test
  void whatHasComeIsKnownUntilItIsSettledAlsoIfItWasDownloadedAndTheServerStartedAgain()
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ArchiveWriter archive = new ArchiveWriter((part, length) -> bytes.write(part, 0, length));
    for (String name : List.of("etc/a", "etc/b")) {
      archive.begin(name.getBytes(StandardCharsets.UTF_8), 0600, CHUNK_BYTES);
      archive.data(WHOLE, CHUNK_BYTES);
      archive.end("");
    }
    archive.finish();
    byte[] first = Arrays.copyOf(bytes.toByteArray(), CHUNK_BYTES);
    byte[] rest = Arrays.copyOfRange(bytes.toByteArray(), CHUNK_BYTES, 2 * CHUNK_BYTES);
    byte[] last = Arrays.copyOfRange(bytes.toByteArray(), 2 * CHUNK_BYTES, bytes.size());
    admitted("node-a", upload(1, 1_000_000, 0));
    say(offer(upload(1, 1_000_000, 0), 0, first, false));
    assertNull(intakes.arrival(JOB, "node-a"));
    restart();
    // What came before is looked at too.
    Upload upload = upload(1, 1_000_000, 1);
    admitted("node-a", upload);
    say(offer(upload, 1, rest, false));
    say(offer(upload, 2, last, true));
    FetchArrival all = new FetchArrival(2, "");
    assertEquals(all, intakes.arrival(JOB, "node-a"));
    assertTrue(store.remove(JOB, "node-a"));
    assertFalse(store.remove(JOB, "node-a"));
    assertEquals(List.of(), store.list(JOB));
    intakes.close(JOB, "node-a", false);
    restart();
    assertEquals(all, intakes.arrival(JOB, "node-a"));
    intakes.close(JOB, "node-a", true);
    await().until(() -> directory.toFile().list().length == 0);
    assertNull(intakes.arrival(JOB, "node-a"));
  }

  /** A server of an earlier version took it, or the disk has damaged the receipt. */
  @Test
  void whatHasNoReceiptIsLookedAtItselfOnce() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ArchiveWriter archive = new ArchiveWriter((part, length) -> bytes.write(part, 0, length));
    archive.begin("etc/a".getBytes(StandardCharsets.UTF_8), 0600, 3);
    archive.data(new byte[3], 3);
    archive.end("");
    archive.finish();
    FetchArrival all = new FetchArrival(1, "");
    for (boolean isDamaged : new boolean[] {false, true}) {
      Upload upload = upload(1, 1_000_000, 0);
      admitted("node-a", upload);
      say(offer(upload, 0, bytes.toByteArray(), true));
      Path receipt = directory.resolve(JOB.toString()).resolve("came-node-a");
      Files.delete(receipt);
      if (isDamaged) {
        Files.write(receipt, new byte[10]);
      }
      restart();
      assertEquals(all, intakes.arrival(JOB, "node-a"));
      Files.delete(directory.resolve(JOB.toString()).resolve("node-node-a"));
      assertEquals(all, intakes.arrival(JOB, "node-a"));
      intakes.close(JOB, "node-a", true);
      await().until(() -> intakes.arrival(JOB, "node-a") == null);
      assertTrue(store.remove(JOB, "node-a"));
    }
  }

  @Test
  void whatIsNoArchiveIsKeptAndNotTakenForSound() throws Exception {
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    say(offer(upload, 0, WHOLE, true));
    assertEquals(
        new FetchArrival(0, "what came from the node is not valid: a file was expected"),
        intakes.arrival(JOB, "node-a"));
    assertEquals(1, store.list(JOB).size());
  }

  /** The server ended after the last chunk, before the node had the confirmation. */
  @Test
  void aLastChunkThatIsSentAgainAfterARestartIsTakenAgain() throws Exception {
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    say(offer(upload, 0, WHOLE, false));
    say(offer(upload, 1, new byte[10], true));
    restart();
    admitted("node-a", upload(1, 1_000_000, 1));
    assertNull(intakes.arrival(JOB, "node-a"));
    say(offer(upload, 1, new byte[10], true));
    assertEquals(List.of(new FetchedFrom("node-a", WHOLE.length + 10)), store.list(JOB));
  }

  private void restart() throws Exception {
    intakes.close();
    store = FetchedStore.open(directory);
    intakes = new Intakes(store, why -> {});
  }

  @Test
  void whatIsComingIsToldWithTheReasonWhyANodeWaits() throws Exception {
    for (int node = 0; node < Intakes.MAX_SENDING; node++) {
      admitted("node-" + node, upload(node, 1_000_000, 0));
    }
    say(offer(upload(0, 1_000_000, 0), 0, WHOLE, false));
    intakes.open(JOB, "node-8", "alice", upload(8, 1_000_000, 0));
    List<FetchComing> coming = intakes.coming(JOB);
    assertEquals(new FetchComing("node-0", WHOLE.length, 1_000_000, null), coming.get(0));
    assertEquals(new FetchComing("node-1", 0, 1_000_000, null), coming.get(1));
    assertEquals(new FetchComing("node-8", 0, 1_000_000, FetchComing.Wait.TURN), coming.get(8));
    assertEquals("alice", intakes.owner(JOB));

    for (int node = 0; node < Intakes.MAX_SENDING; node++) {
      intakes.close(JOB, "node-" + node, true);
    }
    await().until(() -> intakes.coming(JOB).get(0).waitsFor() == null);
    intakes.open(JOB, "node-9", "alice", upload(9, Long.MAX_VALUE / 4, 0));
    assertEquals(FetchComing.Wait.ROOM, intakes.coming(JOB).get(1).waitsFor());
    assertEquals(List.of(), intakes.coming(new UUID(3, 4)));
    assertNull(intakes.owner(new UUID(3, 4)));
  }

  @Test
  void aNodeSendsNoMoreThanItHasAnnouncedAndWhatIsNotWholeIsDropped() throws Exception {
    Upload upload = upload(1, CHUNK_BYTES + 10, 0);
    admitted("node-a", upload);
    say(offer(upload, 0, WHOLE, false));
    ContentMessage.Denied denied = (ContentMessage.Denied) say(offer(upload, 1, WHOLE, false));
    assertEquals(
        "more comes than was announced",
        Sealing.openDenial(upload.key(), denied.chunk(), denied.sealed()));
    intakes.close(JOB, "node-a", true);
    await().until(() -> directory.toFile().list().length == 0);
  }

  @Test
  void whatWasNotSealedByTheNodeIsIgnored() throws Exception {
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    Upload forger = new Upload(new byte[32], upload.ticket(), 1, 0, 0);
    assertEquals(0, say(offer(forger, 0, WHOLE, false)).chunk());
    assertEquals(1, say(offer(upload, 0, WHOLE, false)).chunk());
    ContentMessage.Offer stranger = offer(upload(9, 10, 0), 0, WHOLE, false);
    assertEquals(0, intakes.bounded(stranger).sealed().length);
    assertEquals(0, intakes.bounded(offer(upload, 500, WHOLE, false)).sealed().length);
    assertTrue(intakes.bounded(offer(upload, 1, WHOLE, false)).sealed().length > 0);
    ContentMessage.Denied unknown = (ContentMessage.Denied) say(intakes.bounded(stranger));
    assertEquals(0, unknown.sealed().length);
  }

  /** Anybody who sees the ticket can send it before the node has sent its last chunk. */
  @Test
  void whatComesBehindTheLastChunkIsDropped() throws Exception {
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    Upload forger = new Upload(new byte[32], upload.ticket(), 1, 0, 0);
    say(offer(forger, 1, WHOLE, false));
    assertEquals(1, say(offer(upload, 0, Samples.bytes(100), true)).chunk());
    assertEquals(List.of(new FetchedFrom("node-a", 100)), store.list(JOB));
  }

  @Test
  void goesOnAfterARestartOfTheServerWhereItWas() throws Exception {
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    say(offer(upload, 0, WHOLE, false));
    say(offer(upload, 1, WHOLE, false));
    restart();
    assertEquals(List.of(), store.list(JOB));
    // The confirmation of the second chunk was lost.
    admitted("node-a", upload(1, 1_000_000, 1));
    say(offer(upload, 1, WHOLE, false));
    say(offer(upload, 2, new byte[0], true));
    assertEquals(List.of(new FetchedFrom("node-a", 2L * WHOLE.length)), store.list(JOB));
  }

  @Test
  void fewSendAtATimeAndTheOthersInOrder() throws Exception {
    List<Upload> uploads = new ArrayList<>();
    for (int i = 0; i <= Intakes.MAX_SENDING; i++) {
      uploads.add(upload(i, 1000, 0));
      intakes.open(JOB, "node-" + i, "alice", uploads.get(i));
    }
    int last = Intakes.MAX_SENDING;
    await().until(() -> window(uploads.get(last - 1)) > 0);
    CompletableFuture<Answer> first = asked(ask(uploads.get(last)));
    CompletableFuture<Answer> second = asked(ask(uploads.get(last)));
    await().until(() -> first.isDone() || second.isDone());
    CompletableFuture<Answer> earlier = first.isDone() ? first : second;
    CompletableFuture<Answer> later = first.isDone() ? second : first;
    assertEquals(0, window(uploads.get(last), earlier), "who asks again");
    assertEquals(FetchComing.Wait.TURN, intakes.coming(JOB).get(last).waitsFor());
    intakes.close(JOB, "node-3", true);
    assertTrue(window(uploads.get(last), later) > 0, "without asking again");
  }

  @Test
  void nodesThatSendNothingGiveTheirTurnToOthersAndGoOnLater() throws Exception {
    intakes.close();
    AtomicLong nanos = new AtomicLong();
    intakes = new Intakes(store, why -> {}, nanos::get);
    for (int i = 0; i < Intakes.MAX_SENDING; i++) {
      admitted("node-" + i, upload(i, 1_000_000, 0));
    }
    Upload stalled = upload(0, 1_000_000, 0);
    say(offer(stalled, 0, WHOLE, false));
    Upload other = upload(100, 1000, 0);
    intakes.open(JOB, "other", "alice", other);
    CompletableFuture<Answer> early = asked(ask(other));
    nanos.addAndGet(Intakes.STALLED_AFTER.toNanos());
    assertEquals(1, say(offer(stalled, 5, WHOLE, false)).chunk());
    CompletableFuture<Answer> waiting = asked(ask(other));
    assertEquals(0, window(other, early));
    assertFalse(waiting.isDone());
    nanos.addAndGet(1);
    assertTrue(window(other) > 0);
    say(offer(other, 0, new byte[10], true));
    await().until(() -> window(stalled) > 0);
    assertEquals(2, say(offer(stalled, 1, WHOLE, false)).chunk());
    say(offer(stalled, 2, new byte[0], true));
    assertArrayEquals(WHOLE, read("node-0", WHOLE.length, WHOLE.length));
    assertEquals(
        List.of(new FetchedFrom("node-0", 2L * WHOLE.length), new FetchedFrom("other", 10)),
        store.list(JOB));
  }

  @Test
  void aThousandNodesSendOneAfterTheOtherWithoutAskingAgain() throws Exception {
    int nodes = 1000;
    List<Upload> uploads = new ArrayList<>();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      uploads.add(upload(i, 1000, 0));
      intakes.open(JOB, "node-" + i, "alice", uploads.get(i));
      answers.add(asked(ask(uploads.get(i))));
    }
    for (int i = 0; i < nodes; i++) {
      int sending = nodes - i;
      long admitted = intakes.coming(JOB).stream().filter(one -> one.waitsFor() == null).count();
      assertTrue(admitted <= Math.min(sending, Intakes.MAX_SENDING), admitted + " send");
      assertTrue(window(uploads.get(i), answers.get(i)) > 0, "node-" + i);
      say(offer(uploads.get(i), 0, new byte[100], true));
      intakes.close(JOB, "node-" + i, true);
    }
    assertEquals(nodes, store.list(JOB).size());
    assertEquals(List.of(), intakes.coming(JOB));
  }

  @Test
  void whatDoesNotFitOnTheDiskIsRefusedAndWhatDoesNotFitNowWaits() throws Exception {
    long free = Files.getFileStore(directory).getUsableSpace();
    Upload large = upload(1, free, 0);
    intakes.open(JOB, "node-a", "alice", large);
    await().until(() -> say(ask(large)) instanceof ContentMessage.Denied);
    Upload half = upload(2, free / 3, 0);
    admitted("node-b", half);
    Upload other = upload(3, free / 3, 0);
    intakes.open(JOB, "node-c", "alice", other);
    CompletableFuture<Answer> waiting = asked(ask(other));
    assertEquals(FetchComing.Wait.ROOM, intakes.coming(JOB).get(1).waitsFor());
    intakes.close(JOB, "node-b", true);
    assertTrue(window(other, waiting) > 0);
  }

  @Test
  void whatNobodyDownloadsIsRemovedAfterADay() throws Exception {
    Upload upload = upload(1, 1000, 0);
    admitted("node-a", upload);
    say(offer(upload, 0, new byte[10], true));
    intakes.close(JOB, "node-a", true);
    for (int i = 0; i < FetchedStore.LEASE_ROUNDS; i++) {
      intakes.collect();
    }
    assertEquals(1, store.list(JOB).size());
    intakes.collect();
    assertEquals(0, store.list(JOB).size());
  }

  /** Of several servers: what is acknowledged outlives the one that took it. */
  @Test
  void theLastChunkIsConfirmedWhenTheDatabaseHasAll() throws Exception {
    intakes.close();
    MemoryFetched archive = new MemoryFetched();
    CountDownLatch mayPut = new CountDownLatch(1);
    archive.before =
        () -> {
          try {
            mayPut.await();
          } catch (InterruptedException e) {
            throw new InterruptedIOException();
          }
        };
    store = FetchedStore.open(directory, new SharedFetches(archive, 1_000_000));
    intakes = new Intakes(store, why -> {});
    Upload upload = upload(1, 1_000_000, 0);
    admitted("node-a", upload);
    say(offer(upload, 0, WHOLE, false));
    CompletableFuture<Answer> first = asked(offer(upload, 1, new byte[10], true));
    CompletableFuture<Answer> again = asked(ask(upload));
    // One is answered when the node asks again, and says that the last chunk is still wanted.
    ContentMessage early =
        said(CompletableFuture.anyOf(first, again).thenApply(answer -> (Answer) answer));
    assertEquals(1, early.chunk());
    assertFalse(first.isDone() && again.isDone());
    assertEquals(1, store.list(JOB).size(), "may be downloaded already");

    mayPut.countDown();

    List<Long> wanted = List.of(said(first).chunk(), said(again).chunk());
    assertEquals(List.of(1L, 2L), wanted.stream().sorted().toList());
    assertEquals(1, archive.list().size());
    assertEquals(2, say(ask(upload)).chunk());
    intakes.forget(List.of(JOB));
    await().until(() -> archive.list().isEmpty());
  }

  private void admitted(String node, Upload upload) throws Exception {
    intakes.open(JOB, node, "alice", upload);
    await().until(() -> window(upload) > 0);
  }

  private int window(Upload upload) throws Exception {
    return window(upload, asked(ask(upload)));
  }

  private static int window(Upload upload, CompletableFuture<Answer> answer) throws Exception {
    ContentMessage said = said(answer);
    return said instanceof ContentMessage.Wanted wanted
        ? Integer.parseInt(
            Sealing.openDenial(upload.key(), wanted.chunk(), wanted.sealed()).substring(7))
        : 0;
  }

  private ContentMessage say(ContentMessage.Offer offer) throws Exception {
    return said(asked(offer));
  }

  private CompletableFuture<Answer> asked(ContentMessage.Offer offer) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    intakes.ask(offer, answer::complete);
    return answer;
  }

  private static ContentMessage said(CompletableFuture<Answer> answer) throws Exception {
    return ContentCodec.decode(Frames.of(answer.get(240, TimeUnit.SECONDS).frames()));
  }

  private static Upload upload(int number, long bytes, long next) {
    byte[] key = new byte[32];
    ByteBuffer.wrap(key).putInt(number + 1);
    return new Upload(key, key.clone(), bytes, next, CHUNK_BYTES);
  }

  private static ContentMessage.Offer ask(Upload upload) {
    return new ContentMessage.Offer(upload.ticket(), 0, false, new byte[0]);
  }

  private static ContentMessage.Offer offer(Upload upload, long chunk, byte[] plain, boolean last) {
    byte[] sealed =
        Sealing.seal(upload.key(), chunk, Upload.sealedCount(chunk, last), plain, plain.length);
    return new ContentMessage.Offer(upload.ticket(), chunk, last, sealed);
  }

  private byte[] read(String node, long offset, int max) throws Exception {
    FetchedStore.Part part = store.open(JOB, node, offset, max);
    try (FileChannel file = part.file()) {
      ByteBuffer bytes = ByteBuffer.allocate(part.length());
      while (bytes.hasRemaining() && file.read(bytes, part.offset() + bytes.position()) >= 0) {
        continue;
      }
      return bytes.array();
    }
  }
}
