package io.directord.client.link;

import java.util.List;

/**
 * The way to the server that jobs and results take, for as long as the client runs: it connects,
 * and does so again whenever the server is lost. A message is the frames that {@link
 * io.directord.common.wire.NodeCodec} makes of it, all of them or none; the connection looks into
 * none.
 *
 * <p>Order: messages come in the order in which the server sent them, and are given to it in the
 * order of {@link #send}. What was sent or not yet received when the server is lost may be lost
 * with it, never alone: what comes after {@link #cameUp} is of another connection.
 *
 * <p>Threads: all methods belong to the link's thread, but for {@link #wake}.
 *
 * <p>Back-pressure: {@link #send} never waits, and takes at least {@link #MESSAGES} messages that
 * the network has not taken yet. What the server sends faster than it is received is held back
 * within a bound; a peer that goes beyond what a server may send is disconnected.
 *
 * <p>Nobody answers for a server that does not: the connection itself notices that it is silent or
 * gone, says so, and tries again, at growing intervals.
 */
public interface Connection extends AutoCloseable {

  /** More than the results that may be under way; output has a bound of its own. */
  int MESSAGES = 2 * ResultQueue.MAX_UNDER_WAY;

  /** Waits until something arrives, {@link #wake} is called, or the time has passed. */
  void await(long nanos);

  /**
   * Ends the waiting, or the next one if there is none. Any thread may call it, also one that is
   * interrupted, and also when the connection is closed.
   */
  void wake();

  /** Whether the server was reached anew since this was last asked. */
  boolean cameUp();

  /** Whether the connection is usable. */
  boolean isUp();

  /** The next message that has arrived, or null. */
  List<byte[]> receive();

  /**
   * @return false if the message is not taken: there is no connection, or the network is too slow
   *     to take more now
   */
  boolean send(List<byte[]> message);

  /** Gives what was sent to the network, for a moment at most, and ends. */
  @Override
  void close();
}
