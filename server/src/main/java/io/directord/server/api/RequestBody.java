package io.directord.server.api;

import io.directord.common.input.BlockInput;
import io.directord.common.validation.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
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
  private final long limit;
  private long received;
  private int inLast;

  RequestBody(RequestMemory memory) {
    this(memory, Long.MAX_VALUE);
  }

  /**
   * @param limit bytes that it may have
   */
  RequestBody(RequestMemory memory, long limit) {
    this.memory = memory;
    this.limit = limit;
  }

  /** Throws {@link ApiProblem} if there is no memory for it, or if it is too long. */
  void add(ByteBuf bytes) {
    received += bytes.readableBytes();
    requirePossible(received);
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

  /** Throws {@link ApiProblem} if it may not be so long. */
  void requirePossible(long length) {
    if (length > limit) {
      throw new ApiProblem(
          HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE,
          ErrorCode.TOO_LARGE,
          "a body of " + limit + " bytes at most is taken here");
    }
  }

  /** All of it, once, as it came. */
  byte[] bytes() throws IOException {
    memory.reserve(received);
    return stream().readAllBytes();
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
