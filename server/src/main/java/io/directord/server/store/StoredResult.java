package io.directord.server.store;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.CapturedOutput;
import io.directord.common.json.Json;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/**
 * Encodes results as bytes. Long texts are kept as UTF-8, since in JSON some bytes of an output
 * would take six. The format is {@link #VERSION}, the rest of the result as JSON, then the long
 * texts, each with its length before it. Earlier versions stored everything as JSON.
 */
public final class StoredResult {
  /** Distinct from the first byte of JSON. */
  private static final byte VERSION = 0x02;

  private static final int ABSENT = -1;

  private StoredResult() {}

  public static byte[] write(NodeOutcome outcome) {
    byte[][] parts =
        Stream.of(
                Json.bytes(with(outcome, null, null, null)),
                utf8(outcome.info()),
                utf8(outcome.stdout()),
                utf8(outcome.stderr()))
            .toArray(byte[][]::new);
    int length = 1;
    for (byte[] part : parts) {
      length += Integer.BYTES + (part == null ? 0 : part.length);
    }
    ByteBuffer out = ByteBuffer.allocate(length).put(VERSION);
    for (byte[] part : parts) {
      out.putInt(part == null ? ABSENT : part.length);
      if (part != null) {
        out.put(part);
      }
    }
    return out.array();
  }

  /**
   * @throws tools.jackson.core.JacksonException if it is not a stored result
   * @throws java.nio.BufferUnderflowException if it is cut short
   */
  public static NodeOutcome read(byte[] stored) {
    if (stored.length == 0 || stored[0] != VERSION) {
      return Json.read(stored, NodeOutcome.class);
    }
    ByteBuffer in = ByteBuffer.wrap(stored, 1, stored.length - 1);
    NodeOutcome rest = Json.read(text(in), NodeOutcome.class);
    String info = text(in);
    String stdout = text(in);
    return with(rest, info, stdout, text(in));
  }

  /** Size of the text in a stored result, in bytes. */
  static long bytes(String text) {
    long bytes = text == null ? 0 : text.length();
    for (int i = 0; text != null && i < text.length(); i++) {
      char character = text.charAt(i);
      // A surrogate counts as half of the pair's four bytes.
      bytes += character < 0x80 ? 0 : character < 0x800 || Character.isSurrogate(character) ? 1 : 2;
    }
    return bytes;
  }

  private static byte[] utf8(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    if (length == ABSENT) {
      return null;
    }
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    String text = new String(in.array(), in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }

  private static NodeOutcome with(NodeOutcome outcome, String info, String stdout, String stderr) {
    return new NodeOutcome(
        outcome.node(),
        outcome.state(),
        outcome.reason(),
        info,
        new CapturedOutput(stdout, stderr),
        outcome.times(),
        outcome.details());
  }
}
