package io.directord.client.link.zeromq;

import io.directord.client.link.Connection;
import io.directord.client.link.ContentConnection;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.InboundConnection;
import java.time.Duration;
import java.util.function.Consumer;
import org.zeromq.ZMQ;

/** The options of the node's sockets; set before they connect. */
final class SocketOptions {
  /** What CURVE adds to a frame. */
  private static final int CURVE_BYTES = 33;

  /** Timeout of the server's greeting at the content port. */
  private static final Duration CONTENT_HANDSHAKE = Duration.ofSeconds(10);

  private static final int HEARTBEAT_MILLIS = 5_000;
  private static final int HEARTBEAT_TIMEOUT_MILLIS = 10_000;

  /** A connection that waits for its turn says nothing, and the kernel notices if it is lost. */
  private static final int KEEP_ALIVE_IDLE_SECONDS = 10;

  private static final int KEEP_ALIVE_SECONDS = 5;
  private static final int KEEP_ALIVE_COUNT = 3;
  private static final int RECONNECT_MILLIS = 200;
  private static final int MAX_RECONNECT_MILLIS = 5_000;

  /** Maximum unread messages of the server, more than a window of jobs. */
  private static final Inbound.Limits JOBS =
      new Inbound.Limits(
          2 * Frames.MAX_FRAME_BYTES,
          InboundConnection.sizeOf(Frames.MAX_MESSAGE_BYTES, Frames.MAX_FRAMES),
          Frames.MAX_FRAMES,
          4 << 20,
          Runtime.getRuntime().maxMemory() / 4);

  /** Limits for a window of chunks. */
  private static final Inbound.Limits CONTENT =
      new Inbound.Limits(
          Frames.MAX_CONTENT_FRAME_BYTES,
          2L * Frames.MAX_CONTENT_FRAME_BYTES,
          4,
          2L * ContentConnection.WINDOW * Frames.MAX_CONTENT_FRAME_BYTES,
          Runtime.getRuntime().maxMemory() / 8);

  private SocketOptions() {}

  /**
   * For a connection whose owner ends a handshake that takes too long.
   *
   * @param serverKey null without encryption
   */
  static void forJobs(
      ZMQ.Socket socket,
      CurveKeyPair nodeKeys,
      byte[] serverKey,
      ServerHosts hosts,
      ConnectionEvents events) {
    common(socket, hosts, Duration.ZERO);
    new Inbound(JOBS, (peer, why) -> events.ended(why)).guard(socket, null);
    socket.setMaxMsgSize(Frames.MAX_FRAME_BYTES + CURVE_BYTES);
    socket.setSndHWM(Connection.MESSAGES);
    socket.setTCPKeepAlive(1);
    socket.setTCPKeepAliveIdle(KEEP_ALIVE_IDLE_SECONDS);
    socket.setTCPKeepAliveInterval(KEEP_ALIVE_SECONDS);
    socket.setTCPKeepAliveCount(KEEP_ALIVE_COUNT);
    socket.setReconnectIVLMax(MAX_RECONNECT_MILLIS);
    socket.base().setSocketOpt(zmq.ZMQ.ZMQ_HICCUP_MSG, ConnectionNotice.LOST);
    socket.setEventHook(events::on, ZMQ.EVENT_ALL);
    if (serverKey != null) {
      socket.setCurvePublicKey(nodeKeys.publicKey());
      socket.setCurveSecretKey(nodeKeys.secretKey());
      socket.setCurveServerKey(serverKey);
    }
  }

  /**
   * @param ended called with the reason when a connection is ended, on JeroMQ's thread; the socket
   *     is then unusable
   * @return what arrives at it
   */
  static Inbound forContent(ZMQ.Socket socket, ServerHosts hosts, Consumer<String> ended) {
    common(socket, hosts, CONTENT_HANDSHAKE);
    Inbound inbound = new Inbound(CONTENT, (peer, why) -> ended.accept(why));
    inbound.guard(socket, null);
    socket.setMaxMsgSize(Frames.MAX_CONTENT_FRAME_BYTES);
    socket.setReconnectIVLMax(RECONNECT_MILLIS * 5);
    return inbound;
  }

  private static void common(ZMQ.Socket socket, ServerHosts hosts, Duration handshake) {
    socket.setLinger(200);
    socket.setHandshakeIvl((int) handshake.toMillis());
    socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
    socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
    socket.setReconnectIVL(RECONNECT_MILLIS);
    socket.setIPv6(hosts.current().contains(":"));
  }
}
