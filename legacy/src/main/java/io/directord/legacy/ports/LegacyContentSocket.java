package io.directord.legacy.ports;

import io.directord.common.config.Settings;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Control;
import io.directord.server.link.ContentSource;
import io.directord.server.link.ContentTaker;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Refusals;
import io.directord.server.link.Threads;
import io.directord.server.link.zeromq.ContentDesk;
import io.directord.server.link.zeromq.Gatekeeper;
import io.directord.server.link.zeromq.RouterLoop;
import io.directord.server.link.zeromq.RouterSocket;
import io.directord.server.link.zeromq.SilentLines;
import io.directord.zeromq.Inbound;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The backend port for clients of the original: one ROUTER socket, one thread. A client asks for
 * one chunk after the other, in the clear, on a connection of its own for each transfer.
 */
final class LegacyContentSocket implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(LegacyContentSocket.class.getName());
  private static final int MAX_REQUEST_BYTES = 16 << 10;
  private static final int MAX_CHUNK_BYTES = 1 << 20;
  private static final int BATCH = 50;
  private static final Inbound.Limits LIMITS =
      new Inbound.Limits(
          MAX_REQUEST_BYTES,
          2 * MAX_REQUEST_BYTES,
          2 * LegacyMessage.FRAMES,
          4 * MAX_REQUEST_BYTES,
          Runtime.getRuntime().maxMemory() / 64);

  private final RouterSocket router;
  private final Gatekeeper gatekeeper;
  private final LegacyContents contents;
  private final ContentDesk<Wanted> desk;
  private final MinuteLog minuteLog;
  private final int port;
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param sharedKey what the clients have
   * @param fatal called when a needed thread dies
   */
  LegacyContentSocket(
      String address,
      int port,
      String sharedKey,
      LegacyContents contents,
      Refusals refusals,
      InstantSource clock,
      Consumer<Throwable> fatal)
      throws IOException {
    this.contents = contents;
    this.minuteLog = new MinuteLog(LOG, clock);
    this.router = new RouterSocket(MAX_REQUEST_BYTES, LIMITS, null, minuteLog, fatal);
    this.desk = new ContentDesk<>(router, new Pieces(), System::nanoTime);
    try {
      this.gatekeeper =
          new Gatekeeper(router.context(), new LegacyGate(sharedKey), minuteLog, refusals);
      router.socket().setPlainServer(true);
      // A client's next transfer has the same name, and may begin before the last is seen to end.
      router.socket().setRouterHandover(true);
      this.loop =
          new RouterLoop(
              "legacy content port",
              router,
              gatekeeper,
              RouterLoop.SILENCE,
              SilentLines.Limits.ofShare(4));
      this.port = router.bind(address, port, Settings.LEGACY_BACKEND_PORT.name());
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
    String identity = LegacyJobSocket.identity(message.routingId());
    if (identity == null || !gatekeeper.isAdmitted(message.metadata())) {
      return;
    }
    try {
      LegacyMessage request = LegacyMessage.of(message.frames());
      if (request.control() == Control.TRANSFER_START) {
        desk.asked(message, wanted(identity, request));
      } else {
        minuteLog.warn("node " + identity, "asked for something other than a file: ignored");
      }
    } catch (BadMessageException e) {
      minuteLog.warn("node " + identity, "undecodable request: " + e.getMessage());
    }
  }

  private static Wanted wanted(String identity, LegacyMessage request) throws BadMessageException {
    Wanted wanted;
    try {
      wanted =
          new Wanted(
              identity,
              UUID.fromString(String.valueOf(request.id())),
              request.info(),
              Long.parseLong(String.valueOf(request.command())),
              Integer.parseInt(request.dataText()));
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("offset, size and job are expected", e);
    }
    if (wanted.position() < 0 || wanted.max() < 1 || wanted.max() > MAX_CHUNK_BYTES) {
      throw new BadMessageException("offset or size is out of range");
    }
    return wanted;
  }

  private record Wanted(String identity, UUID part, String path, long position, int max) {}

  /** Answers with pieces of files. */
  private final class Pieces implements ContentSource<Wanted> {
    @Override
    public void ask(Wanted wanted, Consumer<Answer> then) {
      boolean may =
          contents.take(
              wanted.identity(),
              wanted.part(),
              wanted.path(),
              wanted.position(),
              wanted.max(),
              Base64.getEncoder()::encode,
              new ContentTaker() {
                @Override
                public void taken(byte[] encoded, Runnable release) {
                  then.accept(new Answer(chunk(encoded, wanted.max()).toBytes(), release));
                }

                @Override
                public void failed(IOException why) {
                  minuteLog.warn(
                      "node " + wanted.identity(), "cannot read " + wanted.path() + ": " + why);
                  then.accept(notFound(wanted));
                }
              });
      if (!may) {
        minuteLog.warn(
            "node " + wanted.identity(), "asked for a file that no job of its names: refused");
        then.accept(notFound(wanted));
      }
    }

    private Answer notFound(Wanted wanted) {
      String info = "File [ " + wanted.path() + " ] was not found";
      return new Answer(answer(Control.FAILED, null, info).toBytes(), () -> {});
    }

    @Override
    public boolean isOutOfMemory() {
      return contents.isOutOfMemory();
    }
  }

  /**
   * The original marks a chunk as the last if it is short once encoded; its clients expect that.
   */
  private static LegacyMessage chunk(byte[] encoded, int max) {
    return answer(encoded.length < max ? Control.TRANSFER_END : Control.PROCESSING, encoded, null);
  }

  private static LegacyMessage answer(Control control, byte[] data, String info) {
    String id = UUID.randomUUID().toString();
    return new LegacyMessage(id, control, null, data, info, null, null);
  }
}
