package io.directord.common.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The seven fields of every message, in the original's order; absent ones are null. There each is a
 * ZeroMQ frame of its own. Between native peers they travel packed in as few frames as possible,
 * since under CURVE every frame is sealed by itself, whatever its length; see {@link Packing}. The
 * arrays are not copied and not to be modified.
 */
public record Frames(
    String messageId,
    Control control,
    String command,
    byte[] data,
    String info,
    byte[] stderr,
    byte[] stdout) {

  /** No ZeroMQ frame may be longer, packed as it is: a bound to be set on the sockets. */
  public static final int MAX_FRAME_BYTES = Packing.PIECE_BYTES;

  /** Likewise of what the content port sends. */
  public static final int MAX_CONTENT_FRAME_BYTES = Packing.CHUNK_PIECE_BYTES;

  /** No message may be longer. */
  public static final int MAX_MESSAGE_BYTES = 16 << 20;

  /** Nor have more frames: of every field, the last piece may be short. */
  public static final int MAX_FRAMES = MAX_MESSAGE_BYTES / MAX_FRAME_BYTES + 8;

  /**
   * No message of a node may be longer: both outputs as they are captured, and what may be said.
   */
  public static final int MAX_NODE_MESSAGE_BYTES = 10 << 20;

  /** What a job that waits may have to say to the others. */
  public static final int MAX_ANSWER_BYTES = 1 << 20;

  /** Longer ones a node sends only when the server has granted room for them. */
  public static final int MAX_SMALL_MESSAGE_BYTES = 48 << 10;

  /** Nor have those more frames. */
  public static final int MAX_FRAMES_OF_SMALL = MAX_SMALL_MESSAGE_BYTES / MAX_FRAME_BYTES + 8;

  /** The length of a packed message. */
  public static long length(List<byte[]> frames) {
    long length = 0;
    for (byte[] frame : frames) {
      length += frame.length;
    }
    return length;
  }

  /** The message packed, ready to send from the side that has no routing id. */
  public List<byte[]> toBytes() {
    return Packing.pack(
        control,
        control == Control.TRANSFER_END ? Packing.CHUNK_PIECE_BYTES : Packing.PIECE_BYTES,
        fields());
  }

  /**
   * Likewise for a content port of a server, which takes a chunk in one frame. Each frame costs
   * both sides several calls of the system.
   */
  public List<byte[]> toContentBytes() {
    return Packing.pack(control, Packing.CHUNK_PIECE_BYTES, fields());
  }

  private byte[][] fields() {
    return new byte[][] {utf8(messageId), utf8(command), data, utf8(info), stderr, stdout};
  }

  /**
   * @param frames without the routing id
   * @throws BadMessageException if they are not what {@link #toBytes} makes
   */
  public static Frames of(List<byte[]> frames) throws BadMessageException {
    Packing.Reader reader = new Packing.Reader(frames);
    Frames message =
        new Frames(
            text(reader.field()),
            reader.control(),
            text(reader.field()),
            reader.field(),
            text(reader.field()),
            reader.field(),
            reader.field());
    reader.end();
    return message;
  }

  /**
   * As {@link #of}, for what a node has sent.
   *
   * @throws BadMessageException also if it is longer than messages of its kind may be
   */
  public static Frames ofNode(List<byte[]> frames) throws BadMessageException {
    Packing.Reader reader = new Packing.Reader(frames);
    int most =
        switch (reader.control()) {
          case FINISHED, FAILED, HOLDING -> MAX_NODE_MESSAGE_BYTES;
          case PROCESSING -> MAX_ANSWER_BYTES + MAX_FRAME_BYTES;
          case OUTPUT -> MAX_SMALL_MESSAGE_BYTES;
          default -> MAX_FRAME_BYTES;
        };
    long length = length(frames);
    if (length > most) {
      throw new BadMessageException(
          reader.control() + " of " + length + " bytes: at most " + most + " are expected");
    }
    return of(frames);
  }

  private static byte[] utf8(String text) {
    return text == null || text.isEmpty() ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] field) {
    return field == null ? null : new String(field, StandardCharsets.UTF_8);
  }
}
