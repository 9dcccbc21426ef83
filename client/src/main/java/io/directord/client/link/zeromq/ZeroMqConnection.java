package io.directord.client.link.zeromq;

import io.directord.client.link.Backoff;
import io.directord.client.link.Connection;
import io.directord.common.wire.ConnectionNotice;
import io.directord.zeromq.Received;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The connection to the server's job port. Every connection has a socket of its own, so messages
 * for an old one cannot reach a new one; also, JeroMQ gives up for good after a failed handshake.
 * Belongs to the link's thread.
 */
final class ZeroMqConnection implements Connection {
  /** After so long without an answer the operator is told. */
  private static final long SILENT_NANOS = Duration.ofSeconds(10).toNanos();

  private static final Duration HANDSHAKE = Duration.ofSeconds(60);

  /**
   * The first of several servers' timeouts, in which a server that runs answers: one that is
   * stopped still takes connections, while another has taken over.
   */
  private static final Duration HANDSHAKE_OF_ONE = Duration.ofSeconds(3);

  /** Before the next address is tried, of which one is a server that leads. */
  private static final Duration NEXT_ADDRESS = Duration.ofMillis(100);

  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration MAX_WAIT = Duration.ofSeconds(5);

  private final ZContext context;
  private final ServerAddress address;
  private final ServerHosts hosts;
  private final LinkWakeup wakeup;
  private final Consumer<String> warn;
  private final LongSupplier nanoTime;
  private final Backoff backoff;

  /**
   * Timeout of the server's greeting, and again of what follows. When thousands of nodes reconnect
   * at once, the server greets each when it has time for its handshake, so that leaving would only
   * lose a node its turn.
   */
  private final Backoff handshake;

  /**
   * Likewise if there are other addresses, of which another may be that of a server that has taken
   * over: it grows, so that of thousands of nodes each has its turn in the end.
   */
  private final Backoff handshakeOfOne;

  private final Backoff nextAddress;

  private ZMQ.Poller poller;
  private ZMQ.Socket socket;
  private ConnectionEvents events;
  private boolean up;

  /** Whether a handshake has succeeded. */
  private boolean keyWorked;

  /** The keys that the server may have, and which of them is used. */
  private List<byte[]> keys = List.of();

  private int key;

  /** How many of them were tried in vain since the connection was up. */
  private int keysTried;

  private boolean cameUp;

  /** When it was opened, later when the TCP connection was made, then when the server greeted. */
  private long waitingSince;

  private boolean connected;
  private boolean greeted;
  private boolean toldOfSilence;
  private long openAt;
  private long handshakeNanos;

  ZeroMqConnection(
      ZContext context,
      ServerAddress address,
      ServerHosts hosts,
      LinkWakeup wakeup,
      Consumer<String> warn,
      LongSupplier nanoTime) {
    this.context = context;
    this.address = address;
    this.hosts = hosts;
    this.wakeup = wakeup;
    this.warn = warn;
    this.nanoTime = nanoTime;
    RandomGenerator random = RandomGenerator.getDefault();
    this.backoff = new Backoff(FIRST_WAIT, MAX_WAIT, random);
    this.handshake = new Backoff(HANDSHAKE, HANDSHAKE, random);
    this.handshakeOfOne = new Backoff(HANDSHAKE_OF_ONE, HANDSHAKE, random);
    this.nextAddress = new Backoff(NEXT_ADDRESS, NEXT_ADDRESS, random);
    this.openAt = nanoTime.getAsLong();
    watch();
  }

  @Override
  public void await(long nanos) {
    long now = nanoTime.getAsLong();
    if (socket == null && now >= openAt) {
      open(now);
    }
    long limit = socket == null ? openAt - now : up ? nanos : Math.min(nanos, SILENT_NANOS);
    // Rounded up, to avoid a busy loop.
    poller.poll(Math.max(0, Math.min(nanos, limit)) / 1_000_000 + 1);
    if (wakeup.clear()) {
      watch();
    }
    if (socket != null) {
      check();
    }
  }

  @Override
  public void wake() {
    wakeup.signal();
  }

  @Override
  public boolean cameUp() {
    boolean value = cameUp;
    cameUp = false;
    return value;
  }

  @Override
  public boolean isUp() {
    return up;
  }

  @Override
  public List<byte[]> receive() {
    while (socket != null) {
      Received next = Received.poll(socket);
      if (next == null) {
        return null;
      }
      if (!isNotice(next.frames())) {
        return next.frames();
      }
    }
    return null;
  }

  @Override
  public boolean send(List<byte[]> frames) {
    if (!up) {
      return false;
    }
    try {
      for (int i = 0; i < frames.size(); i++) {
        int more = i < frames.size() - 1 ? ZMQ.SNDMORE : 0;
        // Once the first frame is taken the others are.
        if (!socket.send(frames.get(i), more | ZMQ.DONTWAIT)) {
          return false;
        }
      }
      return true;
    } catch (ZMQException e) {
      warn.accept("the connection to " + server() + " broke: " + e.getMessage());
      reopen();
      return false;
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
      socket = null;
    }
    poller.close();
    up = false;
  }

