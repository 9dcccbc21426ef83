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

  /** No message may be longer. */
  public static final int MAX_MESSAGE_BYTES = 16 << 20;

  /** The message packed, ready to send from the side that has no routing id. */
  public List<byte[]> toBytes() {
    return Packing.pack(control, utf8(messageId), utf8(command), data, utf8(info), stderr, stdout);
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

  private static byte[] utf8(String text) {
    return text == null || text.isEmpty() ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] field) {
    return field == null ? null : new String(field, StandardCharsets.UTF_8);
  }
}
