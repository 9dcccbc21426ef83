package io.directord.client.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes the link's thread out of its poll; from any thread, and cheaply when it is awake anyway.
 * Threads of jobs may be interrupted, and an interrupt closes a channel that is being used, so they
 * write with the interrupt put aside.
 */
final class Wakeup implements AutoCloseable {
  private final Pipe pipe;
  private final AtomicBoolean signalled = new AtomicBoolean();

  Wakeup() {
    try {
      pipe = Pipe.open();
      pipe.source().configureBlocking(false);
      pipe.sink().configureBlocking(false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

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
    } catch (IOException e) {
      throw new UncheckedIOException("the link's wake-up pipe is broken", e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Called by the link's thread before it looks for work. */
  void clear() {
    if (signalled.get()) {
      try {
        pipe.source().read(ByteBuffer.allocate(16));
      } catch (IOException e) {
        throw new UncheckedIOException("the link's wake-up pipe is broken", e);
      }
      signalled.set(false);
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
