package io.directord.nats;

import io.directord.common.wire.BadMessageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The frames of a message at the content port in one message of the broker. */
public final class FrameList {
  /** More than a message of the content port has. */
  private static final int MAX_FRAMES = 16;

  private FrameList() {}

  /** Frames one after the other, each behind its length. */
  public static byte[] pack(List<byte[]> frames) {
    int length = frames.stream().mapToInt(frame -> Integer.BYTES + frame.length).sum();
    ByteBuffer packed = ByteBuffer.allocate(length);
    frames.forEach(frame -> packed.putInt(frame.length).put(frame));
    return packed.array();
  }

  /**
   * @throws BadMessageException if it is not what {@link #pack} makes
   */
  public static List<byte[]> unpack(byte[] packed) throws BadMessageException {
    ByteBuffer rest = ByteBuffer.wrap(packed);
    List<byte[]> frames = new ArrayList<>();
    while (rest.hasRemaining()) {
      int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
      if (length < 0 || length > rest.remaining() || frames.size() == MAX_FRAMES) {
        throw new BadMessageException("not a list of frames");
      }
      byte[] frame = new byte[length];
      rest.get(frame);
      frames.add(frame);
    }
    if (frames.isEmpty()) {
      throw new BadMessageException("an empty message");
    }
    return frames;
  }
}
