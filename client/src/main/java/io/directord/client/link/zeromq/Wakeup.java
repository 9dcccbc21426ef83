package io.directord.client.link.zeromq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes the link's thread out of its poll; from any thread, and cheaply when it is awake anyway.
 * Threads of jobs may be interrupted at any moment, and an interrupt closes a channel that is being
 * written to: that wakes the link too, and it opens another.
 */
final class Wakeup implements AutoCloseable {
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

  /** Readable once there is a signal; another one after {@link #clear} has said so. */
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
      // By an interrupt, now or a moment ago: the link reads the pipe's end.
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
   * @return whether {@link #channel} is another one now
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
