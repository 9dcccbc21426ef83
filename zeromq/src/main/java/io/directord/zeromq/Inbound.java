package io.directord.zeromq;

import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.zeromq.ZMQ;
import zmq.Msg;
import zmq.io.StreamEngine.ErrorReason;
import zmq.msg.MsgAllocator;

/**
 * Limits what arrives at one socket. JeroMQ bounds the length of a frame, but neither the number of
 * frames in a message nor the unread messages, so any peer could fill the memory. Here every frame
 * is counted before it is queued, by its size on the heap.
 *
 * <p>A message beyond the limits ends its connection. While a connection or the whole socket holds
 * too many unread bytes, it is not read: the network holds its peer back, and nothing is lost.
 *
 * <p>JeroMQ makes a session of ours only for a socket with a hello message, and hands objects of
 * ours to it only as the socket's message allocator, so both are set by {@link #guard}.
 */
public final class Inbound implements MsgAllocator {
  /** Overhead of a frame: its object, its buffer, its entry in the queue. */
  static final int FRAME_BYTES = 160;

  /** Placeholder for a socket without a hello message: it needs one to get a session of ours. */
  private static final byte[] NO_HELLO = {0};

  private final Limits limits;
  private final Listener listener;
  private final Admission<SocketChannel> admission = new Admission<>();
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong unfinished = new AtomicLong();
  private final AtomicLong frames = new AtomicLong();
  private final Queue<byte[]> spare = new ConcurrentLinkedQueue<>();

  /**
   * Bounds, where every frame counts {@value #FRAME_BYTES} bytes more than it has.
   *
   * @param wholeFrameBytes a longer frame is given memory as it arrives
   * @param messageBytes of a message that no room was granted for
   * @param messageFrames of any message
   * @param connectionBytes unread of one connection, beyond which no further message is taken
   * @param totalBytes likewise of all connections; also for all messages that are incomplete, and
   *     for all long frames that are
   */
  public record Limits(
      int wholeFrameBytes,
      long messageBytes,
      int messageFrames,
      long connectionBytes,
      long totalBytes) {}

  /** Listens to how connections end. */
  @FunctionalInterface
  public interface Listener {

    /**
     * A connection is to be ended from this side.
     *
     * @param address the peer's; null on the library's thread where the next connection whose end
     *     that reports is the one
     */
    void ended(String address, String why);

    /**
     * A connection has ended: the one whose end the library has just reported. On its thread.
     *
     * @param handshaken whether the handshake was over
     */
    default void over(boolean handshaken, ErrorReason reason) {}
  }

  public Inbound(Limits limits, Listener listener) {
    this.limits = limits;
    this.listener = listener;
  }

  /**
   * Applies to the connections that the socket makes from now on.
   *
   * @param hello the first message on every connection; null for none
   */
  public void guard(ZMQ.Socket socket, byte[] hello) {
    socket.setHelloMsg(hello == null ? NO_HELLO : hello);
    socket.setMsgAllocator(this);
    // Above its high-water mark JeroMQ would refuse messages that were already counted here.
    socket.setRcvHWM(0);
  }

  /** Whether a hello message is the placeholder. */
  public static boolean isNoHello(Msg hello) {
    return hello.size() == NO_HELLO.length && hello.get(0) == NO_HELLO[0];
  }

  @Override
  public Msg allocate(int size) {
    return new Msg(size);
  }

  /** A frame longer than the maximum was announced: its connection is about to end. */
  public void refuse(long bytes, long max) {
    listener.ended(
        null, "a frame of " + Long.toUnsignedString(bytes) + " bytes; the maximum is " + max);
  }

  /** Memory for a longer frame is allocated as it arrives. */
  public int wholeFrameBytes() {
    return limits.wholeFrameBytes();
  }

  /**
   * Memory for a whole frame: that of one given to {@link #reuse}, if it has that length. On the
   * library's thread.
   */
  public byte[] memory(int bytes) {
    byte[] last = spare.peek();
    return last != null && last.length == bytes ? spare.poll() : new byte[bytes];
  }

  /**
   * Has a frame that was read, and that nobody needs any more, overwritten by one that is to come.
   *
   * @param frame as long as all others that are given
   */
  public void reuse(byte[] frame) {
    spare.add(frame);
  }

  /**
   * Counts memory of a long frame that is incomplete; {@link #taken} is called in any case.
   *
   * @return whether it may be taken; if not, the connection ends
   */
  public boolean mayTake(long bytes) {
    boolean enough = frames.addAndGet(bytes) <= limits.totalBytes();
    if (!enough) {
      listener.ended(
          null,
          "a long frame that is not completed, while all others that are not take "
              + limits.totalBytes()
              + " bytes already");
    }
    return enough;
  }

  /** The frame is complete, or abandoned. */
  public void taken(long bytes) {
    frames.addAndGet(-bytes);
  }

  /** The pace at which connections that others make begin; on the library's thread. */
  public Admission<SocketChannel> admission() {
    return admission;
  }

  /** A new connection. */
  public InboundConnection open() {
    return new InboundConnection(this);
  }

  /** Bytes that are queued and unread, of all connections. */
  public long queued() {
    return queued.get();
  }

  Limits limits() {
    return limits;
  }

  boolean isFull() {
    return queued.get() > limits.totalBytes();
  }

  void queue(long bytes) {
    queued.addAndGet(bytes);
  }

  /** Counts bytes of messages that are incomplete, and says whether that is too much. */
  boolean isTooMuchUnfinished(long bytes) {
    return unfinished.addAndGet(bytes) > limits.totalBytes();
  }

  void finished(long bytes) {
    unfinished.addAndGet(-bytes);
  }

  /** A connection has ended, see {@link Listener#over}. */
  public void over(boolean handshaken, ErrorReason reason) {
    listener.over(handshaken, reason);
  }

  void ended(String address, String reason) {
    listener.ended(address, reason);
  }
}
