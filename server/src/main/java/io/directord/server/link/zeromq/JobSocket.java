package io.directord.server.link.zeromq;

import io.directord.common.config.Settings;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.ServerCodec;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Credential;
import io.directord.server.link.Grants;
import io.directord.server.link.Handover;
import io.directord.server.link.LargeSender;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.MessageSender;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Pacing;
import io.directord.server.link.Reception;
import io.directord.server.link.Refusals;
import io.directord.server.link.Threads;
import io.directord.server.link.TransportListener;
import io.directord.server.memory.ResultMemory;
import io.directord.zeromq.HandshakeKeys;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.InboundConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The job port: one ROUTER socket, one thread. Knows connections and who proved which key on them,
 * and nothing of what is said.
 */
public final class JobSocket implements MessageSender, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(JobSocket.class.getName());

  /** More than half: a node that was lost a moment ago may still have its old connection. */
  static final int CONNECTIONS_PERCENT = 60;

  /** What CURVE adds to a frame. */
  private static final int CURVE_OVERHEAD_BYTES = 64;

  /** Messages received before messages are sent. */
  private static final int BATCH = 500;

  private static final long PACE_NANOS = 4_000_000;

  /** Poll interval while memory is used up. */
  private static final int MEMORY_MILLIS = 5;

  /**
   * Maximum messages that wait for one node; a node beyond it does not read, and is disconnected.
   */
  private static final int MAX_OUTGOING = 10_000;

  private static final Inbound.Limits LIMITS =
      new Inbound.Limits(
          2 * Frames.MAX_FRAME_BYTES,
          InboundConnection.sizeOf(Frames.MAX_SMALL_MESSAGE_BYTES, Frames.MAX_FRAMES_OF_SMALL),
          Frames.MAX_FRAMES,
          256 << 10,
          Runtime.getRuntime().maxMemory() / 16);

  private final RouterSocket router;
  private final MinuteLog minuteLog;
  private final Gatekeeper gatekeeper;
  private final int port;
  private final Map<ByteBuffer, ZeroMqAddress> peers = new HashMap<>();
  private final Handover<AddressedMessage> outgoing;
  private final ResultMemory memory;
  private final Refusals refusals;
  private final Grants grants;
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param fatal called when a needed thread dies
   */
  public JobSocket(
      String address,
      int port,
      LinkSecurity security,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this(address, port, security, RouterLoop.SILENCE, memory, refusals, clock, fatal);
  }

  JobSocket(
      String address,
      int port,
      LinkSecurity security,
      Duration silence,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this.minuteLog = new MinuteLog(LOG, clock);
    this.memory = memory;
    this.refusals = refusals;
    this.grants = new Grants(memory, System::nanoTime);
    this.router =
        new RouterSocket(
            Frames.MAX_FRAME_BYTES + CURVE_OVERHEAD_BYTES,
            LIMITS,
            ConnectionNotice.HELLO,
            minuteLog,
            fatal);
    this.outgoing = new Handover<>(router::wake);
    try {
      router.socket().setSndHWM(MAX_OUTGOING);
      router.socket().base().setSocketOpt(zmq.ZMQ.ZMQ_DISCONNECT_MSG, ConnectionNotice.GONE);
      this.gatekeeper = secure(security);
      this.loop =
          new RouterLoop(
              "job port",
              router,
              gatekeeper,
              silence,
              SilentLines.Limits.ofShare(CONNECTIONS_PERCENT));
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
          new Gatekeeper(router.context(), Gatekeeper.keys(files.admitted()), minuteLog, refusals);
    } else {
      LinkSecurity.Shared shared = (LinkSecurity.Shared) security;
      keys = shared.keys();
      List<CurveKeyPair> others = new ArrayList<>();
      if (shared.next() != null) {
        others.add(shared.next());
      }
      int ofSharedKeys = 1 + others.size();
      others.addAll(shared.joinKeys());
      HandshakeKeys.set(keys.secretKey(), others.stream().map(CurveKeyPair::secretKey).toList());
      guard =
          new Gatekeeper(
              router.context(),
              Gatekeeper.anyKey(ofSharedKeys, shared.joinKeys()),
              minuteLog,
              refusals);
    }
    router.socket().setCurveServer(true);
    router.socket().setCurvePublicKey(keys.publicKey());
    router.socket().setCurveSecretKey(keys.secretKey());
    router.watch(new HandshakeWatch(router, refusals));
    return guard;
  }

  public int port() {
    return port;
  }

  /** Starts the socket's thread. */
  public void start(TransportListener listener, Threads threads) {
    loop.start(new Turns(listener), threads);
  }

  @Override
  public void send(List<AddressedMessage> messages) {
    outgoing.add(messages);
  }

  /** Gives the port back, after what is waiting was sent. */
  @Override
  public void close() {
    loop.close();
  }

  /** The work of the socket's thread. */
  private final class Turns implements RouterLoop.Work {
    private final TransportListener listener;
    private final Reception reception;
    private final Pacing pacing = new Pacing(PACE_NANOS);
    private boolean stalled;

    Turns(TransportListener listener) {
      this.listener = listener;
      this.reception = new Reception(memory, grants, listener, LIMITS.messageBytes());
    }

    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public int timeout() {
      return stalled || grants.isWaiting() ? MEMORY_MILLIS : Integer.MAX_VALUE;
    }

    @Override
    public boolean begin() {
      pacing.pause();
      stalled = false;
      for (AddressedMessage message : outgoing.take()) {
        send((ZeroMqAddress) message.to(), message.message().frames());
      }
      grants.grant(this::granted);
      return true;
    }

    private void granted(LargeSender peer, long bytes) {
      send(
          (ZeroMqAddress) peer, ServerCodec.encode(new ServerMessage.RoomGranted(bytes)).toBytes());
    }

    @Override
    public boolean wants() {
      stalled = !memory.hasRoom();
      return !stalled;
    }

    @Override
    public void receive(RouterSocket.Incoming message) {
      ZeroMqAddress peer = peer(message);
      if (peer == null) {
        return;
      }
      reception.received(peer, message.frames(), message.bytes());
    }

    @Override
    public void gone(byte[] routingId) {
      ZeroMqAddress peer = peers.remove(ByteBuffer.wrap(routingId));
      if (peer != null) {
        grants.gone(peer);
        listener.gone(peer, router.takeBreach(peer));
      }
    }

    @Override
    public void end() {
      listener.endOfBatch();
    }
  }

  /** Nothing is sent after a lost message, since the order matters; all of it is redelivered. */
  private void send(ZeroMqAddress peer, List<byte[]> frames) {
    if (!peer.isEnded() && router.send(peer.routingId(), () -> frames) == RouterSocket.Sent.FULL) {
      peer.end("it does not read what it is sent");
    }
  }

  /** The sender; null if it is not authentic. */
  private ZeroMqAddress peer(RouterSocket.Incoming message) {
    byte[] id = message.routingId();
    ZeroMqAddress known = peers.get(ByteBuffer.wrap(id));
    ZeroMqAddress claimed =
        gatekeeper != null
            ? gatekeeper.peer(this, id, message.metadata())
            : new ZeroMqAddress(this, id, new Credential.None(), "loopback", message.connection());
    boolean ours = id.length == 5 && id[0] == 0;
    if (!ours
        || claimed == null
        || (known != null && !known.credential().equals(claimed.credential()))) {
      minuteLog.warn(
          claimed == null ? "a peer" : claimed.host(), "it names its connection itself: ignored");
      return null;
    }
    if (known == null) {
      peers.put(ByteBuffer.wrap(id), claimed);
      return claimed;
    }
    return known;
  }
}
