package io.directord.legacy.ports;

import io.directord.common.config.Settings;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.NodeMessage;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Handover;
import io.directord.server.link.MessageSender;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Refusals;
import io.directord.server.link.Threads;
import io.directord.server.link.TransportListener;
import io.directord.server.link.zeromq.Gatekeeper;
import io.directord.server.link.zeromq.RouterLoop;
import io.directord.server.link.zeromq.RouterSocket;
import io.directord.server.link.zeromq.SilentLines;
import io.directord.server.link.zeromq.ZeroMqAddress;
import io.directord.server.memory.ResultMemory;
import io.directord.server.time.Attention;
import io.directord.server.time.Moment;
import io.directord.zeromq.Inbound;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The job port for clients of the original: one ROUTER socket, one thread. Those clients name their
 * connections by their identities.
 */
final class LegacyJobSocket implements Outlet, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LegacyJobSocket.class.getName());

  /** Messages received before messages are sent. */
  private static final int BATCH = 100;

  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int MAX_IDENTITY_BYTES = 255;

  private static final int WHOLE_FRAME_BYTES = 16 << 10;

  /** Both outputs of a job, and the rest of its result. */
  private static final long MAX_MESSAGE_BYTES = 2L * LegacyMessage.MAX_FRAME_BYTES + (256 << 10);

  private static final Inbound.Limits LIMITS =
      new Inbound.Limits(
          WHOLE_FRAME_BYTES,
          MAX_MESSAGE_BYTES,
          2 * LegacyMessage.FRAMES,
          256 << 10,
          Math.max(MAX_MESSAGE_BYTES, Runtime.getRuntime().maxMemory() / 8));

  /** Poll interval while memory is used up. */
  private static final int MEMORY_MILLIS = 20;

  /** Clients send a message when they connect, and every thirty seconds. */
  private static final Duration SILENCE = Duration.ofSeconds(45);

  /** A client that receives nothing for this long reconnects; the server has noticed by then. */
  private static final int LIFE_MILLIS = 20_000;

  private final MessageSender sender;
  private final RouterSocket router;
  private final MinuteLog minuteLog;
  private final Gatekeeper gatekeeper;
  private final LegacyContents contents;
  private final Attention time;
  private final ResultMemory memory;
  private final RouterLoop loop;
  private final int port;
  private final Map<String, LegacyNode> nodes = new HashMap<>();
  private final Deque<Untold> untold = new ArrayDeque<>();
  private final Handover<AddressedMessage> outgoing;
  private final Handover<Runnable> errands;
  private Moment nextTick;

  /** A message for the dispatcher. */
  private record Untold(ZeroMqAddress peer, NodeMessage message) {}

  /**
   * Binds the port.
   *
   * @param sender of messages to its peers
   * @param port 0 for any
   * @param sharedKey what the clients have
   * @param fatal called when a needed thread dies
   */
  LegacyJobSocket(
      MessageSender sender,
      String address,
      int port,
      String sharedKey,
      LegacyContents contents,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this(sender, address, port, sharedKey, contents, SILENCE, memory, refusals, clock, fatal);
  }

  LegacyJobSocket(
      MessageSender sender,
      String address,
      int port,
      String sharedKey,
      LegacyContents contents,
      Duration silence,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this.sender = sender;
    this.contents = contents;
    this.time = new Attention(clock, System::nanoTime, TICK.multipliedBy(2));
    this.nextTick = time.now();
    this.memory = memory;
    this.minuteLog = new MinuteLog(LOG, clock);
    this.router = new RouterSocket(LegacyMessage.MAX_FRAME_BYTES, LIMITS, null, minuteLog, fatal);
    this.outgoing = new Handover<>(router::wake);
    this.errands = new Handover<>(router::wake);
    try {
      this.gatekeeper =
          new Gatekeeper(router.context(), new LegacyGate(sharedKey), minuteLog, refusals);
      router.socket().setPlainServer(true);
      router.socket().setSndHWM(0);
      router.socket().setHeartbeatTtl(LIFE_MILLIS);
      router.socket().base().setSocketOpt(zmq.ZMQ.ZMQ_DISCONNECT_MSG, ConnectionNotice.GONE);
      this.loop =
          new RouterLoop(
              "legacy job port", router, gatekeeper, silence, SilentLines.Limits.ofShare(6));
      this.port = router.bind(address, port, Settings.LEGACY_JOB_PORT.name());
    } catch (IOException | RuntimeException e) {
      router.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  /** Starts the socket's thread. */
  public void start(TransportListener listener, Threads threads) {
    loop.start(new Turns(listener), threads);
  }

  /** As {@link MessageSender#send}. */
  void send(List<AddressedMessage> messages) {
    outgoing.add(messages);
  }

  @Override
  public void later(Runnable work) {
    errands.add(List.of(work));
  }

  @Override
  public void close() {
    loop.close();
  }

  /** The work of the socket's thread. */
  private final class Turns implements RouterLoop.Work {
    private final TransportListener listener;

    Turns(TransportListener listener) {
      this.listener = listener;
    }

    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public int timeout() {
      return untold.isEmpty() ? (int) TICK.toMillis() : MEMORY_MILLIS;
    }

    @Override
    public boolean begin() {
      time.turn();
      errands.take().forEach(Runnable::run);
      sendWaiting();
      return passOn(listener);
    }

    /** One message at a time, since what it takes is known only when it is read. */
    @Override
    public boolean wants() {
      return passOn(listener);
    }

    @Override
    public void receive(RouterSocket.Incoming message) {
      LegacyJobSocket.this.receive(message);
    }

    @Override
    public void gone(byte[] routingId) {
      LegacyNode node = nodes.get(identity(routingId));
      if (node != null && node.peer() != null) {
        String breach = router.takeBreach(node.peer());
        ZeroMqAddress peer = node.peer();
        node.gone(breach);
        passOn(listener);
        listener.gone(peer, breach);
        nodes.values().removeIf(one -> one.peer() == null && one.isStranger());
      }
    }

    @Override
    public void end() {
      tick();
      passOn(listener);
      listener.endOfBatch();
    }
  }

  private void sendWaiting() {
    for (AddressedMessage message : outgoing.take()) {
      LegacyNode node = nodes.get(identity(((ZeroMqAddress) message.to()).routingId()));
      if (node != null && node.peer() == message.to()) {
        node.told(message.message().message(), message.redelivery());
      }
    }
    nodes.values().forEach(LegacyNode::catchUp);
  }

  private void receive(RouterSocket.Incoming message) {
    ZeroMqAddress claimed = gatekeeper.peer(sender, message.routingId(), message.metadata());
    String identity = identity(message.routingId());
    if (claimed == null || identity == null) {
      minuteLog.warn(
          claimed == null ? "a peer" : claimed.host(),
          "its name cannot be the name of a node: ignored");
      return;
    }
    LegacyNode node =
        nodes.computeIfAbsent(identity, name -> new LegacyNode(name, contents, this, time));
    if (node.peer() == null) {
      node.connected(claimed);
    }
    try {
      node.heard(LegacyMessage.of(message.frames()));
    } catch (BadMessageException e) {
      minuteLog.warn(claimed.host(), "undecodable message: " + e.getMessage());
    }
  }

  private void tick() {
    Moment now = time.now();
    if (!now.isBefore(nextTick)) {
      nodes.values().forEach(LegacyNode::tick);
      nextTick = now.plus(TICK);
    }
  }

  /** Whether the dispatcher has taken all messages, and there is memory for more. */
  private boolean passOn(TransportListener listener) {
    while (!untold.isEmpty()) {
      Untold next = untold.peek();
      long reserved = memory.reserve(bytes(next.message()));
      if (reserved == 0) {
        return false;
      }
      listener.received(next.peer(), next.message(), reserved);
      untold.remove();
    }
    return memory.hasRoom();
  }

  private static long bytes(NodeMessage message) {
    return message instanceof NodeMessage.Ended ended
        ? (long) ended.result().stdout().length() + ended.result().stderr().length()
        : 0;
  }

  @Override
  public void send(ZeroMqAddress peer, LegacyMessage message) {
    router.send(peer.routingId(), message::toBytes);
  }

  @Override
  public void tell(ZeroMqAddress peer, NodeMessage message) {
    untold.add(new Untold(peer, message));
  }

  @Override
  public void warn(String identity, String text) {
    minuteLog.warn("node " + identity, text);
  }

  /** The identity that is a connection's name; null if it cannot be one. */
  static String identity(byte[] routingId) {
    if (routingId.length == 0 || routingId.length > MAX_IDENTITY_BYTES || routingId[0] == 0) {
      return null;
    }
    String name = new String(routingId, StandardCharsets.UTF_8);
    boolean plain =
        !name.isBlank() && name.chars().noneMatch(c -> Character.isISOControl(c) || c == 0xfffd);
    return plain ? name : null;
  }
}
