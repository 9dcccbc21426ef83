package io.directord.verbs.builtin;

import io.directord.common.component.NodeContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * The output of a command in a container, as podman sends it: frames of a type, three zeros, the
 * length in four bytes, and so many bytes. A character may be split between frames. Not
 * thread-safe.
 */
final class ExecOutput {
  private static final int HEADER_BYTES = 8;
  private static final int STDERR = 2;

  /** Long frames are handed on in parts. */
  private static final int PART_BYTES = 64 << 10;

  private final Text stdout;
  private final Text stderr;

  private ExecOutput(NodeContext node) {
    this.stdout = new Text(node::stdout);
    this.stderr = new Text(node::stderr);
  }

  /** Copies all of it to the job's output. */
  static void copy(InputStream in, NodeContext node) throws IOException {
    ExecOutput output = new ExecOutput(node);
    byte[] header = in.readNBytes(HEADER_BYTES);
    while (header.length == HEADER_BYTES) {
      long length = Integer.toUnsignedLong(ByteBuffer.wrap(header).getInt(HEADER_BYTES / 2));
      copyFrame(in, length, header[0] == STDERR ? output.stderr : output.stdout);
      header = in.readNBytes(HEADER_BYTES);
    }
    output.stdout.add(new byte[0], true);
    output.stderr.add(new byte[0], true);
  }

  private static void copyFrame(InputStream in, long length, Text text) throws IOException {
    for (long left = length; left > 0; ) {
      byte[] part = in.readNBytes((int) Math.min(left, PART_BYTES));
      if (part.length == 0) {
        throw new EOFException("the output ends in the middle");
      }
      text.add(part, false);
      left -= part.length;
    }
  }

  /** Bytes of one stream to text. */
  private static final class Text {
    private final CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final Consumer<String> sink;
    private ByteBuffer rest = ByteBuffer.allocate(0);

    Text(Consumer<String> sink) {
      this.sink = sink;
    }

    void add(byte[] bytes, boolean last) {
      ByteBuffer in = ByteBuffer.allocate(rest.remaining() + bytes.length);
      in.put(rest).put(bytes).flip();
      CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
      decoder.decode(in, out, last);
      rest = in;
      if (out.flip().hasRemaining()) {
        sink.accept(out.toString());
      }
    }
  }
}
