package io.directord.server.api;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.json.Json;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;

/**
 * Sends events as they happen, as server-sent events whose data is the event's JSON. They are taken
 * from the queue only as fast as the follower reads.
 */
final class FollowReceiver implements Receiver {
  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SIGN_OF_LIFE = ":\n\n".getBytes(StandardCharsets.US_ASCII);

  private final HttpConnection connection;
  private final Dispatch dispatch;
  private final EventFilter filter;
  private final EventQueue queue;
  private Dispatch.Subscription subscription;
  private volatile boolean closed;

  FollowReceiver(HttpConnection connection, Dispatch dispatch, EventFilter filter) {
    this.connection = connection;
    this.dispatch = dispatch;
    this.filter = filter;
    this.queue = new EventQueue(connection.limits().followerBytes());
  }

  @Override
  public void begin() {
    connection.more();
  }

  @Override
  public void part(ByteBuf bytes) {
    bytes.release();
    connection.more();
  }

  @Override
  public void end() {
    try {
      // Events wait for this event loop, so none comes before the head.
      subscription = dispatch.follow(filter, this::offer);
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
    while (!closed && connection.context().channel().isWritable()) {
      Event event = queue.poll();
      if (event == null) {
        break;
      }
      connection.context().write(content(DATA, Json.bytes(event), END));
      wrote = true;
    }
    if (wrote) {
      connection.context().flush();
    }
  }

  @Override
  public void tick() {
    if (connection.context().channel().isWritable()) {
      connection.context().writeAndFlush(content(SIGN_OF_LIFE));
    }
  }

  @Override
  public void stopping() {
    writable();
    connection
        .context()
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(ChannelFutureListener.CLOSE);
    closed = true;
  }

  @Override
  public void close() {
    closed = true;
    if (subscription != null) {
      subscription.close();
    }
  }

  private static DefaultHttpContent content(byte[]... parts) {
    return new DefaultHttpContent(Unpooled.wrappedBuffer(parts));
  }
}
