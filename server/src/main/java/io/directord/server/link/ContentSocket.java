package io.directord.server.link;

import io.directord.common.config.Settings;
import io.directord.common.inbound.Inbound;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.common.wire.WireCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The content port: one ROUTER socket, one thread that runs {@link #run}. Not inside CURVE, since
 * chunks are sealed and requests carry a ticket.
 *
 * <p>A chunk is made when its asker's queue has room for it, so what a slow node costs is three
 * chunks at most; its further requests wait as requests, and beyond a window they are dropped.
 */
public final class ContentSocket implements Runnable, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ContentSocket.class.getName());

  /** Requests are short; a longer frame is none. */
  private static final int MAX_REQUEST_BYTES = 4096;

  /** More requests than a node may have under way. */
  private static final int MAX_WAITING = 32;

  /** Anybody may connect, so little of what they say is kept. */
  private static final Inbound.Limits LIMITS =
      new Inbound.Limits(
          MAX_REQUEST_BYTES,
          2 * MAX_REQUEST_BYTES,
          4,
          32 << 10,
          Runtime.getRuntime().maxMemory() / 64);

  /** Chunks on their way to a node, beside the one that is being written. */
  private static final int QUEUE = 2;

  private static final int BATCH = 100;

  /** How long a full queue is left alone: it tells nobody when it has room again. */
  private static final int RETRY_MILLIS = 2;

  private final RouterSocket router;
  private final Function<ContentMessage.Request, ContentMessage> answers;
  private final MinuteLog minuteLog;
  private final int port;
  private final Map<ByteBuffer, Deque<ContentMessage.Request>> waiting = new LinkedHashMap<>();
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param answers called on the socket's thread; may read the disk
   */
  public ContentSocket(
      String address,
      int port,
      Function<ContentMessage.Request, ContentMessage> answers,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this.answers = answers;
    this.minuteLog = new MinuteLog(LOG, clock);
    this.router = new RouterSocket(MAX_REQUEST_BYTES, LIMITS, null, minuteLog, fatal);
    try {
      router.socket().setSndHWM(QUEUE);
      router.socket().base().setSocketOpt(zmq.ZMQ.ZMQ_DISCONNECT_MSG, ConnectionNotice.GONE);
      this.loop =
          new RouterLoop(
              "content port", router, null, RouterLoop.SILENCE, SilentLines.Limits.ofHeap(25));
      this.port = router.bind(address, port, Settings.BACKEND_PORT.name());
    } catch (IOException | RuntimeException e) {
      router.close();
      throw e;
    }
  }

  public int port() {
    return port;
  }

  /** The whole life of the socket's thread. */
  @Override
  public void run() {
    loop.run(new Turns());
  }

  /** Gives the port back if no thread serves it. */
  public void abandon() {
    loop.abandon();
  }

  /** Lets the thread end. */
  @Override
  public void close() {
    loop.close();
  }

  /** What the socket's thread does. */
  private final class Turns implements RouterLoop.Work {
    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public int patience() {
      return waiting.isEmpty() ? Integer.MAX_VALUE : RETRY_MILLIS;
    }

    @Override
    public void receive(RouterSocket.Incoming message) {
      keep(ByteBuffer.wrap(message.routingId()), message.frames());
    }

    @Override
    public void gone(byte[] routingId) {
      waiting.remove(ByteBuffer.wrap(routingId));
    }

    @Override
    public void end() {
      answerOneEach();
    }
  }

  private void keep(ByteBuffer asker, List<byte[]> frames) {
    try {
      ContentMessage decoded = WireCodec.decodeContent(Frames.of(frames));
      if (!(decoded instanceof ContentMessage.Request request)) {
        throw new BadMessageException("only requests are expected here");
      }
      Deque<ContentMessage.Request> requests =
          waiting.computeIfAbsent(asker, key -> new ArrayDeque<>());
      if (requests.size() < MAX_WAITING) {
        requests.add(request);
      }
    } catch (BadMessageException e) {
      minuteLog.warn("content port", "undecodable request: " + e.getMessage());
    }
  }

  /** One chunk for everybody who waits, so that nobody waits for somebody else's whole file. */
  private void answerOneEach() {
    boolean progress = false;
    for (Iterator<Map.Entry<ByteBuffer, Deque<ContentMessage.Request>>> askers =
            waiting.entrySet().iterator();
        askers.hasNext(); ) {
      var asker = askers.next();
      Deque<ContentMessage.Request> requests = asker.getValue();
      RouterSocket.Sent sent =
          router.send(
              asker.getKey().array(),
              () -> WireCodec.encode(answers.apply(requests.peek())).toBytes());
      if (sent == RouterSocket.Sent.YES) {
        requests.remove();
        progress = true;
      }
      if (sent == RouterSocket.Sent.GONE || requests.isEmpty()) {
        askers.remove();
      }
    }
    if (progress && !waiting.isEmpty()) {
      router.wake();
    }
  }
}
