package io.directord.server.link.nats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.nats.Broker;
import io.directord.nats.FrameList;
import io.directord.nats.Subjects;
import io.directord.server.LogLines;
import io.directord.server.link.ContentIntake;
import io.directord.server.link.ContentSource;
import io.directord.server.link.MinuteLog;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NatsContentsTest {
  private static final int MAX_UNDER_WAY = 3;
  private static final int MAX_WAITING = 32;
  private static final int TICKET_BYTES = 32;
  private static final long MUCH = 1 << 20;

  private final Subjects subjects = new Subjects("directord");
  private final Mailbox mailbox = new Mailbox(MUCH);
  private final LogLines log = new LogLines(NatsContents.class);
  private final Broker broker =
      new Broker(
          new Broker.Config(List.of("nats://127.0.0.1:1"), "nowhere", null, "test", MUCH),
          new Unheard());
  private int asked;
  private long now;

  private static final class Unheard implements Broker.Events {
    @Override
    public void up() {}

    @Override
    public void trouble(String why) {}

    @Override
    public void flushed() {}
  }

  /** Never answers. */
  private final class SlowDisk implements ContentSource<ContentMessage.Request> {
    @Override
    public void ask(ContentMessage.Request request, Consumer<Answer> then) {
      asked++;
    }

    @Override
    public boolean isOutOfMemory() {
      return false;
    }
  }

  /** Likewise. */
  private final class SlowIntakes implements ContentIntake {
    @Override
    public ContentMessage.Offer bounded(ContentMessage.Offer offer) {
      return offer;
    }

    @Override
    public void ask(ContentMessage.Offer offer, Consumer<ContentSource.Answer> then) {
      asked++;
    }

    @Override
    public boolean isOutOfMemory() {
      return false;
    }
  }

  @AfterEach
  void close() {
    log.close();
    broker.close();
  }

  private NatsContents contents(long maxWaitingBytes) {
    return new NatsContents(
        broker,
        mailbox,
        subjects,
        new SlowDisk(),
        new SlowIntakes(),
        new MinuteLog(System.getLogger("test"), () -> Instant.EPOCH),
        () -> now,
        maxWaitingBytes);
  }

  private void request(String inbox, int chunk) {
    send(inbox, new ContentMessage.Request(new byte[TICKET_BYTES], chunk));
  }

  private void send(String inbox, ContentMessage request) {
    mailbox.received(FrameList.pack(ContentCodec.encode(request).toBytes()), inbox);
  }

  @Test
  void whatOneTransferAsksForInExcessIsDroppedAndTold() throws InterruptedException {
    NatsContents contents = contents(MUCH);
    String inbox = subjects.newNode();

    for (int i = 0; i < 2 * MAX_WAITING; i++) {
      request(inbox, i);
    }
    now += Duration.ofSeconds(1).toNanos();
    contents.turn();

    assertEquals(MAX_UNDER_WAY, asked);
    assertTold(
        "NATS: dropped "
            + MAX_WAITING
            + " requests, the last from "
            + inbox
            + ": too many wait; nodes ask for these again");
  }

  @Test
  void whatAllTransfersAskForTakesBoundedMemory() throws InterruptedException {
    int large = 10_000;
    NatsContents contents = contents(5 * large);

    for (int i = 0; i < 50; i++) {
      send(
          subjects.newNode(),
          new ContentMessage.Offer(new byte[TICKET_BYTES], i, false, new byte[large]));
    }
    now += Duration.ofSeconds(1).toNanos();
    contents.turn();

    assertEquals(4, asked);
    assertTrue(log.lines().toString().contains("dropped 46 requests,"), log.lines()::toString);
  }

  @Test
  void whatTheMailboxHadNoRoomForIsTold() throws InterruptedException {
    NatsContents contents = contents(MUCH);
    mailbox.received(new byte[(int) MUCH], subjects.newNode());

    now += Duration.ofSeconds(1).toNanos();
    contents.turn();

    assertTold("NATS: dropped 1 request: too many wait; nodes ask for these again");
  }

  @Test
  void aRequestThatIsRepeatedWhileItWaitsIsOne() throws InterruptedException {
    NatsContents contents = contents(MUCH);
    String inbox = subjects.newNode();

    for (int i = 0; i < 100; i++) {
      request(inbox, 7);
    }
    now += Duration.ofSeconds(1).toNanos();
    contents.turn();

    assertEquals(1, asked);
    assertEquals(List.of(), log.lines());
  }

  @Test
  void whatIsDroppedInTheSameMinuteIsCountedAndToldAfterIt() throws InterruptedException {
    NatsContents contents = contents(MUCH);
    String inbox = subjects.newNode();
    for (int i = 0; i < 2 * MAX_WAITING; i++) {
      request(inbox, i);
    }
    now += Duration.ofSeconds(1).toNanos();
    contents.turn();
    log.lines().clear();

    int dropped = 2;
    for (int i = 0; i < MAX_UNDER_WAY + dropped; i++) {
      request(inbox, 1000 + i);
    }
    now += Duration.ofSeconds(2).toNanos();
    contents.turn();
    assertEquals(List.of(), log.lines());

    now += Duration.ofMinutes(1).toNanos();
    contents.turn();
    assertTrue(
        log.lines().toString().contains("dropped " + dropped + " requests"), log.lines()::toString);
  }

  private void assertTold(String line) {
    assertEquals(List.of(line), log.lines());
  }
}
