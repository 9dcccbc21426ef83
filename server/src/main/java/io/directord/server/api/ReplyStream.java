package io.directord.server.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Map;

/**
 * A reply that is written while it is made, by a worker that waits until the asker has taken what
 * there is: so little of a large one is in memory. A short one goes like any other. For one thread,
 * which is not the event loop.
 */
final class ReplyStream extends OutputStream {
  private static final int PART_BYTES = 64 << 10;

  private final HttpConnection connection;
  private final String mediaType;
  private byte[] part = new byte[PART_BYTES];
  private int length;
  private boolean begun;

  ReplyStream(HttpConnection connection, String mediaType) {
    this.connection = connection;
    this.mediaType = mediaType;
  }

  /** Whether it is too late for another reply. */
  boolean isBegun() {
    return begun;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int count) throws IOException {
    for (int at = from; at < from + count; ) {
      if (length == part.length) {
        send();
      }
      int n = Math.min(part.length - length, from + count - at);
      System.arraycopy(bytes, at, part, length, n);
      length += n;
      at += n;
    }
  }

  private void send() throws IOException {
    if (!begun) {
      begun = true;
      connection.context().executor().execute(() -> connection.stream(mediaType));
    }
    ChannelFuture sent =
        connection
            .context()
            .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(part, 0, length)));
    part = new byte[PART_BYTES];
    length = 0;
    try {
      if (!sent.await(connection.limits().answer().toMillis())) {
        throw new IOException("the asker takes nothing any more");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server ends");
    }
    if (!sent.isSuccess()) {
      throw new IOException("the asker is gone", sent.cause());
    }
  }

  /** That was all. */
  void finish() throws IOException {
    if (!begun) {
      byte[] body = Arrays.copyOf(part, length);
      connection.reply(new Reply(HttpResponseStatus.OK, mediaType, body, Map.of()));
      return;
    }
    send();
    connection
        .context()
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(ChannelFutureListener.CLOSE);
  }

  /** There is an end, but not of the reply: its asker shall not take it for whole. */
  void cut() {
    connection.context().close();
  }
}
