package io.directord.common.component.builtin;

import io.directord.common.component.NodeContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The output of a command in a container, as podman sends it: frames of a type, three zeros, the
 * length in four bytes, and so many bytes.
 */
final class ExecOutput {
  private static final int HEADER_BYTES = 8;
  private static final int STDERR = 2;

  /** Long frames are handed on in parts. */
  private static final int PART_BYTES = 64 << 10;

  private ExecOutput() {}

  /** Hands all of it to the job's output. */
  static void copy(InputStream in, NodeContext node) throws IOException {
    byte[] header = in.readNBytes(HEADER_BYTES);
    while (header.length == HEADER_BYTES) {
      long left = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(HEADER_BYTES / 2));
      while (left > 0) {
        byte[] part = in.readNBytes((int) Math.min(left, PART_BYTES));
        if (part.length == 0) {
          throw new EOFException("the output ends in the middle");
        }
        String text = new String(part, StandardCharsets.UTF_8);
        if (header[0] == STDERR) {
          node.stderr(text);
        } else {
          node.stdout(text);
        }
        left -= part.length;
      }
      header = in.readNBytes(HEADER_BYTES);
    }
  }
}
