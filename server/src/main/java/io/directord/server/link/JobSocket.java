package io.directord.server.link;

import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.WireCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The job port: one ROUTER socket, one thread that runs {@link #serve}. Knows connections and who
 * proved which key on them, and nothing of what is said.
 */
public final class JobSocket implements JobLink, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JobSocket.class.getName());

  /** What CURVE adds to a frame. */
  private static final int CURVE_OVERHEAD_BYTES = 64;

  /** Messages received before it is looked what there is to send. */
  private static final int BATCH = 500;

  private static final long PACE_NANOS = 4_000_000;

  private final RouterSocket router;
  private final MinuteLog minuteLog;
  private final Gatekeeper gatekeeper;
  private final int port;
  private final Map<ByteBuffer, Peer> peers = new HashMap<>();
  private final Handover<Outgoing> outgoing;
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param fatal told when a thread that this needs dies
   */
  public JobSocket(
      String address,
      int port,
      LinkSecurity security,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this(address, port, security, RouterLoop.SILENCE, clock, fatal);
  }

  JobSocket(
      String address,
      int port,
      LinkSecurity security,
      Duration silence,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this.minuteLog = new MinuteLog(LOG, clock);
    this.router = new RouterSocket(Frames.MAX_FRAME_BYTES + CURVE_OVERHEAD_BYTES, fatal);
    this.outgoing = new Handover<>(router::wake);
    try {
      // JeroMQ spoils messages under CURVE when a queue is full; windows bound what is under way.
      router.socket().setRcvHWM(0);
      router.socket().setSndHWM(0);
      router.socket().setHelloMsg(ConnectionNotice.HELLO);
      router.socket().base().setSocketOpt(zmq.ZMQ.ZMQ_DISCONNECT_MSG, ConnectionNotice.GONE);
      this.gatekeeper = secure(security);
      this.loop = new RouterLoop("job port", router, gatekeeper, silence);
      this.port = router.bind(address, port, Settings.JOB_PORT.name());
    } catch (IOException | RuntimeException e) {
      router.close();
      throw e;
    }
  }

  private Gatekeeper secure(LinkSecurity security) {
    if (security instanceof LinkSecurity.None) {
      return null;
    }
    CurveKeyPair keys;
    Gatekeeper guard;
    if (security instanceof LinkSecurity.KeyFiles files) {
      keys = files.keys();
      guard =
          new Gatekeeper(router.context(), Gatekeeper.curve(files.admitted()::contains), minuteLog);
    } else {
      keys = ((LinkSecurity.Shared) security).keys();
      guard = new Gatekeeper(router.context(), Gatekeeper.curve(key -> true), minuteLog);
    }
    router.socket().setCurveServer(true);
    router.socket().setCurvePublicKey(keys.publicKey());
    router.socket().setCurveSecretKey(keys.secretKey());
    router.watch(new HandshakeWatch(minuteLog));
    return guard;
  }

  public int port() {
    return port;
  }

  /** The whole life of the socket's thread. */
  public void serve(JobListener listener) {
    loop.run(new Turns(listener));
  }

  @Override
  public void send(List<Outgoing> messages) {
    outgoing.add(messages);
  }

  /** Gives the port back if no thread serves it. */
  public void abandon() {
    loop.abandon();
  }

  /** Lets the thread end, after it has sent what is waiting. */
  @Override
  public void close() {
    loop.close();
  }

  /** What the socket's thread does. */
  private final class Turns implements RouterLoop.Work {
    private final JobListener listener;
    private final Pacing pacing = new Pacing(PACE_NANOS);

    Turns(JobListener listener) {
      this.listener = listener;
    }

    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public boolean begin() {
      pacing.pause();
      for (Outgoing message : outgoing.take()) {
        router.send(message.peer().routingId(), message::frames);
      }
      return true;
    }

    @Override
    public void receive(RouterSocket.Incoming message) {
      Peer peer = peer(message);
      if (peer == null) {
        return;
      }
      int bytes = message.frames().stream().mapToInt(frame -> frame.length).sum();
      try {
        var decoded = WireCodec.decodeFromNode(Frames.of(message.frames()));
        if (!listener.received(peer, decoded, bytes)) {
          minuteLog.warn(
              peer.address(), "the server is behind: dropped a message, to be sent again");
        }
      } catch (BadMessageException e) {
        minuteLog.warn(peer.address(), "undecodable message: " + e.getMessage());
      }
    }

    @Override
    public void gone(byte[] routingId) {
      Peer peer = peers.remove(ByteBuffer.wrap(routingId));
      if (peer != null) {
        listener.gone(peer);
      }
    }

    @Override
    public void end() {
      listener.endOfBatch();
    }
  }

  /** Who sent it; null if that cannot be believed. */
  private Peer peer(RouterSocket.Incoming message) {
    byte[] id = message.routingId();
    Peer known = peers.get(ByteBuffer.wrap(id));
    Peer claimed =
        gatekeeper != null ? gatekeeper.peer(id, message.metadata()) : new Peer(id, "", "loopback");
    boolean ours = id.length == 5 && id[0] == 0;
    if (!ours || claimed == null || (known != null && !known.key().equals(claimed.key()))) {
      minuteLog.warn(
          claimed == null ? "a peer" : claimed.address(),
          "it names its connection itself: ignored");
      return null;
    }
    if (known == null) {
      peers.put(ByteBuffer.wrap(id), claimed);
      return claimed;
    }
    return known;
  }
}
