package io.directord.client.link;

import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.WireCodec;
import io.directord.zeromq.InboundConnection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Sends a large message only when the server has granted room for it, and asks for that; small ones
 * go at once. Room is for one message. Belongs to the link's thread.
 */
final class Room {
  /** What the server takes without having granted room, counted as it does. */
  private static final long MAX_SMALL =
      InboundConnection.sizeOf(Frames.MAX_SMALL_MESSAGE_BYTES, Frames.MAX_FRAMES_OF_SMALL);

  private long asked;
  private long granted;
  private boolean wanted;

  /** What was asked for on another connection counts no more. */
  void connected() {
    asked = 0;
    granted = 0;
  }

  void granted(long bytes) {
    asked = 0;
    granted = bytes;
  }

  /** Whether the server was asked and has not answered. */
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
   * Sends the message if it may be sent now; otherwise the link hears of it when it may.
   *
   * @return whether the sender took it
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

  /** Messages that may be large are about to be sent. */
  void begin() {
    wanted = false;
  }

  /** Gives back what was granted, if none of the messages was large. */
  void end(Predicate<List<byte[]>> sender) {
    if (!wanted && granted > 0 && sender.test(frames(0))) {
      granted = 0;
    }
  }

  private static List<byte[]> frames(long bytes) {
    return WireCodec.encode(new NodeMessage.RoomWanted(bytes)).toBytes();
  }
}
