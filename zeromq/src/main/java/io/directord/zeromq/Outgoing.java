package io.directord.zeromq;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import zmq.Msg;

/**
 * The frames of one connection whose sender is notified when they are written. JeroMQ does not tell
 * what its queues hold, but takes the next frame only when the previous one is written.
 * Thread-safe.
 */
final class Outgoing {
  private final Deque<Frame> unwritten = new ArrayDeque<>();
  private Frame writing;
  private boolean closed;

  private static final class Frame extends Msg {
    final Runnable whenGone;

    Frame(byte[] bytes, Runnable whenGone) {
      super(bytes);
      this.whenGone = whenGone;
    }
  }

  /**
   * A frame, to be sent next.
   *
   * @param whenGone run once, by any thread, when it is written or never will be
   */
  Msg frame(byte[] bytes, Runnable whenGone) {
    Frame frame = new Frame(bytes, whenGone);
    synchronized (this) {
      if (!closed) {
        unwritten.add(frame);
        return frame;
      }
    }
    whenGone.run();
    return frame;
  }

  /**
   * The library takes the next frame, so the previous one is written.
   *
   * @param next null if there is none
   */
  void taken(Msg next) {
    Frame written;
    synchronized (this) {
      written = writing;
      writing = next instanceof Frame frame && unwritten.remove(frame) ? frame : null;
    }
    if (written != null) {
      written.whenGone.run();
    }
  }

  /** Whether a frame is being written. */
  synchronized boolean isWriting() {
    return writing != null;
  }

  /** The connection has ended: no frame is written any more. */
  void close() {
    List<Frame> gone = new ArrayList<>();
    synchronized (this) {
      closed = true;
      if (writing != null) {
        gone.add(writing);
      }
      writing = null;
      gone.addAll(unwritten);
      unwritten.clear();
    }
    gone.forEach(frame -> frame.whenGone.run());
  }
}
