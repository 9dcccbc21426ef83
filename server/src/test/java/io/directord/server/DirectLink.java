package io.directord.server;

import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Credential;
import io.directord.server.link.MessageSender;
import io.directord.server.link.NodeAddress;
import io.directord.server.link.TransportListener;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hands messages to nodes and back, with no socket in between. */
final class DirectLink implements MessageSender {
  private final Map<NodeAddress, FakeNode> nodes = new ConcurrentHashMap<>();
  private volatile TransportListener listener;

  void listener(TransportListener to) {
    listener = to;
  }

  @Override
  public void send(List<AddressedMessage> messages) {
    for (AddressedMessage message : messages) {
      FakeNode node = nodes.get(message.to());
      if (node != null) {
        node.take(message.message().frames());
      }
    }
  }

  /** A connection of that node. */
  FakeNode.Line connect(FakeNode node, String key) {
    NodeAddress peer = new TestAddress(this, new Credential.NodeKey(key));
    nodes.put(peer, node);
    return new FakeNode.Line() {
      @Override
      public void send(List<byte[]> frames) {
        try {
          listener.received(peer, NodeCodec.decode(Frames.of(frames)), 0);
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
