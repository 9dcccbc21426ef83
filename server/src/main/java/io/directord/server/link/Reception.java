package io.directord.server.link;

import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.server.memory.ResultMemory;
import java.util.List;
import java.util.UUID;

/**
 * Passes on what nodes say, decoded and with memory reserved for it; requests for room go to {@link
 * Grants}. Belongs to the socket's thread.
 */
public final class Reception {
  private final ResultMemory memory;
  private final Grants grants;
  private final TransportListener listener;
  private final long small;

  /**
   * @param small what a message may have without being granted room, in bytes
   */
  public Reception(ResultMemory memory, Grants grants, TransportListener listener, long small) {
    this.memory = memory;
    this.grants = grants;
    this.listener = listener;
    this.small = small;
  }

  /**
   * A message has come.
   *
   * @param bytes of it, as its transport counts them
   */
  public void received(LargeSender peer, List<byte[]> message, long bytes) {
    long reserved = bytes > small ? grants.arrived(peer) : memory.reserve(bytes);
    Frames frames = null;
    try {
      frames = Frames.ofNode(message);
      NodeMessage said = NodeCodec.decode(frames);
      if (said instanceof NodeMessage.RoomWanted wanted) {
        memory.release(reserved);
        grants.wanted(peer, wanted.bytes());
      } else {
        listener.received(peer, said, reserved);
      }
    } catch (BadMessageException e) {
      UUID job = frames == null ? null : NodeCodec.endedJob(frames);
      listener.undecodable(peer, job, e.getMessage(), reserved);
    }
  }
}
