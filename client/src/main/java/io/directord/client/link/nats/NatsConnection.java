package io.directord.client.link.nats;

import io.directord.client.link.Backoff;
import io.directord.client.link.Connection;
import io.directord.common.wire.Frames;
import io.directord.nats.Broker;
import io.directord.nats.NodeHandshake;
import io.directord.nats.SealedSession;
import io.directord.nats.Subjects;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * The sessions with the server, one after the other. A session ends when something of it was lost
 * on the way, or the server is silent; the next one begins with a handshake. Belongs to the link's
 * thread.
 */
final class NatsConnection implements Connection {
  private static final SealedSession.Limits LIMITS =
      new SealedSession.Limits(
          SealedSession.sizeOf(Frames.MAX_MESSAGE_BYTES, Frames.MAX_FRAMES), Frames.MAX_FRAMES);

  /** Something is said at least so often, by which both sides notice what was lost. */
  private static final long PING_NANOS = Duration.ofSeconds(5).toNanos();

  /** A server that says nothing for so long is lost. */
  private static final long SILENCE_NANOS = Duration.ofSeconds(30).toNanos();

  /** Likewise after another server has begun, as one may have taken over. */
  private static final long DOUBTED_NANOS = Duration.ofSeconds(5).toNanos();

  /** After so long without an answer the operator is told. */
  private static final long UNANSWERED_NANOS = Duration.ofSeconds(10).toNanos();

  /** How soon a server that has not answered is asked again. */
  private static final long HELLO_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final Broker broker;
  private final BrokerNews news;
  private final Subjects subjects;
  private final NatsServerAddress address;
  private final Consumer<String> warn;
  private final LongSupplier nanoTime;
  private final Backoff backoff = new Backoff(FIRST_WAIT, MAX_WAIT, RandomGenerator.getDefault());
  private final String inbox;

  /** One for each key that the server may have and that was tried. */
  private final List<Attempt> attempts = new ArrayList<>();

  /** By which the server was known last; null if it was not. */
  private byte[] knownKey;

  /** How often it was asked since the session before. */
  private int asked;

  private SealedSession session;
  private String serverSubject;
  private byte[] previous;

  private boolean cameUp;

  /** What the operator was told last of why there is no session; null if nothing. */
  private String told;

  private long begunAt;
  private long helloAt;
  private long saidAt;
  private long heardAt;

  /** Since when the server may be another one, or when it was asked for it last; 0 for never. */
  private long doubtedAt;

  private boolean doubted;

  /** A server was announced, and this one was not asked since then. */
  private boolean toBeDoubted;

  private record Attempt(byte[] serverKey, NodeHandshake handshake) {
    boolean isFor(byte[] key) {
      return Arrays.equals(serverKey, key);
    }
  }

  NatsConnection(
      Broker broker,
      BrokerNews news,
      Subjects subjects,
      NatsServerAddress address,
      Consumer<String> warn,
      LongSupplier nanoTime) {
    this.broker = broker;
    this.news = news;
    this.subjects = subjects;
    this.address = address;
    this.warn = warn;
    this.nanoTime = nanoTime;
    this.inbox = subjects.newNode();
    this.helloAt = nanoTime.getAsLong();
    broker.subscribe(inbox, news);
    broker.subscribe(subjects.everyNode(), (message, replyTo) -> news.serverBegan());
  }

  @Override
  public void await(long nanos) {
    say();
    long now = nanoTime.getAsLong();
    long due = session == null ? helloAt - now : saidAt + PING_NANOS - now;
    if (session != null && (doubted || toBeDoubted)) {
      due = Math.min(due, doubtedAt + DOUBTED_NANOS - now);
    }
    long limit = session == null && !broker.isUp() ? UNANSWERED_NANOS : due;
    news.await(Math.max(0, Math.min(nanos, limit)));
    hear();
    say();
  }

  /** Takes what has come from the broker. */
  private void hear() {
    for (String why = news.takeTrouble(); why != null; why = news.takeTrouble()) {
      warn.accept(why);
    }
    boolean brokerIsNew = news.takeCameUp();
    boolean nobodyThere = news.takeNobodyThere();
    toBeDoubted |= news.takeServerBegan();
    for (byte[] message : news.takeRecords()) {
      if (session != null) {
        record(message);
      } else {
        answer(message);
      }
    }
    long now = nanoTime.getAsLong();
    if (session == null) {
      awaitAnswer(brokerIsNew, nobodyThere);
    } else if (session.ended() != null) {
      lost(session.ended());
    } else if (nobodyThere) {
      lost("the server is not at the broker any more");
    } else if (now - heardAt > SILENCE_NANOS) {
      lost("the server says nothing");
    } else if (doubted && now - doubtedAt > DOUBTED_NANOS) {
      lost("the server says nothing, and another one has begun");
    } else if (toBeDoubted && !doubted && mayDoubt(now)) {
      toBeDoubted = false;
      doubted = true;
      doubtedAt = now;
      session.ping();
    } else if (brokerIsNew) {
      session.ping();
    }
  }

  /**
   * Whether the server may be asked: anybody at the broker can have all nodes asked to ask it, and
   * so has it asked no more often than it is in any case.
   */
  private boolean mayDoubt(long now) {
    return doubtedAt == 0 || now - doubtedAt >= DOUBTED_NANOS;
  }

