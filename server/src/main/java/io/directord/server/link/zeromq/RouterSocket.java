package io.directord.server.link.zeromq;

import io.directord.common.storage.IoErrors;
import io.directord.server.link.CannotListenException;
import io.directord.server.link.MinuteLog;
import io.directord.zeromq.BrokenProtocolException;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.InboundConnection;
import io.directord.zeromq.Received;
import io.directord.zeromq.TaggedMetadata;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZEvent;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.Msg;
import zmq.io.StreamEngine.ErrorReason;

/**
 * A ROUTER socket with a context of its own. Created and bound by any thread, then used by one
 * thread only, except {@link #wake}.
 */
public final class RouterSocket implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(RouterSocket.class.getName());

  /** With {@link #HEARTBEAT_TIMEOUT_MILLIS}: when a silent peer is considered dead. */
  private static final int HEARTBEAT_MILLIS = 4000;

  private static final int HEARTBEAT_TIMEOUT_MILLIS = 10_000;

  /** More than any kernel gives: it takes its own limit instead. */
  private static final int BACKLOG = 1 << 16;

  private static final int WATCHED =
      ZMQ.EVENT_ACCEPTED
          | ZMQ.EVENT_ACCEPT_FAILED
          | ZMQ.EVENT_DISCONNECTED
          | ZMQ.HANDSHAKE_FAILED_PROTOCOL;

  /** Ends of connections that nobody has asked about. */
  private static final int MAX_BREACHES = 100;

  private final MinuteLog minuteLog;
  private final ZContext context = new ZContext(1);
  private final Wakeup wakeup;
  private final ZMQ.Socket socket;
  private final ZMQ.Poller poller;
  private final List<ZEvent.ZEventConsummer> watchers = new ArrayList<>();
  private SilentLines lines;
  private String breach;
  private boolean explained;
  private final Map<String, String> breaches = new LinkedHashMap<>();
  private volatile boolean closing;

  /** The result of sending a message. */
  public enum Sent {
    YES,
    /** The peer's queue is full, or its connection is being lost. */
    FULL,
    GONE
  }

  /** A message, decoded no further. */
  public record Incoming(byte[] routingId, Received message) {

    public List<byte[]> frames() {
      return message.frames();
    }

    /** Metadata of the connection; null for a message of the library. */
    public TaggedMetadata metadata() {
      return message.metadata();
    }

    /** The routing id of its sender; not for a message of the library. */
    public InboundConnection connection() {
      return message.metadata().connection();
    }

    /** Its size, see {@link InboundConnection#sizeOf}. */
    public long bytes() {
      return message.bytes();
    }
  }

  /**
   * @param maxFrameBytes limit of frames; a longer one ends its connection
   * @param limits of unread messages
   * @param hello the first message on every connection; null for none
   * @param minuteLog logs which connections are ended, and why; closed with this socket
   * @param fatal called when a thread of the library dies
   */
  public RouterSocket(
      int maxFrameBytes,
      Inbound.Limits limits,
      byte[] hello,
      MinuteLog minuteLog,
      Consumer<Throwable> fatal)
      throws IOException {
    this.minuteLog = minuteLog;
    context.setUncaughtExceptionHandler((thread, error) -> fatal.accept(error));
    context.setNotificationExceptionHandler((thread, error) -> connectionFailed(error));
    wakeup = new Wakeup();
    socket = context.createSocket(SocketType.ROUTER);
    socket.setLinger(0);
    socket.setRouterMandatory(true);
    socket.setMaxMsgSize(maxFrameBytes);
    new Inbound(limits, new Endings()).guard(socket, hello);
    socket.setBacklog(BACKLOG);
    socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
    socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
    poller = context.createPoller(3);
    poller.register(socket, ZMQ.Poller.POLLIN);
    poller.register(wakeup.channel(), ZMQ.Poller.POLLIN);
  }

  /** While closing, the library may find a channel closed already. */
  private void connectionFailed(Throwable error) {
    if (error instanceof BrokenProtocolException broken) {
      breach = broken.getMessage();
      LOG.log(Level.DEBUG, "a connection breaks the protocol", error);
    } else if (!closing) {
      LOG.log(Level.DEBUG, "a connection failed", error);
      minuteLog.warn(
          "a connection",
          "failed: "
              + (error instanceof IOException broken ? IoErrors.say(broken) : "--debug shows how"));
    }
  }

  private final class Endings implements Inbound.Listener {
    @Override
    public void ended(String address, String why) {
      if (address == null) {
        breach = why;
      } else {
        breached(address, why);
        minuteLog.ended(withoutPort(address), why);
      }
    }

    @Override
    public void over(boolean handshaken, ErrorReason reason) {
      if (lines != null) {
        lines.over(handshaken, reason);
      }
    }
  }

  /**
   * The violation of the connection whose end is being reported; null if there is none. On the
   * library's thread, once.
   */
  String takeBreach() {
    String why = breach;
    breach = null;
    return why;
  }

  /**
   * Notes the violation for which a connection was ended.
   *
   * @param address its peer's, with the port
   */
  void breached(String address, String why) {
    synchronized (breaches) {
      if (breaches.size() >= MAX_BREACHES) {
        breaches.remove(breaches.keySet().iterator().next());
      }
      breaches.put(address, why);
    }
  }

  /**
   * The violation for which the connection of that peer was ended; null if there was none. Once,
   * when the socket's thread is told of the end.
   */
  public String takeBreach(ZeroMqAddress peer) {
    synchronized (breaches) {
      return breaches.remove(peer.line());
    }
  }

  /** It is known already why the connection has ended whose end is being reported. */
  void explained() {
    explained = true;
  }

  /** Whether that is so. On the library's thread, once. */
  boolean takeExplained() {
    boolean was = explained;
    explained = false;
    return was;
  }

  /** A peer that reconnects has another port. */
  static String withoutPort(String address) {
    return address.replaceFirst(":\\d+$", "");
  }

  MinuteLog minuteLog() {
    return minuteLog;
  }

  public ZContext context() {
    return context;
  }

  /** To set options with, before {@link #bind}. */
  public ZMQ.Socket socket() {
    return socket;
  }

  /**
   * Adds a listener for connections, failed handshakes and ends, on the library's thread; before
   * {@link #bind}.
   */
  void watch(ZEvent.ZEventConsummer watcher) {
    if (watchers.isEmpty()) {
      socket.setEventHook(event -> watchers.forEach(one -> one.consume(event)), WATCHED);
    }
    watchers.add(watcher);
  }

  /** Adds these listeners for connections and their ends; before {@link #bind}. */
  void watch(SilentLines guard) {
    lines = guard;
    watch((ZEvent.ZEventConsummer) guard);
  }

  /**
   * @param address name, IP address or {@code *}
   * @param port 0 for any
   * @param setting the port's, for people
   * @return the port
   */
  public int bind(String address, int port, String setting) throws CannotListenException {
    boolean v6 = address.contains(":");
    socket.setIPv6(v6);
    String host = v6 && !address.startsWith("[") ? "[" + address + "]" : address;
    try {
      socket.bind("tcp://" + host + ":" + (port == 0 ? "*" : port));
    } catch (ZMQException | IllegalArgumentException | IllegalStateException e) {
      throw new CannotListenException(
          "cannot listen on port " + port + " of " + address + ": " + why(address, port, setting),
          e);
    }
    String endpoint = socket.getLastEndpoint();
    return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }

  /** The library reports "address in use" for any error, so a plain socket is tried. */
  private static String why(String address, int port, String setting) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(
          address.equals("*")
              ? new InetSocketAddress(port)
              : new InetSocketAddress(InetAddress.getByName(address), port));
      return "it was in use a moment ago; try again";
    } catch (UnknownHostException e) {
      return "neither an address nor the name of one. Check --bind-address";
    } catch (IOException e) {
      boolean inUse = IoErrors.say(e).contains("in use");
      return inUse
          ? "another program uses it. Stop that one, or choose another port with --" + setting
          : IoErrors.sayWhere(e) + ". Check --bind-address and --" + setting;
    }
  }

  /** Makes {@link #await} also wait for that socket's messages. */
  public void alsoAwait(ZMQ.Socket other) {
    poller.register(other, ZMQ.Poller.POLLIN);
  }

  /** Waits for messages, for {@link #wake}, or until the timeout. */
  public void await(int millis) throws IOException {
    poller.poll(millis);
    wakeup.clear();
  }

  /** The next message, or null. */
  public Incoming receive() {
    Msg id = socket.base().recv(zmq.ZMQ.ZMQ_DONTWAIT);
    if (id == null || !id.hasMore()) {
      return null;
    }
    return new Incoming(id.data(), Received.poll(socket));
  }

  /**
   * @param message supplies it, if there is room
   */
  public Sent send(byte[] routingId, Supplier<List<byte[]>> message) {
    try {
      if (!socket.send(routingId, ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
        return Sent.FULL;
      }
    } catch (ZMQException e) {
      if (e.getErrorCode() == ZMQ.Error.EHOSTUNREACH.getCode()) {
        return Sent.GONE;
      }
      throw e;
    }
    List<byte[]> frames = message.get();
    int last = frames.size() - 1;
    for (int i = 0; i <= last; i++) {
      socket.send(frames.get(i), i == last ? ZMQ.DONTWAIT : ZMQ.SNDMORE | ZMQ.DONTWAIT);
    }
    return Sent.YES;
  }

  /**
   * Sends a message with a notification.
   *
   * @param connection of the routing id
   * @param whenGone run once, by any thread, when the message was written or dropped
   */
  void send(
      byte[] routingId, InboundConnection connection, List<byte[]> frames, Runnable whenGone) {
    try {
      if (!socket.send(routingId, ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
        whenGone.run();
        return;
      }
    } catch (ZMQException e) {
      whenGone.run();
      if (e.getErrorCode() == ZMQ.Error.EHOSTUNREACH.getCode()) {
        return;
      }
      throw e;
    }
    int last = frames.size() - 1;
    for (int i = 0; i < last; i++) {
      socket.send(frames.get(i), ZMQ.SNDMORE | ZMQ.DONTWAIT);
    }
    socket.base().send(connection.outgoing(frames.get(last), whenGone), ZMQ.DONTWAIT);
  }

  /** Ends the waiting of the socket's thread; any thread may call it. */
  public void wake() {
    wakeup.wake();
  }

  /** Closes all sockets of the context; must be called by their thread, or before there is one. */
  @Override
  public void close() {
    closing = true;
    poller.close();
    context.close();
    minuteLog.close();
    try {
      wakeup.close();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "cannot close a wake-up pipe: {0}", IoErrors.sayWhere(e));
    }
  }
}
