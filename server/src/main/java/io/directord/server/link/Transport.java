package io.directord.server.link;

/**
 * A transport between nodes and the server. A server has several side by side, which carry the same
 * messages.
 *
 * <p>Order: messages of a node are passed on in order, and {@link #send} keeps the order of its
 * messages for each node. A message may be lost with its connection, never alone; then {@link
 * TransportListener#gone} is called once, after all messages of the connection, and nothing more
 * comes from that {@link NodeAddress}.
 *
 * <p>Threads: the listener is called by one thread of the transport. {@link #send} may be called by
 * one other thread and never blocks.
 *
 * <p>Back-pressure: a transport takes no more from its connections than {@link
 * io.directord.server.memory.ResultMemory} has room for, and what it has not taken is not lost.
 * What it keeps for a node that does not read is bounded, and holds up no other node.
 *
 * <p>Who cleans up: whoever opened a transport closes it, whether it was started or not; then its
 * ports are free and its threads have ended. The transport releases the memory of messages that it
 * does not pass on, and the listener that of those it was told. A connection that is to end is
 * ended by {@link NodeAddress#end}, and is told to be gone as any other.
 *
 * <p>{@code TransportContract}, among the tests, holds all of this for every transport.
 */
public interface Transport extends MessageSender, AutoCloseable {

  /** Starts the transport's threads; from then on the listener is called. */
  void start(TransportListener listener, Threads threads);

  /** What keeps nodes from being reached at present, for people; null for nothing. Any thread. */
  default String trouble() {
    return null;
  }

  /** Closes it, and returns when its threads have ended and its ports are free. */
  @Override
  void close();
}
