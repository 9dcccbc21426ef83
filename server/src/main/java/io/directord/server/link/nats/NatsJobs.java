package io.directord.server.link.nats;

import io.directord.common.loop.Loop;
import io.directord.common.wire.Frames;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import io.directord.nats.Broker;
import io.directord.nats.SealedSession;
import io.directord.nats.ServerHandshake;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Grants;
import io.directord.server.link.Handover;
import io.directord.server.link.LargeSender;
import io.directord.server.link.MessageSender;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Pacing;
import io.directord.server.link.Reception;
import io.directord.server.link.TransportListener;
import io.directord.server.memory.ResultMemory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The sessions of all nodes, on one thread: what the broker brings is opened here, and passed on as
 * memory allows. Knows who proved which key, and nothing of what is said.
 */
final class NatsJobs implements MessageSender, Loop {
  /** What nodes may send without being granted room. */
  static final SealedSession.Limits LIMITS =
      new SealedSession.Limits(
          SealedSession.sizeOf(Frames.MAX_SMALL_MESSAGE_BYTES, Frames.MAX_FRAMES_OF_SMALL),
          Frames.MAX_FRAMES);

  /** Messages passed on before messages are sent. */
  private static final int BATCH = 500;

  /** Handshakes answered in one turn: each takes as long as a hundred messages. */
  private static final int HANDSHAKES = 20;

  /** Handshakes that wait; nodes whose first message is dropped send it again. */
  private static final int MAX_HANDSHAKES = 20_000;

  private static final long PACE_NANOS = 4_000_000;
  private static final Duration MEMORY = Duration.ofMillis(5);
  private static final Duration LOOK = Duration.ofSeconds(1);

  /** A node that says nothing for so long is gone; nodes say something every five seconds. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(45).toNanos();

  /** A pause of this thread counts for so long at most, so that it takes nobody for silent. */
  private static final long MAX_TURN_NANOS = Duration.ofSeconds(2).toNanos();

  /** What may be under way to the broker before more is sealed. */
  private static final long MAX_UNFLUSHED_BYTES = 8 << 20;

  /**
   * Maximum messages that wait for one node; a node beyond it does not read, and its session ends.
   */
  private static final int MAX_OUTGOING = 10_000;

  private static final int MAX_GOODBYES = 10_000;

  /** A session takes about so much memory, of which all may take a quarter. */
  private static final long SESSION_BYTES = 24 << 10;

  private final Broker broker;
  private final Door door;
  private final ResultMemory memory;
  private final MinuteLog minuteLog;
  private final LongSupplier nanoTime;
  private final TransportListener listener;
  private final Mailbox mailbox;
  private final Handover<AddressedMessage> outgoing;
  private final Grants grants;
  private final Reception reception;
  private final Pacing pacing = new Pacing(PACE_NANOS);
  private final long maxQueued = Runtime.getRuntime().maxMemory() / 16;
  private final long maxSessions = Runtime.getRuntime().maxMemory() / 4 / SESSION_BYTES;

  /** By the id of their sessions. */
  private final Map<ByteBuffer, NatsAddress> peers = new LinkedHashMap<>();

  /** By the first message of their handshakes, so that one that is repeated has one session. */
  private final Map<ByteBuffer, NatsAddress> byHello = new LinkedHashMap<>();

  private final Map<ByteBuffer, byte[]> hellos = new LinkedHashMap<>();

  /** Those with messages to be passed on, or that have ended. */
  private final Set<NatsAddress> ready = new LinkedHashSet<>();

  /** Those that may have something to be sent. */
  private final Set<NatsAddress> dirty = new LinkedHashSet<>();

  private final Map<NatsAddress, ByteBuffer> helloOf = new HashMap<>();

  /** Last records of sessions that have ended, by the ids of these. */
  private final Map<ByteBuffer, Goodbye> goodbyes = new LinkedHashMap<>();

  private long queued;
  private long worked;
  private long turnedAt;
  private long lookedAt;
  private boolean stalled;
  private volatile boolean stopping;

  private record Goodbye(String inbox, byte[] record) {}

  NatsJobs(
      Broker broker,
      Mailbox mailbox,
      Door door,
      ResultMemory memory,
      MinuteLog minuteLog,
      LongSupplier nanoTime,
      TransportListener listener,
      Handover<AddressedMessage> outgoing) {
    this.broker = broker;
    this.mailbox = mailbox;
    this.door = door;
    this.memory = memory;
    this.minuteLog = minuteLog;
    this.nanoTime = nanoTime;
    this.listener = listener;
    this.outgoing = outgoing;
    this.grants = new Grants(memory, nanoTime);
    this.reception = new Reception(memory, grants, listener, LIMITS.small());
    this.turnedAt = nanoTime.getAsLong();
  }

