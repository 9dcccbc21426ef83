package io.directord.server.content;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.loop.LoopThread;
import io.directord.common.pieces.Piece;
import io.directord.common.pieces.PieceList;
import io.directord.common.pieces.PieceReader;
import io.directord.common.security.Sealing;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import io.directord.server.link.ContentSource;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.MemoryBudget.Use;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class DeliveriesTest {
  private static final byte[] SECRET = Samples.bytes(Sealing.SECRET_BYTES);

  @TempDir Path directory;
  @TempDir Path fetched;
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  private ContentStore store;
  private Deliveries deliveries;

  @BeforeEach
  void open() throws Exception {
    store = ContentStore.open(directory, null);
    deliveries = deliveries(store);
  }

  @AfterEach
  void noneDied() throws Exception {
    deliveries.close();
    assertEquals(List.of(), deaths);
  }

  @Test
  void aNodeWithTheDeliveryGetsTheContent() throws Exception {
    byte[] content = Samples.bytes(2 * Delivery.CHUNK_BYTES + 7);
    Delivery delivery = delivery(content);

    assertEquals(3, delivery.chunks());
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    for (long chunk = 0; chunk < delivery.chunks(); chunk++) {
      got.writeBytes(
          Sealing.open(
              delivery.key(), chunk, delivery.chunks(), chunk(request(delivery, chunk)).sealed()));
    }
    assertArrayEquals(content, got.toByteArray());
  }

  @Test
  void aRestartedServerGivesTheSameKeysAndTickets() throws Exception {
    byte[] content = Samples.bytes(100);
    Job job = Samples.copy(Samples.store(store, content), content.length);
    Delivery before = open(job, SECRET).get(0);
    byte[] sealed = chunk(request(before, 0)).sealed();

    deliveries = deliveries(ContentStore.open(directory, null));
    Delivery after = open(job, SECRET).get(0);
    assertArrayEquals(before.key(), after.key());
    assertArrayEquals(before.ticket(), after.ticket());
    assertArrayEquals(sealed, chunk(request(before, 0)).sealed());
  }

  /** Else who may submit jobs could have it in a file of any node. */
  @Test
  void whatWasSentAsASecretIsDeliveredAsOneOnly() throws Exception {
    ContentStore secrets = ContentStore.open(directory.resolve("secrets"), Samples.bytes(32));
    byte[] secret = Samples.bytes(256);
    String sha256 = Samples.sha256(secret);
    secrets.keepSecret(sha256, secret);
    deliveries = deliveries(secrets);
    Job copy = Samples.copy(sha256, secret.length);
    String told =
        assertThrows(IllegalArgumentException.class, () -> deliveries.missing(copy, null))
            .getMessage();
    assertTrue(told.contains("was sent as a secret"), told);
    ObjectNode arg = Json.object().put("verb", "ARG").put("secret", "password");
    arg.set("files", copy.arguments().get("files"));
    assertEquals(Set.of(), deliveries.missing(JobJson.read(arg), null));
  }

  @Test
  void twoJobsWithTheSameContentHaveDifferentKeys() throws Exception {
    byte[] content = Samples.bytes(100);
    String sha256 = Samples.store(store, content);
    Delivery one = open(Samples.copy(sha256, 100), SECRET).get(0);
    Delivery two = open(Samples.copy(sha256, 100), Samples.bytes(31)).get(0);
    assertNotEquals(HexFormat.of().formatHex(one.key()), HexFormat.of().formatHex(two.key()));
    assertFalse(Arrays.equals(one.ticket(), two.ticket()));
  }

  @Test
  void deniesUnknownTicketsEndedJobsAndChunksThatAreNot() throws Exception {
    Delivery delivery = delivery(Samples.bytes(100));
    var denied =
        assertInstanceOf(
            ContentMessage.Denied.class, answer(new ContentMessage.Request(new byte[32], 0)));
    assertEquals(0, denied.sealed().length);
    assertDenied("no chunk 1", delivery, 1);
    assertDenied("no chunk", delivery, Long.MAX_VALUE);
    deliveries.close(delivery.jobId());
    assertDenied("the job has ended", delivery, 0);
  }

  @Test
  void whatCrossesTheWireSaysNothingOfTheContent() throws Exception {
    Delivery delivery = delivery(Samples.bytes(100));
    ContentMessage chunk = answer(request(delivery, 0));
    deliveries.close(delivery.jobId());
    ContentMessage denied = answer(request(delivery, 0));
    for (ContentMessage message : List.of(request(delivery, 0), chunk, denied)) {
      String sent = "";
      for (byte[] frame : ContentCodec.encode(message).toBytes()) {
        sent += new String(frame, StandardCharsets.ISO_8859_1);
      }
      assertFalse(sent.contains(delivery.sha256()), sent);
      assertFalse(sent.contains(raw(delivery.sha256())), sent);
      assertFalse(sent.contains(delivery.jobId().toString()), sent);
      assertFalse(sent.contains("ended"), sent);
    }
  }

  private static String raw(String sha256) {
    return new String(HexFormat.of().parseHex(sha256), StandardCharsets.ISO_8859_1);
  }

  @Test
  void deniesAContentThatIsGoneOrCutShort() throws Exception {
    Delivery gone = delivery(Samples.bytes(100));
    Files.delete(directory.resolve(gone.sha256()));
    assertDenied("no longer has", gone, 0);

    Delivery cut = delivery(Samples.bytes(200));
    Files.write(directory.resolve(cut.sha256()), new byte[10]);
    assertDenied("cut short", cut, 0);
  }

  @Test
  void aContentThatWasDamagedAndSentAgainIsDeliveredAsItWasSent() throws Exception {
    byte[] content = new byte[2 << 20];
    new Random(7).nextBytes(content);
    Delivery before = delivery(content);
    List<Piece> pieces = pieces(before);
    chunk(request(before, 0));

    Files.write(directory.resolve(before.sha256()), new byte[content.length]);
    Delivery damaged = open(Samples.copy(before.sha256(), content.length), SECRET).get(0);
    assertArrayEquals(new byte[Delivery.CHUNK_BYTES], opened(damaged, 0));
    assertEquals(
        Set.of(before.sha256()),
        deliveries.missing(Samples.copy(before.sha256(), content.length), null));

    Delivery again = delivery(content);
    assertArrayEquals(Arrays.copyOf(content, Delivery.CHUNK_BYTES), opened(again, 0));
    assertEquals(pieces, pieces(again));
  }

  @Test
  void aContentThatCameWrongToANodeIsVerifiedThoughItsFileLooksUnchanged() throws Exception {
    byte[] content = Samples.bytes(100);
    Delivery delivery = delivery(content);
    Job next = Samples.copy(delivery.sha256(), 100);
    assertDenied("got something else", delivery, Delivery.WRONG_CONTENT);
    assertNull(store.verified(delivery.sha256()));
    assertEquals(Set.of(), deliveries.missing(next, null));
    assertNotNull(store.verified(delivery.sha256()));
  }

  @Test
  void anEmptyFileHasADeliveryWithoutChunks() throws Exception {
    Delivery delivery = delivery(new byte[0]);
    assertEquals(0, delivery.chunks());
    assertDenied("no chunk", delivery, 0);
  }

  @Test
  void saysWhichContentsAreMissing() throws Exception {
    String there = Samples.store(store, Samples.bytes(1));
    String notThere = Samples.sha256(Samples.bytes(2));
    assertEquals(Set.of(), deliveries.missing(Samples.copy(there, 1), null));
    assertEquals(Set.of(notThere), deliveries.missing(Samples.copy(notThere, 2), null));
    assertEquals(List.of(), open(JobJson.read(Json.object().put("verb", "RUN")), SECRET));
  }

  @Test
  void refusesAJobWhoseListOfFilesMakesNoSense() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> deliveries.missing(Samples.copy("../../etc/shadow", 1), null));
    assertTrue(refusal.getMessage().startsWith("files:"), refusal.getMessage());
  }

  @Test
  void collectsWhatNoOpenJobNames() throws Exception {
    Delivery live = delivery(Samples.bytes(10));
    Delivery ended = delivery(Samples.bytes(20));
    chunk(request(ended, 0));
    deliveries.close(ended.jobId());

    collect();
    assertTrue(Files.exists(directory.resolve(live.sha256())));
    assertFalse(Files.exists(directory.resolve(ended.sha256())));
    chunk(request(live, 0));
  }

  @Test
  void listsThePiecesOfALargeFile() throws Exception {
    byte[] content = new byte[PieceList.RANGE_BYTES + (3 << 20)];
    new Random(5).nextBytes(content);
    Delivery delivery = delivery(content);
    List<Piece> wanted = new ArrayList<>();
    PieceReader reader =
        new PieceReader(
            (position, into) -> {
              int length = (int) Math.min(into.remaining(), content.length - position);
              into.put(content, (int) position, length);
              return length;
            },
            0);
    for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
      wanted.add(piece);
    }
    List<Piece> listed = new ArrayList<>();
    for (long range = 0; range < 2; range++) {
      long number = PieceList.number(range);
      byte[] sealed = chunk(request(delivery, number)).sealed();
      byte[] list = Sealing.open(delivery.key(), number, delivery.chunks(), sealed);
      assertTrue(delivery.fits(number, list.length));
      listed.addAll(PieceList.read(range, list));
    }
    assertEquals(wanted, listed);
    assertDenied("no chunk", delivery, PieceList.number(2));
    assertDenied("no chunk", delivery, PieceList.number(-1));

    Delivery small = delivery(Samples.bytes(100));
    long number = PieceList.number(0);
    byte[] sealed = chunk(request(small, number)).sealed();
    assertEquals(0, Sealing.open(small.key(), number, small.chunks(), sealed).length);
  }

  private byte[] opened(Delivery delivery, long number) throws Exception {
    byte[] sealed = chunk(request(delivery, number)).sealed();
    return Sealing.open(delivery.key(), number, delivery.chunks(), sealed);
  }

  private List<Piece> pieces(Delivery delivery) throws Exception {
    return PieceList.read(0, opened(delivery, PieceList.number(0)));
  }

  private Deliveries deliveries(ContentStore of) throws IOException {
    return new Deliveries(
        of,
        new Intakes(FetchedStore.open(fetched), deaths::add),
        new MemoryBudget(64 << 20).share(Use.TRANSFERS),
        deaths::add);
  }

  private ContentMessage answer(ContentMessage.Request request) throws Exception {
    CompletableFuture<ContentSource.Answer> answer = new CompletableFuture<>();
    deliveries.ask(request, answer::complete);
    List<byte[]> frames = answer.get(240, TimeUnit.SECONDS).frames();
    answer.get().whenGone().run();
    return ContentCodec.decode(Frames.of(frames));
  }

  private void collect() throws Exception {
    ContentKeeper keeper = new ContentKeeper(deliveries, Duration.ofMillis(1));
    List<Throwable> deaths = new CopyOnWriteArrayList<>();
    LoopThread thread = LoopThread.start("keeper", keeper, (name, why) -> deaths.add(why));
    await().until(() -> directory.toFile().list().length == 1);
    thread.close();
    assertEquals(List.of(), deaths);
  }

  private Delivery delivery(byte[] content) throws Exception {
    Job job = Samples.copy(Samples.store(store, content), content.length);
    return open(job, SECRET).get(0);
  }

  private static ContentMessage.Request request(Delivery delivery, long chunk) {
    return new ContentMessage.Request(delivery.ticket(), chunk);
  }

  private ContentMessage.Chunk chunk(ContentMessage.Request request) throws Exception {
    return assertInstanceOf(ContentMessage.Chunk.class, answer(request));
  }

  private void assertDenied(String reason, Delivery delivery, long chunk) throws Exception {
    var denied = assertInstanceOf(ContentMessage.Denied.class, answer(request(delivery, chunk)));
    String said = Sealing.openDenial(delivery.key(), chunk, denied.sealed());
    assertTrue(said.contains(reason), said);
  }

  private List<Delivery> open(Job job, byte[] secret) {
    List<Delivery> opened = deliveries.deliveries(job, secret);
    deliveries.open(job.id(), opened);
    return opened;
  }
}
