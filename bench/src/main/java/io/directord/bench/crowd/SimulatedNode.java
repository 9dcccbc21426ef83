package io.directord.bench.crowd;

import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * A node that is only a connection: it sends heartbeats, and every job succeeds. Used by its
 * group's thread only.
 */
final class SimulatedNode {
  /** The same values as those of a real client. */
  private static final int FIRST_HANDSHAKE_MILLIS = 1000;

  private static final int MAX_HANDSHAKE_MILLIS = 30_000;
  private static final int HEARTBEAT_MILLIS = 5_000;
  private static final int HEARTBEAT_TIMEOUT_MILLIS = 10_000;
  private static final Duration SILENT = Duration.ofSeconds(10);
  private static final long FIRST_WAIT_NANOS = Duration.ofMillis(200).toNanos();
  private static final long MAX_WAIT_NANOS = Duration.ofSeconds(5).toNanos();

  private final RandomGenerator random = RandomGenerator.getDefault();
  private final ZContext context;
  private final String endpoint;
  private final byte[] serverKey;
  private final CurveKeyPair keys = CurveKeyPair.generate();
  private final UUID session = UUID.randomUUID();
  private final Instant start = Instant.now();
  private final String identity;
  private ZMQ.Socket socket;
  private Duration interval = SILENT;
  private boolean welcome;
  private int handshakeMillis = FIRST_HANDSHAKE_MILLIS;
  private long waitNanos = FIRST_WAIT_NANOS;
  private volatile boolean gone;
  private long openedAt;
  private long openAt;
  private long heartbeatAt;

  SimulatedNode(ZContext context, String endpoint, byte[] serverKey, String identity) {
    this.context = context;
    this.endpoint = endpoint;
    this.serverKey = serverKey;
    this.identity = identity;
    this.openAt = System.nanoTime();
  }

  /** The socket to wait for; null while there is none. */
  ZMQ.Socket socket() {
    return socket;
  }

  /**
   * Does what is due by time.
   *
   * @return whether the socket was replaced
   */
  boolean tick(long now) {
    if (socket == null) {
      return now >= openAt && open(now);
    }
    if (!welcome && (gone || now - openedAt > silentNanos())) {
      close(now);
      return true;
    }
    if (welcome && now >= heartbeatAt) {
      heartbeat(now);
    }
    return false;
  }

  /**
   * Handles all that has arrived.
   *
   * @return whether the connection was lost, so that the socket was replaced
   */
  boolean receive(long now) throws BadMessageException {
    for (List<byte[]> message = next(); message != null; message = next()) {
      byte[] first = message.get(0);
      if (Arrays.equals(first, ConnectionNotice.LOST)) {
        close(now);
        return true;
      }
      if (Arrays.equals(first, ConnectionNotice.HELLO)) {
        heartbeat(now);
      } else {
        handle(ServerCodec.decode(Frames.of(message)), now);
      }
    }
    return false;
  }

  private long silentNanos() {
    return Math.max(SILENT.toNanos(), 2_000_000L * handshakeMillis);
  }

  private void handle(ServerMessage message, long now) {
    if (message instanceof ServerMessage.Run run) {
      Instant time = Instant.now();
      NodeResult result =
          new NodeResult(
              run.job().id(), Outcome.Succeeded.FINISHED, "", "", Duration.ZERO, time, time);
      send(new NodeMessage.Ended(run.job().verb(), result));
    } else if (message instanceof ServerMessage.WhoAreYou) {
      heartbeat(now);
    } else if (message instanceof ServerMessage.Welcome greeting && !welcome) {
      welcome = true;
      handshakeMillis = FIRST_HANDSHAKE_MILLIS;
      waitNanos = FIRST_WAIT_NANOS;
      interval = greeting.heartbeatInterval();
      heartbeatAt = now + random.nextLong(interval.toNanos());
    } else if (message instanceof ServerMessage.Refused refused) {
      throw new IllegalStateException(identity + " is refused: " + refused.reason());
    }
  }

  private boolean open(long now) {
    openedAt = now;
    gone = false;
    socket = context.createSocket(SocketType.DEALER);
    socket.setLinger(0);
    socket.setRcvHWM(0);
    socket.setSndHWM(0);
    socket.setHandshakeIvl(handshakeMillis / 2 + random.nextInt(handshakeMillis));
    socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
    socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
    socket.base().setSocketOpt(zmq.ZMQ.ZMQ_HICCUP_MSG, ConnectionNotice.LOST);
    socket.setCurvePublicKey(keys.publicKey());
    socket.setCurveSecretKey(keys.secretKey());
    socket.setCurveServerKey(serverKey);
    socket.setEventHook(event -> gone = true, ZMQ.EVENT_DISCONNECTED);
    socket.connect(endpoint);
    return true;
  }

  private void close(long now) {
    socket.close();
    socket = null;
    welcome = false;
    handshakeMillis = Math.min(MAX_HANDSHAKE_MILLIS, 2 * handshakeMillis);
    openAt = now + waitNanos / 2 + random.nextLong(waitNanos);
    waitNanos = Math.min(MAX_WAIT_NANOS, 2 * waitNanos);
  }

  private void heartbeat(long now) {
    Duration age = Duration.between(start, Instant.now());
    send(
        new Heartbeat(
            identity,
            new ClientFacts("simulated", age, age, "machine-" + identity, "zeromq"),
            Heartbeat.PROTOCOL,
            session,
            Set.of(),
            JournalState.UNKNOWN));
    heartbeatAt = now + interval.toNanos();
  }

  private void send(NodeMessage message) {
    List<byte[]> frames = NodeCodec.encode(message).toBytes();
    for (int i = 0; i < frames.size(); i++) {
      socket.send(frames.get(i), ZMQ.DONTWAIT | (i < frames.size() - 1 ? ZMQ.SNDMORE : 0));
    }
  }

  private List<byte[]> next() {
    byte[] first = socket == null ? null : socket.recv(ZMQ.DONTWAIT);
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(1);
    frames.add(first);
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv(ZMQ.DONTWAIT));
    }
    return frames;
  }
}
