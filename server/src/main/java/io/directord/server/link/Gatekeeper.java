package io.directord.server.link;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import java.util.UUID;
import java.util.function.Predicate;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZFrame;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;
import zmq.io.Metadata;

/**
 * Answers the library's questions (ZAP, RFC 27) whether a key may join, and notes the key with the
 * connection. The name of that note is made anew for every process and never sent, because JeroMQ
 * lets a client overwrite notes whose names it knows.
 */
final class Gatekeeper {
  /** Where RFC 27 has the handler. */
  private static final String ENDPOINT = "inproc://zeromq.zap.01";

  /** Version, request id, domain, address, identity, mechanism, key. */
  private static final int REQUEST_FRAMES = 7;

  private final String note = "X-" + UUID.randomUUID();
  private final Predicate<String> admitted;
  private final MinuteLog minuteLog;
  private final ZMQ.Socket socket;

  /**
   * @param context the one of the guarded socket, which is not bound yet
   */
  Gatekeeper(ZContext context, Predicate<String> admitted, MinuteLog minuteLog) {
    this.admitted = admitted;
    this.minuteLog = minuteLog;
    this.socket = context.createSocket(SocketType.REP);
    socket.setLinger(0);
    socket.bind(ENDPOINT);
  }

  /** The peer behind a connection's metadata; null if it was not admitted here. */
  Peer peer(byte[] routingId, Metadata metadata) {
    String noted = metadata.get(note);
    if (noted == null) {
      return null;
    }
    int blank = noted.indexOf(' ');
    return new Peer(routingId, noted.substring(0, blank), noted.substring(blank + 1));
  }

  /** Where the questions come in; it is closed with its context. */
  ZMQ.Socket socket() {
    return socket;
  }

  /** Answers the questions that wait; to be called by the guarded socket's thread. */
  void answer() {
    for (ZMsg request = next(); request != null; request = next()) {
      answer(request.toArray(new ZFrame[0]));
    }
  }

  private ZMsg next() {
    return ZMsg.recvMsg(socket, ZMQ.DONTWAIT);
  }

  private void answer(ZFrame[] request) {
    boolean wellFormed =
        request.length == REQUEST_FRAMES
            && "CURVE".equals(request[5].getString(ZMQ.CHARSET))
            && request[6].size() == CurveKeyPair.KEY_BYTES;
    String key = wellFormed ? Z85.encode(request[6].getData()) : "";
    String address = wellFormed ? request[3].getString(ZMQ.CHARSET) : "?";
    boolean ok = wellFormed && admitted.test(key);
    Metadata metadata = new Metadata();
    if (ok) {
      metadata.put(note, key + " " + address);
    } else {
      minuteLog.warn(address, "refused a node whose key is not in the folder public_keys");
    }
    socket.sendMore("1.0");
    socket.sendMore(request.length > 1 ? request[1].getData() : new byte[0]);
    socket.sendMore(ok ? "200" : "400");
    socket.sendMore(ok ? "OK" : "NO");
    socket.sendMore("");
    socket.send(metadata.bytes());
  }
}