  @Override
  public void send(List<AddressedMessage> messages) {
    outgoing.add(messages);
  }

  @Override
  public boolean turn() throws InterruptedException {
    mailbox.await(timeout());
    pacing.pause();
    long now = nanoTime.getAsLong();
    worked += Math.min(MAX_TURN_NANOS, now - turnedAt);
    turnedAt = now;
    mailbox.take().forEach(mail -> open(mail.message()));
    answerSome();
    for (AddressedMessage message : outgoing.take()) {
      add((NatsAddress) message.to(), message.message().frames());
    }
    grants.grant(this::granted);
    passOn();
    if (worked - lookedAt >= LOOK.toNanos()) {
      lookedAt = worked;
      look();
    }
    flush();
    listener.endOfBatch();
    return !stopping;
  }

  private Duration timeout() {
    if (!hellos.isEmpty() || !ready.isEmpty() && !stalled) {
      return Duration.ZERO;
    }
    return stalled || grants.isWaiting() ? MEMORY : LOOK;
  }

  @Override
  public void stop() {
    stopping = true;
    mailbox.wake();
  }

  private void open(byte[] message) {
    byte[] id = SealedSession.idOf(message);
    if (id != null) {
      NatsAddress peer = peers.get(ByteBuffer.wrap(id));
      if (peer == null) {
        sayGoodbyeAgain(ByteBuffer.wrap(id));
      } else {
        record(peer, message);
      }
    } else if (ServerHandshake.isHello(message)) {
      if (hellos.size() < MAX_HANDSHAKES) {
        hellos.put(ByteBuffer.wrap(message), message);
      }
    } else {
      minuteLog.warn("NATS: what is not of a session", "somebody else sends to these subjects");
    }
  }

  /** A node that speaks in a session that has ended may not have received its last record. */
  private void sayGoodbyeAgain(ByteBuffer id) {
    Goodbye goodbye = goodbyes.get(id);
    if (goodbye != null) {
      broker.publish(goodbye.inbox, null, goodbye.record);
    }
  }

  private void record(NatsAddress peer, byte[] message) {
    SealedSession session = peer.session();
    long before = session.queuedBytes();
    SealedSession.Receipt receipt = session.open(message);
    switch (receipt) {
      case REPLAYED ->
          minuteLog.warn("NATS: repeated messages", "refused one that had come before");
      case FORGED -> minuteLog.warn("NATS: forged messages", "refused one that no node has sealed");
      case TAKEN -> {
        queued += session.queuedBytes() - before;
        heard(peer);
        if (peer.endsSoon() != null) {
          session.end(peer.endsSoon());
        } else if (queued > maxQueued) {
          session.end("the server has no memory for more just now");
        }
        ready.add(peer);
        dirty.add(peer);
      }
      case ENDED -> {
        queued += session.queuedBytes() - before;
        ready.add(peer);
        dirty.add(peer);
      }
    }
  }

  private void heard(NatsAddress peer) {
    boolean first = !peer.isConfirmed();
    peer.heard(worked);
    if (first) {
      door.entered(peer);
      NatsAddress previous = peers.get(ByteBuffer.wrap(peer.previous()));
      if (previous != null && previous.credential().equals(peer.credential())) {
        previous.session().end("the node has begun another session");
        ready.add(previous);
      }
    }
  }

  private void answerSome() {
    Iterator<Map.Entry<ByteBuffer, byte[]>> next = hellos.entrySet().iterator();
    for (int i = 0; i < HANDSHAKES && next.hasNext(); i++) {
      Map.Entry<ByteBuffer, byte[]> hello = next.next();
      next.remove();
      NatsAddress known = byHello.get(hello.getKey());
      if (known != null) {
        // The answer was lost, unless the node has used it.
        if (!known.isConfirmed()) {
          broker.publish(known.inbox(), null, known.answer());
        }
      } else {
        answer(hello.getKey(), hello.getValue());
      }
    }
  }