  private boolean isNotice(List<byte[]> frames) {
    if (frames.size() > 1) {
      return false;
    }
    if (Arrays.equals(frames.get(0), ConnectionNotice.HELLO)) {
      up = true;
      keyWorked = true;
      keysTried = 0;
      cameUp = true;
      hosts.connected();
      backoff.reset();
      handshakeOfOne.reset();
      return true;
    }
    if (Arrays.equals(frames.get(0), ConnectionNotice.LOST)) {
      lost();
      return true;
    }
    return false;
  }

  private void open(long now) {
    waitingSince = now;
    connected = false;
    greeted = false;
    toldOfSilence = false;
    events = new ConnectionEvents(wakeup);
    try {
      socket = context.createSocket(SocketType.DEALER);
      hosts.next();
      handshakeNanos = (hosts.hasOthers() ? handshakeOfOne : handshake).nextNanos();
      keys = address.serverKeys().get();
      byte[] serverKey = keys.isEmpty() ? null : keys.get(key % keys.size());
      SocketOptions.forJobs(socket, address.nodeKeys(), serverKey, hosts, events);
      socket.connect(hosts.endpoint(address.jobPort()));
    } catch (ZMQException | IllegalArgumentException e) {
      warn.accept(
          "the server's address " + address + " cannot be used: " + e.getMessage() + "; trying on");
      reopen();
      return;
    }
    watch();
  }

  /** Handles events of JeroMQ. */
  private void check() {
    if (events.connected && !connected) {
      connected = true;
      waitingSince = nanoTime.getAsLong();
    }
    if (events.greeted && !greeted) {
      greeted = true;
      waitingSince = nanoTime.getAsLong();
    }
    if (events.ended != null) {
      giveUp(
          "the connection to "
              + server()
              + " is ended, since it sent "
              + events.ended
              + ": somebody on the way may have changed what it says");
    } else if (up) {
      if (events.gone) {
        lost();
      }
    } else if (events.refused) {
      giveUp(server() + " refused this node's key");
    } else if (events.gone && events.greeted && triesAnotherKey()) {
      hosts.again();
      reopen();
    } else if (events.gone && events.greeted) {
      giveUp(
          server()
              + " closed the connection during the handshake"
              + (keyWorked
                  ? ", though it took this node's key before: the network has cut the connection, or"
                      + " the server has been given another shared key since then, which this node"
                      + " needs too"
                  : ": its shared key is most likely another one than this node's; if it was changed"
                      + " while this node was away, give this node the new one"));
    } else if (events.gone) {
      giveUp(
          "what listens at "
              + address
              + " closed the connection before it spoke as a directord server does: another program,"
              + " the port for the original's clients, or a server with too many connections");
    } else if (events.retried) {
      events.retried = false;
      warn.accept(server() + " cannot be reached: nothing listens there; trying on");
      if (hosts.hasOthers()) {
        reopen();
      }
    } else {
      awaitAnswer();
    }
  }

  /** While shared keys are changed, the server may know one that is not the first. */
  private boolean triesAnotherKey() {
    keysTried++;
    if (keys.size() > 1) {
      key = (key + 1) % keys.size();
    }
    if (keysTried < keys.size()) {
      return true;
    }
    keysTried = 0;
    return false;
  }

  private void awaitAnswer() {
    long silent = nanoTime.getAsLong() - waitingSince;
    long timeout = connected ? handshakeNanos : Math.min(handshakeNanos, SILENT_NANOS);
    if (silent > Math.min(timeout, SILENT_NANOS) && !toldOfSilence) {
      toldOfSilence = true;
      warn.accept(
          connected
              ? server() + " takes connections but does not answer; trying on"
              : server() + " cannot be reached; trying on");
    }
    if (silent > timeout) {
      reopen();
    }
  }

  /** Which of several servers it is about. */
  private String server() {
    return "the server at "
        + (address.hosts().size() == 1 ? address : hosts.current() + ":" + address.jobPort());
  }

  private void lost() {
    warn.accept("the connection to " + server() + " is lost; trying on");
    reopen();
  }

  private void giveUp(String why) {
    warn.accept(why + "; trying on");
    reopen();
  }

  private void reopen() {
    up = false;
    cameUp = false;
    if (socket != null) {
      socket.close();
      socket = null;
    }
    openAt = nanoTime.getAsLong() + (hosts.isRoundOver() ? backoff : nextAddress).nextNanos();
    watch();
  }

  private void watch() {
    if (poller != null) {
      poller.close();
    }
    poller = context.createPoller(2);
    poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
    if (socket != null) {
      poller.register(socket, ZMQ.Poller.POLLIN);
    }
  }
}
