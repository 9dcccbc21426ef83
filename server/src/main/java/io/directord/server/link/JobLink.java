package io.directord.server.link;

import java.util.List;

/** Where messages to nodes go. */
public interface JobLink {

  /**
   * One message.
   *
   * @param frames as {@link io.directord.common.wire.Frames#toBytes} makes them; may be shared
   * @param again whether the node may have been told the same before: by an earlier connection or
   *     an earlier server
   */
  record Outgoing(Peer peer, List<byte[]> frames, boolean again) {}

  /** Sends these, in order; what is for a peer that is gone is dropped. Never blocks. */
  void send(List<Outgoing> messages);
}