  private void answer(ByteBuffer key, byte[] hello) {
    if (peers.size() >= maxSessions) {
      minuteLog.warn(
          "too many sessions over NATS",
          "no more than "
              + maxSessions
              + " are kept, since more would take too much memory: raise"
              + " DIRECTORD_JAVA_OPTS=-Xmx…");
      return;
    }
    Door.Answer answer = door.answer(this, hello, worked);
    if (answer == null) {
      return;
    }
    if (answer instanceof Door.Admitted admitted) {
      peers.put(ByteBuffer.wrap(admitted.peer().session().id()), admitted.peer());
      byHello.put(key, admitted.peer());
      helloOf.put(admitted.peer(), key);
    }
    broker.publish(answer.inbox(), null, answer.bytes());
  }

  /** Nothing is sent after a lost message, since the order matters; all of it is redelivered. */
  private void add(NatsAddress peer, List<byte[]> frames) {
    SealedSession session = peer.session();
    if (session.ended() != null) {
      return;
    }
    session.add(frames);
    if (session.waiting() > MAX_OUTGOING) {
      session.end("it does not read what it is sent");
      ready.add(peer);
    }
    dirty.add(peer);
  }

  private void granted(LargeSender peer, long bytes) {
    add((NatsAddress) peer, ServerCodec.encode(new ServerMessage.RoomGranted(bytes)).toBytes());
  }

  /** Messages of all nodes in turns, as long as there is memory. */
  private void passOn() {
    stalled = false;
    for (int i = 0; i < BATCH && !ready.isEmpty(); i++) {
      NatsAddress peer = ready.iterator().next();
      ready.remove(peer);
      if (peer.session().hasMessage()) {
        if (!memory.hasRoom()) {
          stalled = true;
          ready.add(peer);
          return;
        }
        passOn(peer);
        ready.add(peer);
      } else if (peer.session().ended() != null) {
        gone(peer);
      }
    }
  }

  private void passOn(NatsAddress peer) {
    SealedSession.Message message = peer.session().poll();
    queued -= message.bytes();
    dirty.add(peer);
    reception.received(peer, message.frames(), message.bytes());
  }

  private void gone(NatsAddress peer) {
    dirty.remove(peer);
    byte[] last = peer.session().next();
    if (last != null) {
      broker.publish(peer.inbox(), null, last);
      if (goodbyes.size() >= MAX_GOODBYES) {
        goodbyes.remove(goodbyes.keySet().iterator().next());
      }
      goodbyes.put(ByteBuffer.wrap(peer.session().id()), new Goodbye(peer.inbox(), last));
    }
    queued -= peer.session().queuedBytes();
    peers.remove(ByteBuffer.wrap(peer.session().id()));
    byHello.remove(helloOf.remove(peer));
    grants.gone(peer);
    if (peer.isConfirmed()) {
      listener.gone(peer, peer.session().endedHere());
    }
  }

  /** Ends sessions of nodes that say nothing, and those that were never used. */
  private void look() {
    for (NatsAddress peer : List.copyOf(peers.values())) {
      if (worked - peer.heardAt() > SILENCE_NANOS && peer.session().ended() == null) {
        peer.session().end("it has said nothing for 45 s");
        ready.add(peer);
      }
    }
    long dropped = mailbox.takeDropped();
    if (dropped > 0) {
      minuteLog.warn(
          "NATS: messages without room",
          "dropped " + dropped + "; their sessions begin anew, and nothing of them is lost");
    }
  }

  /** Seals and sends what each node may be sent, as fast as the broker takes it. */
  private void flush() {
    List<NatsAddress> done = new ArrayList<>();
    for (NatsAddress peer : dirty) {
      if (peer.session().ended() != null) {
        // Its last record is sent when all that it has said is passed on.
        done.add(peer);
        continue;
      }
      byte[] record = peer.session().next();
      while (record != null && broker.unflushed() < MAX_UNFLUSHED_BYTES) {
        broker.publish(peer.inbox(), null, record);
        record = peer.session().next();
      }
      if (record != null) {
        broker.publish(peer.inbox(), null, record);
        break;
      }
      done.add(peer);
    }
    done.forEach(dirty::remove);
  }

  /** Says goodbye to all nodes, so that they look for the next server at once. */
  @Override
  public void end() {
    for (AddressedMessage message : outgoing.take()) {
      add((NatsAddress) message.to(), message.message().frames());
    }
    flush();
    for (NatsAddress peer : peers.values()) {
      peer.session().end("the server ends");
      for (byte[] last = peer.session().next(); last != null; last = peer.session().next()) {
        broker.publish(peer.inbox(), null, last);
      }
    }
  }
}
