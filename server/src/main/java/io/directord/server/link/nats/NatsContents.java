package io.directord.server.link.nats;

import io.directord.common.loop.Loop;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.nats.Broker;
import io.directord.nats.FrameList;
import io.directord.nats.Subjects;
import io.directord.server.link.ContentIntake;
import io.directord.server.link.ContentSource;
import io.directord.server.link.DroppedRequests;
import io.directord.server.link.Handover;
import io.directord.server.link.MinuteLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Serves what nodes ask of contents, and takes what they send: each transfer in turn, a few replies
 * at a time. Nothing of this is believed, as at a content port: replies are sealed, and go to
 * whoever asks with a ticket.
 */
final class NatsContents implements Loop {
  private static final System.Logger LOG = System.getLogger(NatsContents.class.getName());

  /** Maximum replies being made or on their way to the broker for one transfer. */
  private static final int MAX_UNDER_WAY = 3;

  /** Maximum waiting requests, more than a node may have in flight. */
  private static final int MAX_WAITING = 32;

  /** What a waiting request takes besides its bytes. */
  private static final int REQUEST_BYTES = 200;

  /** Transfers that are known; one that is forgotten asks again. */
  private static final int MAX_TRANSFERS = 20_000;

  /** A transfer that asks for nothing for so long is forgotten. */
  private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();

  private static final int BATCH = 100;
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** What may be under way to the broker before more is read. */
  private static final long MAX_UNFLUSHED_BYTES = 4 << 20;

  private final Broker broker;
  private final Mailbox mailbox;
  private final Subjects subjects;
  private final ContentSource<ContentMessage.Request> source;
  private final ContentIntake intakes;
  private final MinuteLog minuteLog;
  private final LongSupplier nanoTime;
  private final DroppedRequests dropped;
  private final long maxWaitingBytes;
  private final Handover<Runnable> events;
  private final Map<String, Transfer> transfers = new LinkedHashMap<>();
  private final Deque<Transfer> ready = new ArrayDeque<>();
  private final Deque<Sent> sent = new ArrayDeque<>();
  private long waitingBytes;
  private long lookedAt;
  private volatile boolean stopping;

  /** One transfer, known by where it receives. */
  private static final class Transfer {
    final String inbox;
    final Set<ContentMessage> requests = new LinkedHashSet<>();
    int underWay;
    long askedAt;
    boolean isReady;

    Transfer(String inbox) {
      this.inbox = inbox;
    }

    boolean mayBeServed() {
      return !requests.isEmpty() && underWay < MAX_UNDER_WAY;
    }
  }

  /** A reply that the broker may not have taken yet. */
  private record Sent(long upTo, Transfer transfer, Runnable whenGone) {}

  /**
   * @param maxWaitingBytes limit of what all requests that wait take; those beyond it are dropped,
   *     and nodes ask again
   */
  NatsContents(
      Broker broker,
      Mailbox mailbox,
      Subjects subjects,
      ContentSource<ContentMessage.Request> source,
      ContentIntake intakes,
      MinuteLog minuteLog,
      LongSupplier nanoTime,
      long maxWaitingBytes) {
    this.broker = broker;
    this.mailbox = mailbox;
    this.subjects = subjects;
    this.source = source;
    this.intakes = intakes;
    this.minuteLog = minuteLog;
    this.nanoTime = nanoTime;
    this.dropped = new DroppedRequests(LOG, "NATS", nanoTime);
    this.maxWaitingBytes = maxWaitingBytes;
    this.lookedAt = nanoTime.getAsLong();
    this.events = new Handover<>(mailbox::wake);
  }

  @Override
  public boolean turn() throws InterruptedException {
    boolean busy = !ready.isEmpty() && broker.unflushed() < MAX_UNFLUSHED_BYTES;
    mailbox.await(busy ? Duration.ZERO : LOOK);
    mailbox.take().forEach(this::asked);
    events.take().forEach(Runnable::run);
    flushed();
    for (int i = 0; i < BATCH && !ready.isEmpty(); i++) {
      if (broker.unflushed() >= MAX_UNFLUSHED_BYTES) {
        break;
      }
      serve(ready.remove());
    }
    look();
    return !stopping;
  }

