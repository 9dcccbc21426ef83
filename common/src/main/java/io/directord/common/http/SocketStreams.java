package io.directord.common.http;

import io.directord.common.input.BlockInput;
import io.directord.common.input.BlockOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A connected channel as two streams with a timeout, which channels of Unix sockets do not have.
 * Not thread-safe; an interrupt ends a wait.
 */
final class SocketStreams implements AutoCloseable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private Duration timeout;
  private Duration noticeAfter;
  private Runnable notice;
  private Duration bound;
  private boolean begun;
  private long beganAt;

  /** Takes ownership of the channel, and closes it if this fails. */
  SocketStreams(SocketChannel channel, Duration timeout) throws IOException {
    this.channel = channel;
    this.timeout = timeout;
    try {
      channel.configureBlocking(false);
      selector = Selector.open();
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    key = channel.register(selector, 0);
  }

  /** Sets the timeout for silence of the peer; zero for none. */
  void timeout(Duration value) {
    timeout = value;
  }

  /**
   * Notified once when the peer has been silent for a while.
   *
   * @param after less than the timeout
   */
  void onSilence(Duration after, Runnable then) {
    noticeAfter = after;
    notice = then;
  }

  /**
   * Bounds the time from the next byte on until this is called again, however often the peer says
   * something.
   *
   * @param value null for no bound
   */
  void bound(Duration value) {
    bound = value;
    begun = false;
  }

  private void checkBound() throws IOException {
    if (bound == null) {
      return;
    }
    long now = System.nanoTime();
    beganAt = begun ? beganAt : now;
    begun = true;
    if (now - beganAt > bound.toNanos()) {
      throw new SocketTimeoutException(
          "timeout: what answers at "
              + channel.getRemoteAddress()
              + " has not come to the end of its headers for "
              + bound.toSeconds()
              + " seconds");
    }
  }

  InputStream in() {
    return new BlockInput() {

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        int n = channel.read(buffer);
        while (n == 0 && length > 0) {
          await(SelectionKey.OP_READ);
          n = channel.read(buffer);
        }
        checkBound();
        return n;
      }
    };
  }

  OutputStream out() {
    return new BlockOutput() {

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
          if (channel.write(buffer) == 0) {
            await(SelectionKey.OP_WRITE);
          }
        }
      }
    };
  }

  private void await(int operation) throws IOException {
    key.interestOps(operation);
    Duration left = timeout;
    if (notice != null) {
      if (isReadyWithin(noticeAfter)) {
        return;
      }
      left = timeout.minus(noticeAfter);
      Runnable once = notice;
      notice = null;
      once.run();
    }
    if (!isReadyWithin(left) && !timeout.isZero()) {
      throw new SocketTimeoutException(
          "timeout: the server at "
              + channel.getRemoteAddress()
              + " has been silent for "
              + timeout.toSeconds()
              + " seconds; if it is stopped or hangs, see its log and restart it");
    }
  }

  private boolean isReadyWithin(Duration time) throws IOException {
    int ready = selector.select(time.toMillis());
    selector.selectedKeys().clear();
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("interrupted while waiting for the server");
    }
    return ready > 0;
  }

  @Override
  public void close() throws IOException {
    try {
      selector.close();
    } finally {
      channel.close();
    }
  }
}
