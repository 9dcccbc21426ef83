package io.directord.client.link;

import java.util.List;

/**
 * The way to the contents for one transfer. Nothing that it carries is believed, so it may lose,
 * repeat or forge messages, and change their order; the transfer asks again. A message is the
 * frames that {@link io.directord.common.wire.ContentCodec} makes of it.
 *
 * <p>Belongs to the thread of its transfer, which is never interrupted and closes it.
 *
 * <p>Back-pressure: the transfer asks for {@link #WINDOW} chunks at most that have not come, and so
 * many are kept until they are received.
 */
public interface ContentConnection extends AutoCloseable {

  /** Window of requested chunks: enough for a fast network, with little memory. */
  int WINDOW = 8;

  /** Sends a request, if there is a connection just now; never waits. */
  void send(List<byte[]> message);

  /** The next message; null if none has come for a moment. */
  List<byte[]> receive();

  /** The content of a received message is not needed any more, and its array may be overwritten. */
  default void reuse(byte[] content) {}

  /** Whether this connection has ended for good, because of what the peer sent. */
  boolean isEnded();

  @Override
  void close();
}