  @Override
  public void stop() {
    stopping = true;
    mailbox.wake();
  }

  /** What is on its way is not waited for. */
  @Override
  public void end() {
    events.take().forEach(Runnable::run);
    sent.forEach(one -> one.whenGone.run());
    sent.clear();
  }

  private void asked(Mailbox.Mail mail) {
    if (!subjects.isNode(mail.replyTo())) {
      minuteLog.warn("NATS: content", "a request that does not say where its node receives");
      return;
    }
    try {
      ContentMessage message = ContentCodec.decode(Frames.of(FrameList.unpack(mail.message())));
      if (message instanceof ContentMessage.Offer offer) {
        add(mail.replyTo(), intakes.bounded(offer));
      } else if (message instanceof ContentMessage.Request) {
        add(mail.replyTo(), message);
      } else {
        throw new BadMessageException("only requests and offers are expected here");
      }
    } catch (BadMessageException e) {
      minuteLog.warn("NATS: content", "undecodable request: " + e.getMessage());
    }
  }

  private void add(String inbox, ContentMessage request) {
    Transfer transfer = transfers.get(inbox);
    if (transfer == null) {
      if (transfers.size() >= MAX_TRANSFERS) {
        transfers.remove(transfers.keySet().iterator().next());
      }
      transfer = new Transfer(inbox);
      transfers.put(inbox, transfer);
    }
    transfer.askedAt = nanoTime.getAsLong();
    if (transfer.requests.contains(request)) {
      return;
    }
    long bytes = bytes(request);
    if (transfer.requests.size() >= MAX_WAITING || waitingBytes + bytes > maxWaitingBytes) {
      dropped.add(inbox);
      return;
    }
    transfer.requests.add(request);
    waitingBytes += bytes;
    queue(transfer);
  }

  private static long bytes(ContentMessage request) {
    int sealed = request instanceof ContentMessage.Offer offer ? offer.sealed().length : 0;
    return REQUEST_BYTES + request.ticket().length + sealed;
  }

  private void queue(Transfer transfer) {
    if (!transfer.isReady && transfer.mayBeServed()) {
      transfer.isReady = true;
      ready.add(transfer);
    }
  }

  /** One reply per transfer and turn, so that none waits for another one's whole file. */
  private void serve(Transfer transfer) {
    transfer.isReady = false;
    if (!transfer.mayBeServed()) {
      return;
    }
    Iterator<ContentMessage> next = transfer.requests.iterator();
    ContentMessage request = next.next();
    next.remove();
    waitingBytes -= bytes(request);
    transfer.underWay++;
    if (request instanceof ContentMessage.Offer offer) {
      intakes.ask(offer, answer -> answered(transfer, answer));
    } else {
      source.ask((ContentMessage.Request) request, answer -> answered(transfer, answer));
    }
    queue(transfer);
  }

  /** Any thread may call it. */
  private void answered(Transfer transfer, ContentSource.Answer answer) {
    events.add(List.of(() -> send(transfer, answer)));
  }

  private void send(Transfer transfer, ContentSource.Answer answer) {
    broker.publish(transfer.inbox, null, FrameList.pack(answer.frames()));
    sent.add(new Sent(broker.published(), transfer, answer.whenGone()));
  }

  /** What the broker has taken does not use memory any more; nor is anything kept without one. */
  private void flushed() {
    long taken = broker.isUp() ? broker.published() - broker.unflushed() : Long.MAX_VALUE;
    while (!sent.isEmpty() && sent.peek().upTo <= taken) {
      Sent one = sent.remove();
      one.whenGone.run();
      one.transfer.underWay--;
      queue(one.transfer);
    }
  }

  /** Forgets idle transfers, and tells what was dropped, once a second or so. */
  private void look() {
    long now = nanoTime.getAsLong();
    if (now - lookedAt < LOOK.toNanos()) {
      return;
    }
    lookedAt = now;
    dropped.add(mailbox.takeDropped());
    dropped.tell();
    transfers
        .values()
        .removeIf(transfer -> transfer.underWay == 0 && now - transfer.askedAt > IDLE_NANOS);
  }
}
