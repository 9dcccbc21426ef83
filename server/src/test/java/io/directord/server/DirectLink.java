package io.directord.server;

import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Frames;
import io.directord.common.wire.WireCodec;
import io.directord.server.link.JobLink;
import io.directord.server.link.JobListener;
import io.directord.server.link.Peer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hands messages to nodes and back, with no socket in between. */
final class DirectLink implements JobLink {
  private final Map<Peer, FakeNode> nodes = new ConcurrentHashMap<>();
  private volatile JobListener listener;

  void listener(JobListener to) {
    listener = to;
  }

  @Override
  public void send(List<Outgoing> messages) {
    for (Outgoing message : messages) {
      FakeNode node = nodes.get(message.peer());
      if (node != null) {
        node.take(message.frames());
      }
    }
  }

  /** A connection of that node. */
  FakeNode.Line connect(FakeNode node, String key) {
    Peer peer = new Peer(this, new byte[0], key, "127.0.0.1", null);
    nodes.put(peer, node);
    return new FakeNode.Line() {
      @Override
      public void send(List<byte[]> frames) {
        try {
          listener.received(peer, WireCodec.decodeFromNode(Frames.of(frames)), 0);
          listener.endOfBatch();
        } catch (BadMessageException e) {
          throw new AssertionError(e);
        }
      }

      @Override
      public void close() {
        if (nodes.remove(peer) != null) {
          listener.gone(peer);
        }
      }
    };
  }
}
