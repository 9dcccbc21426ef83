package io.directord.server.link.zeromq;

import io.directord.common.wire.ConnectionNotice;
import io.directord.server.link.ContentSource;
import io.directord.server.link.DroppedRequests;
import io.directord.server.link.Handover;
import io.directord.zeromq.InboundConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Serves the requests at a content port: peers in turns, each only as fast as it receives. A few
 * replies are in flight to each at a time; further requests wait. Those beyond what a node may have
 * in flight are dropped, which the log tells. Belongs to the socket's thread.
 */
public final class ContentDesk<Q> {
  /** Maximum replies being made, queued or written for one connection. */
  private static final int MAX_UNDER_WAY = 3;

  /** Maximum waiting requests, more than a node may have in flight. */
  private static final int MAX_WAITING = 32;

  private static final System.Logger LOG = System.getLogger(ContentDesk.class.getName());
  private static final int BATCH = 100;

  /** A peer that receives nothing for this long is disconnected when memory is used up. */
  private static final long STALLED_NANOS = Duration.ofSeconds(10).toNanos();

  /** Interval of the checks for stalled peers and for what was dropped. */
  private static final int LOOK_MILLIS = 1000;

  private final RouterSocket router;
  private final ContentSource<Q> source;
  private final LongSupplier nanoTime;
  private final DroppedRequests dropped;

  /** Actions from other threads. */
  private final Handover<Runnable> events;

  private final Map<ByteBuffer, Client<Q>> clients = new HashMap<>();
  private final Deque<Client<Q>> ready = new ArrayDeque<>();
  private volatile Thread thread;

  /** One connection. */
  private static final class Client<Q> {
    final byte[] routingId;
    final Set<Q> requests = new LinkedHashSet<>();
    InboundConnection connection;
    int underWay;
    int unwritten;
    long movedAt;
    boolean isReady;
    boolean isGone;

    Client(byte[] routingId) {
      this.routingId = routingId;
    }

    boolean mayBeServed() {
      return !isGone && !requests.isEmpty() && underWay < MAX_UNDER_WAY;
    }
  }

  /**
   * @param router not bound yet
   */
  public ContentDesk(RouterSocket router, ContentSource<Q> source, LongSupplier nanoTime) {
    // The queues are kept short here, so none of the messages may be refused.
    router.socket().setSndHWM(0);
    router.socket().base().setSocketOpt(zmq.ZMQ.ZMQ_DISCONNECT_MSG, ConnectionNotice.GONE);
    this.router = router;
    this.source = source;
    this.nanoTime = nanoTime;
    this.dropped = new DroppedRequests(LOG, "content port", nanoTime);
    this.events = new Handover<>(router::wake);
  }

  /**
   * The work of the socket's thread.
   *
   * @param batch maximum messages received in one turn
   * @param receiver decodes a message, and passes requests to {@link #asked}
   */
  public RouterLoop.Work turns(int batch, Consumer<RouterSocket.Incoming> receiver) {
    return new RouterLoop.Work() {
      @Override
      public int batch() {
        return batch;
      }

      @Override
      public int timeout() {
        return ContentDesk.this.timeout();
      }

      @Override
      public void receive(RouterSocket.Incoming message) {
        receiver.accept(message);
      }

      @Override
      public void gone(byte[] routingId) {
        ContentDesk.this.gone(routingId);
      }

      @Override
      public void end() {
        turn();
      }
    };
  }

  /** Adds a request, unless the same one waits already. */
  public void asked(RouterSocket.Incoming message, Q request) {
    Client<Q> client =
        clients.computeIfAbsent(
            ByteBuffer.wrap(message.routingId()), id -> new Client<>(id.array()));
    client.connection = message.connection();
    if (client.requests.contains(request)) {
      return;
    }
    if (client.requests.size() >= MAX_WAITING) {
      dropped.add(RouterSocket.withoutPort(client.connection.address()));
      return;
    }
    client.requests.add(request);
    queue(client);
  }

  /** The connection of that routing id is lost, unless another one has it by now. */
  private void gone(byte[] routingId) {
    Client<Q> client = clients.get(ByteBuffer.wrap(routingId));
    if (client != null && client.connection.isClosed()) {
      client.isGone = true;
      clients.remove(ByteBuffer.wrap(routingId));
    }
  }

  /** Milliseconds until the next turn is due. */
  private int timeout() {
    return source.isOutOfMemory() || dropped.isUntold() ? LOOK_MILLIS : Integer.MAX_VALUE;
  }

  /** Runs all due work. */
  private void turn() {
    thread = Thread.currentThread();
    events.take().forEach(Runnable::run);
    for (int i = 0; i < BATCH && !ready.isEmpty(); i++) {
      serve(ready.remove());
    }
    if (!ready.isEmpty()) {
      router.wake();
    }
    if (source.isOutOfMemory()) {
      endStalled(clients.values());
    }
    dropped.tell();
  }

  /** One reply per peer and turn, so that no peer waits for another one's whole file. */
  private void serve(Client<Q> client) {
    client.isReady = false;
    if (!client.mayBeServed()) {
      return;
    }
    Iterator<Q> next = client.requests.iterator();
    Q request = next.next();
    next.remove();
    client.underWay++;
    source.ask(request, answer -> answered(client, answer));
    queue(client);
  }

  private void answered(Client<Q> client, ContentSource.Answer answer) {
    if (Thread.currentThread() == thread) {
      send(client, answer);
    } else {
      events.add(List.of(() -> send(client, answer)));
    }
  }

  private void queue(Client<Q> client) {
    if (!client.isReady && client.mayBeServed()) {
      client.isReady = true;
      ready.add(client);
    }
  }

  private void send(Client<Q> client, ContentSource.Answer answer) {
    if (client.isGone) {
      answer.whenGone().run();
      return;
    }
    if (client.unwritten == 0) {
      client.movedAt = nanoTime.getAsLong();
    }
    client.unwritten++;
    router.send(
        client.routingId,
        client.connection,
        answer.frames(),
        () -> {
          answer.whenGone().run();
          events.add(List.of(() -> written(client)));
        });
  }

  private void written(Client<Q> client) {
    client.movedAt = nanoTime.getAsLong();
    client.unwritten--;
    client.underWay--;
    queue(client);
  }

  private void endStalled(Collection<Client<Q>> all) {
    long now = nanoTime.getAsLong();
    for (Client<Q> client : all) {
      if (client.unwritten > 0 && now - client.movedAt > STALLED_NANOS) {
        client.connection.end(
            "it does not take the content that it asked for, while others wait for memory");
      }
    }
  }
}
