package io.directord.server.api;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.server.access.Caller;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.RefusedException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends events as they happen, as server-sent events whose data is the event's JSON. They are taken
 * from the queue only as fast as the follower reads, and a large one goes in parts.
 */
final class FollowReceiver extends BodylessReceiver implements ReaderMemory.Follower {
  private static final byte[] SIGN_OF_LIFE = ":\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final int PART_BYTES = 32 << 10;

  private final Caller caller;
  private final Dispatch dispatch;
  private final EventFilter filter;
  private final EventQueue queue;
  private final Runnable whenClosed;

  /** Events that were taken from the queue and not completely sent. */
  private final AtomicInteger unsent = new AtomicInteger();

  private EncodedEvent current;
  private int sent;
  private Dispatch.Subscription subscription;
  private volatile boolean closed;

  /**
   * @param whenClosed called once
   */
  FollowReceiver(
      Caller caller,
      Exchange connection,
      Dispatch dispatch,
      EventFilter filter,
      Runnable whenClosed) {
    super(connection);
    this.caller = caller;
    this.whenClosed = whenClosed;
    this.dispatch = dispatch;
    this.filter = filter;
    this.queue = new EventQueue(connection.memory());
  }

  @Override
  void received() {
    connection.memory().add(this);
    try {
      // Events wait for this event loop, so none comes before the head.
      subscription = dispatch.follow(caller, filter, this::offer);
    } catch (RefusedException e) {
      connection.reply(Reply.problem(e));
      return;
    }
    connection.stream("text/event-stream");
    tick();
  }

  /** Called by the dispatcher. */
  private void offer(Event event) {
    if (!closed && queue.offer(event)) {
      connection.context().executor().execute(this::writable);
    }
  }

  @Override
  public void writable() {
    boolean wrote = false;
    while (!closed && connection.context().channel().isWritable() && hasNext()) {
      writePart(PART_BYTES);
      wrote = true;
    }
    if (wrote) {
      connection.context().flush();
    }
  }

  private boolean hasNext() {
    if (current == null) {
      current = queue.poll();
      sent = 0;
      unsent.addAndGet(current == null ? 0 : 1);
    }
    return current != null;
  }

  private void writePart(int most) {
    int length = Math.min(most, current.length() - sent);
    ChannelFuture written =
        connection.context().write(new DefaultHttpContent(current.part(sent, length)));
    sent += length;
    if (sent == current.length()) {
      EncodedEvent whole = current;
      current = null;
      written.addListener(
          done -> {
            unsent.decrementAndGet();
            whole.release();
          });
    }
  }

  @Override
  public void tick() {
    if (connection.context().channel().isWritable() && current == null) {
      connection
          .context()
          .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(SIGN_OF_LIFE)));
    }
  }

  @Override
  public void stopping() {
    writable();
    if (current != null) {
      writePart(Integer.MAX_VALUE);
    }
    connection
        .context()
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(ChannelFutureListener.CLOSE);
    closed = true;
  }

  @Override
  public long waitsSince() {
    return queue.isEmpty() && unsent.get() == 0 ? System.nanoTime() : queue.takenAt();
  }

  @Override
  public void forget() {
    queue.forget();
  }

  @Override
  public void cut() {
    if (unsent.get() > 0) {
      connection.context().close();
    }
  }

  @Override
  public void close() {
    closed = true;
    whenClosed.run();
    connection.memory().remove(this);
    queue.close();
    if (current != null) {
      current.release();
      current = null;
    }
    if (subscription != null) {
      subscription.close();
    }
  }
}
