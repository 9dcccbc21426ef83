package io.directord.client.link;

import java.util.function.Consumer;

/**
 * A way to reach the server. It alone knows addresses, keys and what carries the messages.
 *
 * <p>Thread-safe. Whoever made a driver closes it, after all that it has made is closed.
 */
public interface Driver extends AutoCloseable {

  /**
   * The way that jobs and results take. To be called once.
   *
   * @param warn told, on the link's thread, what keeps the server from being reached, in words for
   *     people; also when nothing has changed since
   */
  Connection connect(Consumer<String> warn);

  /**
   * A way to the contents that jobs deliver, for one transfer.
   *
   * @param port of the server, as it says when it welcomes the node
   */
  ContentConnection connectToContent(int port);

  /** Where the contents are, for people. */
  String contentPlace(int port);

  @Override
  void close();
}
