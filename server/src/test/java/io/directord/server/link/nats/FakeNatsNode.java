package io.directord.server.link.nats;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import io.directord.nats.Broker;
import io.directord.nats.NodeHandshake;
import io.directord.nats.SealedSession;
import io.directord.nats.Subjects;
import io.directord.server.link.TransportContract;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A node at a broker, with a thread of its own. */
final class FakeNatsNode implements TransportContract.Peer {
  private static final int TURN_MILLIS = 5;
  private static final int AGAIN_TURNS = 100;
  private static final int PING_TURNS = 200;
  private static final SealedSession.Limits LIMITS =
      new SealedSession.Limits(
          SealedSession.sizeOf(Frames.MAX_MESSAGE_BYTES, Frames.MAX_FRAMES), Frames.MAX_FRAMES);

  private final String identity;
  private final Subjects subjects;
  private final String inbox;
  private final CurveKeyPair keys;
  private final byte[] serverKey;
  private final boolean reads;
  private final Broker broker;
  private final LinkedBlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
  private final Queue<List<byte[]>> toSend = new ConcurrentLinkedQueue<>();
  private final List<ServerMessage> received = new CopyOnWriteArrayList<>();
  private final UUID session = UUID.randomUUID();
  private final Thread thread = new Thread(this::run, "fake-nats-node");
  private volatile NodeHandshake.Accepted accepted;
  private volatile String refused;
  private volatile String ended;
  private volatile boolean closing;

  FakeNatsNode(
      String identity,
      String url,
      Subjects subjects,
      byte[] serverKey,
      CurveKeyPair keys,
      boolean reads) {
    this.identity = identity;
    this.subjects = subjects;
    this.inbox = subjects.newNode();
    this.serverKey = serverKey;
    this.keys = keys;
    this.reads = reads;
    this.broker =
        new Broker(
            new Broker.Config(List.of(url), url, null, identity, 64 << 20),
            new Broker.Events() {
              @Override
              public void up() {}

              @Override
              public void trouble(String why) {}

              @Override
              public void flushed() {}
            });
    broker.subscribe(inbox, (message, replyTo) -> arrived.add(message));
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!broker.isUp() && !closing) {
        arrived.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
      }
      NodeHandshake handshake =
          new NodeHandshake(subjects, keys, serverKey, null, inbox, broker.ownAddress(), LIMITS);
      for (int turn = 0; accepted == null && !closing; turn++) {
        if (turn % AGAIN_TURNS == 0) {
          broker.publish(subjects.hello(), null, handshake.hello());
        }
        byte[] answer = arrived.poll(TURN_MILLIS, TimeUnit.MILLISECONDS);
        NodeHandshake.Answer read = answer == null ? null : handshake.read(answer);
        if (read instanceof NodeHandshake.Accepted now) {
          accepted = now;
        } else if (read instanceof NodeHandshake.Refused no) {
          refused = no.why();
        }
      }
      for (int turn = 0; !closing && ended == null; turn++) {
        if (turn % PING_TURNS == 0) {
          accepted.session().ping();
        }
        turn(arrived.poll(TURN_MILLIS, TimeUnit.MILLISECONDS));
      }
      if (accepted != null) {
        accepted.session().end("it ends");
        flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      broker.close();
    }
  }

  private void turn(byte[] record) {
    SealedSession now = accepted.session();
    while (!toSend.isEmpty()) {
      now.add(toSend.remove());
    }
    if (record != null && SealedSession.idOf(record) != null) {
      now.open(record);
    }
    boolean mayRead = reads || all(ServerMessage.Welcome.class).isEmpty();
    for (SealedSession.Message next = mayRead ? now.poll() : null;
        next != null;
        next = now.poll()) {
      take(next.frames());
    }
    flush();
    ended = now.ended();
  }

  private void flush() {
    SealedSession now = accepted.session();
    for (byte[] next = now.next(); next != null; next = now.next()) {
      broker.publish(accepted.subject(), null, next);
    }
  }

  private void take(List<byte[]> frames) {
    try {
      received.add(ServerCodec.decode(Frames.of(frames)));
    } catch (BadMessageException e) {
      throw new AssertionError(e);
    }
  }

  String refused() {
    return refused;
  }

  /** Where it receives. */
  String inbox() {
    return inbox;
  }

  /** Why its session has ended; null if it has not. */
  String ended() {
    return ended;
  }

  <T extends ServerMessage> List<T> all(Class<T> type) {
    return received.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public void say(String machine) {
    Heartbeat beat =
        new Heartbeat(
            identity,
            new ClientFacts("1.0", Duration.ofHours(1), Duration.ofMinutes(1), machine, "nats"),
            Heartbeat.PROTOCOL,
            session,
            Set.of(),
            JournalState.UNKNOWN);
    toSend.add(NodeCodec.encode(beat).toBytes());
  }

  @Override
  public List<UUID> jobs() {
    return all(ServerMessage.Run.class).stream().map(run -> run.job().id()).toList();
  }

  @Override
  public void close() {
    closing = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
