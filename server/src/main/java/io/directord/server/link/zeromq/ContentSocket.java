package io.directord.server.link.zeromq;

import io.directord.common.config.Settings;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.common.wire.WireCodec;
import io.directord.server.link.ContentSource;
import io.directord.server.link.Threads;
import io.directord.zeromq.Inbound;
import java.io.IOException;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The content port: one ROUTER socket, one thread. Not inside CURVE, since chunks are sealed and
 * requests carry a ticket.
 *
 * <p>Nothing here waits for the disk: chunks come from a {@link ContentSource}, and {@link
 * ContentDesk} says whose turn it is.
 */
public final class ContentSocket implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ContentSocket.class.getName());

  /** Maximum length of a request. */
  private static final int MAX_REQUEST_BYTES = 4096;

  /** Low limits, since any peer may connect. */
  private static final Inbound.Limits LIMITS =
      new Inbound.Limits(
          MAX_REQUEST_BYTES,
          2 * MAX_REQUEST_BYTES,
          4,
          32 << 10,
          Runtime.getRuntime().maxMemory() / 64);

  private static final int BATCH = 100;

  private final RouterSocket router;
  private final MinuteLog minuteLog;
  private final int port;
  private final ContentDesk<ContentMessage.Request> desk;
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param source of the replies
   */
  public ContentSocket(
      String address,
      int port,
      ContentSource<ContentMessage.Request> source,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this(address, port, source, clock, System::nanoTime, fatal);
  }

  ContentSocket(
      String address,
      int port,
      ContentSource<ContentMessage.Request> source,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<Throwable> fatal)
      throws IOException {
    this.minuteLog = new MinuteLog(LOG, clock);
    this.router = new RouterSocket(MAX_REQUEST_BYTES, LIMITS, null, minuteLog, fatal);
    this.desk = new ContentDesk<>(router, source, nanoTime);
    try {
      // The desk keeps the queues short, so none of its messages may be refused.
      router.socket().setSndHWM(0);
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

  /** Starts the socket's thread. */
  public void start(Threads threads) {
    loop.start(new Turns(), threads);
  }

  @Override
  public void close() {
    loop.close();
  }

  /** The work of the socket's thread. */
  private final class Turns implements RouterLoop.Work {
    @Override
    public int batch() {
      return BATCH;
    }

    @Override
    public int timeout() {
      return desk.timeout();
    }

    @Override
    public void receive(RouterSocket.Incoming message) {
      try {
        ContentMessage decoded = WireCodec.decodeContent(Frames.of(message.frames()));
        if (!(decoded instanceof ContentMessage.Request request)) {
          throw new BadMessageException("only requests are expected here");
        }
        desk.asked(message, request);
      } catch (BadMessageException e) {
        minuteLog.warn("content port", "undecodable request: " + e.getMessage());
      }
    }

    @Override
    public void gone(byte[] routingId) {
      desk.gone(routingId);
    }

    @Override
    public void end() {
      desk.turn();
    }
  }
}