  private void record(byte[] message) {
    byte[] id = SealedSession.idOf(message);
    if (id != null
        && Arrays.equals(id, session.id())
        && session.open(message) == SealedSession.Receipt.TAKEN) {
      heardAt = nanoTime.getAsLong();
      doubted = false;
    }
  }

  private void answer(byte[] message) {
    for (Attempt attempt : List.copyOf(attempts)) {
      NodeHandshake.Answer answer = attempt.handshake.read(message);
      if (answer instanceof NodeHandshake.Refused refused) {
        // Its keys have moved on: no later answer could be read with it.
        attempts.remove(attempt);
        tell("the server behind " + address + " refused this node's key: " + refused.why());
      } else if (answer instanceof NodeHandshake.Accepted accepted) {
        attempts.clear();
        knownKey = attempt.serverKey;
        begin(accepted);
        return;
      }
    }
  }

  private void begin(NodeHandshake.Accepted accepted) {
    session = accepted.session();
    serverSubject = accepted.subject();
    // The server takes the session for begun with its first record.
    session.ping();
    previous = session.id();
    heardAt = nanoTime.getAsLong();
    doubted = false;
    toBeDoubted = false;
    cameUp = true;
    told = null;
    asked = 0;
  }

  private void awaitAnswer(boolean brokerIsNew, boolean nobodyThere) {
    long now = nanoTime.getAsLong();
    if (brokerIsNew) {
      helloAt = now;
    }
    if (nobodyThere) {
      tell(
          "no directord server is at the broker "
              + address
              + " with nats_prefix "
              + subjects.prefix());
      begunAt = now;
    } else if (!attempts.isEmpty() && broker.isUp() && now - begunAt > UNANSWERED_NANOS) {
      tell(
          "the server behind the broker "
              + address
              + " does not answer"
              + (knownKey != null
                  ? ", though it took this node's key before: it may have been given another shared"
                      + " key since then, which this node needs too"
                  : ": its shared key is most likely another one than this node's; if it was changed"
                      + " while this node was away, give this node the new one. Or the broker does"
                      + " not let this node receive at "
                      + subjects.prefix()
                      + ".n.*"));
    }
  }

  /** Each reason once until there is a session, or another reason. */
  private void tell(String why) {
    if (!why.equals(told)) {
      told = why;
      warn.accept(why + "; trying on");
    }
  }

  private void lost(String why) {
    warn.accept("the session with the server is lost: " + why + "; trying on");
    session = null;
    cameUp = false;
    helloAt = nanoTime.getAsLong() + backoff.nextNanos();
  }

  /** Sends what is due, as far as the server takes it. */
  private void say() {
    long now = nanoTime.getAsLong();
    if (session == null) {
      if (broker.isUp() && now >= helloAt) {
        hello(now);
      }
      return;
    }
    if (now - saidAt >= PING_NANOS) {
      session.ping();
    }
    for (byte[] next = session.next(); next != null; next = session.next()) {
      broker.publish(serverSubject, inbox, next);
      saidAt = now;
    }
  }

  private void hello(long now) {
    if (attempts.isEmpty()) {
      begunAt = now;
    }
    broker.publish(subjects.hello(), inbox, attempt().hello());
    helloAt = now + Math.max(HELLO_NANOS, backoff.nextNanos());
  }

  /**
   * While shared keys are changed the server may know one that is not the first: they are tried in
   * turns, and each of them may still be answered.
   */
  private NodeHandshake attempt() {
    List<byte[]> keys = new ArrayList<>(address.serverKeys().get());
    attempts.removeIf(attempt -> keys.stream().noneMatch(key -> attempt.isFor(key)));
    // A stable sort: the known one comes first.
    keys.sort(Comparator.comparing(key -> !Arrays.equals(key, knownKey)));
    byte[] key = keys.get(asked++ % keys.size());
    Attempt attempt =
        attempts.stream()
            .filter(made -> made.isFor(key))
            .findFirst()
            .orElseGet(() -> new Attempt(key, handshake(key)));
    if (!attempts.contains(attempt)) {
      attempts.add(attempt);
    }
    return attempt.handshake;
  }

  private NodeHandshake handshake(byte[] serverKey) {
    return new NodeHandshake(
        subjects, address.nodeKeys(), serverKey, previous, inbox, broker.ownAddress(), LIMITS);
  }

  @Override
  public void wake() {
    news.wake();
  }

  @Override
  public boolean cameUp() {
    boolean value = cameUp;
    cameUp = false;
    return value;
  }

  @Override
  public boolean isUp() {
    return session != null;
  }

  @Override
  public List<byte[]> receive() {
    SealedSession.Message next = session == null ? null : session.poll();
    if (next == null) {
      return null;
    }
    // A server that is there and lets this node do nothing is not asked at once again and again.
    backoff.reset();
    return next.frames();
  }

  @Override
  public boolean send(List<byte[]> message) {
    if (session == null || session.waiting() >= MESSAGES) {
      return false;
    }
    session.add(message);
    return true;
  }

  @Override
  public void close() {
    if (session != null) {
      say();
      session.end("the client ends");
      say();
      session = null;
    }
    broker.unsubscribe(inbox);
    broker.unsubscribe(subjects.everyNode());
  }
}
