package io.directord.server.link.zeromq;

import io.directord.common.config.Settings;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Frames;
import io.directord.common.wire.Upload;
import io.directord.server.link.ContentIntake;
import io.directord.server.link.ContentSource;
import io.directord.server.link.MinuteLog;
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

  /** Maximum length of a chunk that a node sends, with all around it; it may be one frame. */
  private static final int MAX_OFFER_BYTES = Upload.CHUNK_BYTES + (8 << 10);

  /** Low limits, since any peer may connect; enough for all nodes that may send at once. */
  private static final Inbound.Limits LIMITS =
      new Inbound.Limits(
          MAX_REQUEST_BYTES,
          MAX_OFFER_BYTES,
          8,
          2 * MAX_OFFER_BYTES,
          Math.max(Runtime.getRuntime().maxMemory() / 64, 16L * MAX_OFFER_BYTES));

  private static final int BATCH = 100;

  private final RouterSocket router;
  private final MinuteLog minuteLog;
  private final int port;
  private final ContentDesk<ContentMessage> desk;
  private final ContentIntake intakes;
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param source of the replies
   * @param intakes take what nodes send
   */
  public ContentSocket(
      String address,
      int port,
      ContentSource<ContentMessage.Request> source,
      ContentIntake intakes,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this(address, port, source, intakes, clock, System::nanoTime, fatal);
  }

  ContentSocket(
      String address,
      int port,
      ContentSource<ContentMessage.Request> source,
      ContentIntake intakes,
      InstantSource clock,
      LongSupplier nanoTime,
      Consumer<Throwable> fatal)
      throws IOException {
    this.minuteLog = new MinuteLog(LOG, clock);
    this.router = new RouterSocket(MAX_OFFER_BYTES, LIMITS, null, minuteLog, fatal);
    this.intakes = intakes;
    this.desk = new ContentDesk<>(router, new Both(source, intakes), nanoTime);
    try {
      this.loop =
          new RouterLoop(
              "content port", router, null, RouterLoop.SILENCE, SilentLines.Limits.ofShare(20));
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
    loop.start(desk.turns(BATCH, this::receive), threads);
  }

  @Override
  public void close() {
    loop.close();
  }

  private void receive(RouterSocket.Incoming message) {
    try {
      ContentMessage decoded = ContentCodec.decode(Frames.of(message.frames()));
      if (decoded instanceof ContentMessage.Request request) {
        desk.asked(message, request);
      } else if (decoded instanceof ContentMessage.Offer offer) {
        desk.asked(message, intakes.bounded(offer));
      } else {
        throw new BadMessageException("only requests and offers are expected here");
      }
    } catch (BadMessageException e) {
      minuteLog.warn("content port", "undecodable request: " + e.getMessage());
    }
  }

  /** Replies to what nodes fetch and to what they send. */
  private record Both(ContentSource<ContentMessage.Request> source, ContentIntake intakes)
      implements ContentSource<ContentMessage> {
    @Override
    public void ask(ContentMessage message, Consumer<Answer> then) {
      if (message instanceof ContentMessage.Offer offer) {
        intakes.ask(offer, then);
      } else {
        source.ask((ContentMessage.Request) message, then);
      }
    }

    @Override
    public boolean isOutOfMemory() {
      return source.isOutOfMemory();
    }
  }
}
