package io.directord.bench.crowd;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/**
 * The TCP connection of a {@link Line}, which never blocks: what is written waits here until the
 * network takes it. Used by its group's thread only.
 */
final class LineChannel {
  private final SocketChannel channel;
  private final SelectionKey key;
  private ByteBuffer out = ByteBuffer.allocate(0);
  private boolean connected;

  /**
   * Begins to connect.
   *
   * @param owner attached to the key that the selector selects
   */
  LineChannel(SocketAddress peer, Selector selector, Object owner) throws IOException {
    channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      connected = channel.connect(peer);
      key =
          channel.register(
              selector, connected ? SelectionKey.OP_WRITE : SelectionKey.OP_CONNECT, owner);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Whether it is connected; completes that if the selector says that it can be. */
  boolean connect() throws IOException {
    if (!connected && key.isConnectable()) {
      connected = channel.finishConnect();
    }
    return connected;
  }

  /**
   * What has come; empty if nothing has.
   *
   * @param shared into which it is read
   */
  ByteBuffer read(ByteBuffer shared) throws IOException {
    shared.clear();
    if (key.isValid() && key.isReadable() && channel.read(shared) < 0) {
      throw new EOFException("closed by the other side");
    }
    return shared.flip();
  }

  /** Adds bytes to what {@link #flush} writes. */
  void write(byte[] bytes) {
    write(bytes, 0, bytes.length);
  }

  void write(byte[] bytes, int from, int length) {
    ByteBuffer all = ByteBuffer.allocate(out.remaining() + length);
    out = all.put(out).put(bytes, from, length).flip();
  }

  /** Writes what the network takes, and has the selector tell when it takes more. */
  void flush() throws IOException {
    if (out.hasRemaining()) {
      channel.write(out);
    }
    key.interestOps(SelectionKey.OP_READ | (out.hasRemaining() ? SelectionKey.OP_WRITE : 0));
  }

  void close() throws IOException {
    channel.close();
  }
}
