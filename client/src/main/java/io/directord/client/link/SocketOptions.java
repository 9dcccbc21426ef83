package io.directord.client.link;

import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import java.time.Duration;
import org.zeromq.ZMQ;

/** How the node's sockets are set up; called before they connect. */
final class SocketOptions {
  /** What CURVE adds to a frame. */
  private static final int CURVE_BYTES = 33;

  /** Also frees connections that JeroMQ forgot to start the handshake on. */
  private static final Duration CONTENT_HANDSHAKE = Duration.ofSeconds(1);

  private static final int HEARTBEAT_MILLIS = 5_000;
  private static final int HEARTBEAT_TIMEOUT_MILLIS = 10_000;
  private static final int RECONNECT_MILLIS = 200;
  private static final int MAX_RECONNECT_MILLIS = 5_000;

  /**
   * Messages that may wait for a slow network. More than the results that the outbox has under way;
   * output has its own bound.
   */
  private static final int SEND_MARK = 2 * ResultQueue.MAX_UNDER_WAY;

  private SocketOptions() {}

  /**
   * @param handshake for how long the server may be silent after the TCP connection is made
   */
  static void forJobs(
      ZMQ.Socket socket, ServerAddress address, Duration handshake, ConnectionEvents events) {
    common(socket, address, handshake);
    socket.setMaxMsgSize(Frames.MAX_FRAME_BYTES + CURVE_BYTES);
    socket.setSndHWM(SEND_MARK);
    socket.setReconnectIVLMax(MAX_RECONNECT_MILLIS);
    socket.base().setSocketOpt(zmq.ZMQ.ZMQ_HICCUP_MSG, ConnectionNotice.LOST);
    socket.setEventHook(events::on, ZMQ.EVENT_ALL);
    if (address.serverKey() != null) {
      socket.setCurvePublicKey(address.nodeKeys().publicKey());
      socket.setCurveSecretKey(address.nodeKeys().secretKey());
      socket.setCurveServerKey(address.serverKey());
    }
  }

  static void forContent(ZMQ.Socket socket, ServerAddress address) {
    common(socket, address, CONTENT_HANDSHAKE);
    socket.setMaxMsgSize(Frames.MAX_FRAME_BYTES);
    socket.setReconnectIVLMax(RECONNECT_MILLIS * 5);
  }

  private static void common(ZMQ.Socket socket, ServerAddress address, Duration handshake) {
    socket.setLinger(200);
    // JeroMQ corrupts messages under CURVE when the receiving mark is reached; windows limit it.
    socket.setRcvHWM(0);
    socket.setHandshakeIvl((int) handshake.toMillis());
    socket.setHeartbeatIvl(HEARTBEAT_MILLIS);
    socket.setHeartbeatTimeout(HEARTBEAT_TIMEOUT_MILLIS);
    socket.setReconnectIVL(RECONNECT_MILLIS);
    socket.setIPv6(address.host().contains(":"));
  }
}
