package io.directord.server.link.zeromq;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/** Wakes another thread from its poll: many calls before it wakes up cost one system call. */
final class Wakeup implements AutoCloseable {
  private final Pipe pipe;
  private final AtomicBoolean pending = new AtomicBoolean();
  private final ByteBuffer sink = ByteBuffer.allocateDirect(1);
  private final ByteBuffer source = ByteBuffer.allocateDirect(16);

  Wakeup() throws IOException {
    pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipe.sink().configureBlocking(false);
  }

  SelectableChannel channel() {
    return pipe.source();
  }

  /** May be called by any thread that is never interrupted. */
  void wake() {
    if (!pending.compareAndSet(false, true)) {
      return;
    }
    try {
      synchronized (sink) {
        sink.clear();
        pipe.sink().write(sink);
      }
    } catch (ClosedChannelException e) {
      // Its thread has ended meanwhile.
    } catch (IOException e) {
      throw new UncheckedIOException("cannot wake up a socket's thread", e);
    }
  }

  /** Must be called by the woken thread before it looks for work. */
  void clear() throws IOException {
    source.clear();
    pipe.source().read(source);
    pending.set(false);
  }

  @Override
  public void close() throws IOException {
    pipe.sink().close();
    pipe.source().close();
  }
}
