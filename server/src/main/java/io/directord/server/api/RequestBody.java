package io.directord.server.api;

import io.directord.common.input.BlockInput;
import io.netty.buffer.ByteBuf;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * A request's body in blocks, each of which is released when it has been read. First filled, then
 * read, by one thread at a time.
 */
final class RequestBody {
  private static final int BLOCK_BYTES = 16 << 10;

  private final Deque<byte[]> blocks = new ArrayDeque<>();
  private final RequestMemory memory;
  private int inLast;

  RequestBody(RequestMemory memory) {
    this.memory = memory;
  }

  /** Throws {@link ApiProblem} if there is no memory for it. */
  void add(ByteBuf bytes) {
    while (bytes.isReadable()) {
      byte[] last = blocks.peekLast();
      if (last == null || inLast == last.length) {
        last = grow(bytes.readableBytes());
      }
      int length = Math.min(bytes.readableBytes(), last.length - inLast);
      bytes.readBytes(last, inLast, length);
      inLast += length;
    }
  }

  /** The first block is as small as a small body. */
  private byte[] grow(int wanted) {
    int length = blocks.isEmpty() ? Math.min(wanted, BLOCK_BYTES) : BLOCK_BYTES;
    memory.reserve(length);
    byte[] block = new byte[length];
    blocks.add(block);
    inLast = 0;
    return block;
  }

  RequestMemory memory() {
    return memory;
  }

  /** All of it, once. */
  WeighedJson json() {
    return new WeighedJson(stream(), memory);
  }

  private InputStream stream() {
    return new BlockInput() {
      private int at;

      @Override
      public int read(byte[] bytes, int offset, int length) {
        byte[] first = blocks.peekFirst();
        while (first != null && at == end(first)) {
          at = 0;
          blocks.remove();
          memory.release(first.length);
          first = blocks.peekFirst();
        }
        if (first == null) {
          return -1;
        }
        int n = Math.min(length, end(first) - at);
        System.arraycopy(first, at, bytes, offset, n);
        at += n;
        return n;
      }
    };
  }

  private int end(byte[] block) {
    return block == blocks.peekLast() ? inLast : block.length;
  }
}
