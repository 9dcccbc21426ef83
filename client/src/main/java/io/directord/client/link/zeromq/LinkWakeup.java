package io.directord.client.link.zeromq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes the link's thread from its poll; callable from any thread, and cheap if it is awake. An
 * interrupt of a job's thread closes a channel that it is writing to: that wakes the link too,
 * which then opens another one.
 */
final class LinkWakeup implements AutoCloseable {
  private final AtomicBoolean signalled = new AtomicBoolean();
  private volatile Pipe pipe = open();

  private static Pipe open() {
    try {
      Pipe pipe = Pipe.open();
      pipe.source().configureBlocking(false);
      pipe.sink().configureBlocking(false);
      return pipe;
    } catch (IOException e) {
      throw new UncheckedIOException("no pipe can be opened to wake up the link", e);
    }
  }

  /** Readable after a signal; replaced after {@link #clear} has returned true. */
  SelectableChannel channel() {
    return pipe.source();
  }

  void signal() {
    if (!signalled.compareAndSet(false, true)) {
      return;
    }
    boolean interrupted = Thread.interrupted();
    try {
      pipe.sink().write(ByteBuffer.allocate(1));
    } catch (ClosedChannelException e) {
      // Closed by an interrupt: the link reads the end of the pipe.
      interrupted |= Thread.interrupted();
    } catch (IOException e) {
      throw new UncheckedIOException("the link's wake-up pipe is broken", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Called by the link's thread before it looks for work.
   *
   * @return whether {@link #channel} was replaced
   */
  boolean clear() {
    try {
      boolean ended = pipe.source().read(ByteBuffer.allocate(16)) < 0;
      if (ended) {
        pipe.source().close();
        pipe = open();
      }
      signalled.set(false);
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException("the link's wake-up pipe is broken", e);
    }
  }

  @Override
  public void close() {
    try {
      pipe.sink().close();
      pipe.source().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
