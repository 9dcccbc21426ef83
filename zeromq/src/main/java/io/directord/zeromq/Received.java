package io.directord.zeromq;

import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;
import zmq.Msg;

/**
 * A message that was read from a socket.
 *
 * @param frames without the routing id
 * @param metadata of the connection; null if the library itself made the message, or nothing guards
 *     the socket
 * @param bytes that it counts, see {@link InboundConnection#sizeOf}
 */
public record Received(List<byte[]> frames, TaggedMetadata metadata, long bytes) {

  /**
   * Reads a whole message, and counts it as read. Waits for the socket's receive timeout.
   *
   * @return null if there is none in time
   */
  public static Received await(ZMQ.Socket socket) {
    return rest(socket, socket.base().recv(0));
  }

  /** Likewise without waiting. */
  public static Received poll(ZMQ.Socket socket) {
    return rest(socket, socket.base().recv(zmq.ZMQ.ZMQ_DONTWAIT));
  }

  private static Received rest(ZMQ.Socket socket, Msg first) {
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(1);
    frames.add(first.data());
    long length = first.size();
    Msg last = first;
    while (last.hasMore()) {
      // The library passes on complete messages only.
      last = socket.base().recv(zmq.ZMQ.ZMQ_DONTWAIT);
      frames.add(last.data());
      length += last.size();
    }
    long bytes = InboundConnection.sizeOf(length, frames.size());
    TaggedMetadata metadata = last.getMetadata() instanceof TaggedMetadata tagged ? tagged : null;
    if (metadata != null) {
      metadata.connection().read(bytes);
    }
    return new Received(frames, metadata, bytes);
  }
}
