package io.directord.common.wire;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The seven frames of every message, in the original's order. What is absent is null here and one
 * zero byte on the wire. The arrays are not copied and not to be modified.
 */
public record Frames(
    String messageId,
    Control control,
    String command,
    byte[] data,
    String info,
    byte[] stderr,
    byte[] stdout) {

  public static final int COUNT = 7;

  /** No frame may be longer; a bound also set on the sockets. */
  public static final int MAX_FRAME_BYTES = 16 << 20;

  private static final byte[] ABSENT = {0};

  /** The frames as bytes, ready to send from the side that has no routing id. */
  public List<byte[]> toBytes() {
    return List.of(
        bytes(messageId),
        new byte[] {control.code()},
        bytes(command),
        data == null ? ABSENT : data,
        bytes(info),
        stderr == null ? ABSENT : stderr,
        stdout == null ? ABSENT : stdout);
  }

  /**
   * @param frames without the routing id
   * @throws BadMessageException if they are not seven, or the control code is unknown
   */
  public static Frames of(List<byte[]> frames) throws BadMessageException {
    if (frames.size() != COUNT) {
      throw new BadMessageException("a message has 7 frames, not " + frames.size());
    }
    byte[] code = frames.get(1);
    Control control = code.length == 1 ? Control.of(code[0]) : null;
    if (control == null) {
      throw new BadMessageException("unknown control code");
    }
    return new Frames(
        text(frames.get(0)),
        control,
        text(frames.get(2)),
        present(frames.get(3)),
        text(frames.get(4)),
        present(frames.get(5)),
        present(frames.get(6)));
  }

  private static byte[] bytes(String text) {
    return text == null || text.isEmpty() ? ABSENT : text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] present(byte[] frame) {
    return frame.length == 0 || (frame.length == 1 && frame[0] == 0) ? null : frame;
  }

  private static String text(byte[] frame) {
    byte[] bytes = present(frame);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
  }
}
