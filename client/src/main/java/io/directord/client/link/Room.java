package io.directord.client.link;

import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.zeromq.InboundConnection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Sends large messages only after the server has granted memory for each; small ones are sent at
 * once. Belongs to the link's thread.
 */
final class Room {
  /** Maximum size of a message without a grant, by the server's count. */
  private static final long MAX_SMALL =
      InboundConnection.sizeOf(Frames.MAX_SMALL_MESSAGE_BYTES, Frames.MAX_FRAMES_OF_SMALL);

  private long asked;
  private long granted;
  private boolean wanted;

  /** Requests on an earlier connection are void. */
  void connected() {
    asked = 0;
    granted = 0;
  }

  void granted(long bytes) {
    asked = 0;
    granted = bytes;
  }

  /** Whether a request is pending. */
  boolean isAskedFor() {
    return asked > 0;
  }

  static boolean isLarge(List<byte[]> frames) {
    return size(frames) > MAX_SMALL;
  }

  private static long size(List<byte[]> frames) {
    return InboundConnection.sizeOf(Frames.length(frames), frames.size());
  }

  /**
   * Sends the message if it may be sent now; otherwise requests a grant.
   *
   * @return whether it was sent
   */
  boolean send(List<byte[]> frames, Predicate<List<byte[]>> sender) {
    if (!isLarge(frames)) {
      return sender.test(frames);
    }
    wanted = true;
    long bytes = size(frames);
    if (bytes > granted) {
      ask(bytes, sender);
      return false;
    }
    boolean sent = sender.test(frames);
    granted = sent ? 0 : granted;
    return sent;
  }

  private void ask(long bytes, Predicate<List<byte[]>> sender) {
    if (asked == 0 && sender.test(frames(bytes))) {
      asked = bytes;
      granted = 0;
    }
  }

  /** Begins a round of messages that may be large. */
  void begin() {
    wanted = false;
  }

  /** Ends the round; returns an unused grant. */
  void end(Predicate<List<byte[]>> sender) {
    if (!wanted && granted > 0 && sender.test(frames(0))) {
      granted = 0;
    }
  }

  private static List<byte[]> frames(long bytes) {
    return NodeCodec.encode(new NodeMessage.RoomWanted(bytes)).toBytes();
  }
}
