package io.directord.client.link.zeromq;

import io.directord.client.link.ContentConnection;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.Received;
import java.util.List;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A socket to the content port, which connects again by itself when the server is lost. */
final class ZeroMqContentConnection implements ContentConnection {
  private static final int RECEIVE_MILLIS = 100;

  private final ZMQ.Socket socket;
  private final Inbound inbound;
  private volatile boolean ended;

  ZeroMqContentConnection(ZContext context, ServerHosts hosts, int port) {
    socket = context.createSocket(SocketType.DEALER);
    inbound = SocketOptions.forContent(socket, hosts, why -> ended = true);
    socket.setReceiveTimeOut(RECEIVE_MILLIS);
    socket.connect(hosts.endpoint(port));
  }

  @Override
  public void send(List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      int more = i < frames.size() - 1 ? ZMQ.SNDMORE : 0;
      if (!socket.send(frames.get(i), more | ZMQ.DONTWAIT)) {
        return;
      }
    }
  }

  @Override
  public List<byte[]> receive() {
    Received received = Received.await(socket);
    return received == null ? null : received.frames();
  }

  @Override
  public void reuse(byte[] content) {
    inbound.reuse(content);
  }

  @Override
  public boolean isEnded() {
    return ended;
  }

  @Override
  public void close() {
    socket.close();
  }
}
