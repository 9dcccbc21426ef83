package io.directord.legacy.ports;

import io.directord.common.config.Settings;
import io.directord.common.inbound.Inbound;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.Control;
import io.directord.server.link.Gatekeeper;
import io.directord.server.link.MinuteLog;
import io.directord.server.link.Refusals;
import io.directord.server.link.RouterLoop;
import io.directord.server.link.RouterSocket;
import io.directord.server.link.SilentLines;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The backend port for clients of the original: one ROUTER socket, one thread that runs {@link
 * #run}. A client asks for one chunk after the other, in the clear, on a connection of its own for
 * each transfer.
 */
final class LegacyContentSocket implements Runnable, AutoCloseable {
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
  private final MinuteLog minuteLog;
  private final int port;
  private final RouterLoop loop;

  /**
   * Binds the port.
   *
   * @param port 0 for any
   * @param sharedKey what the clients have
   * @param fatal told when a thread that this needs dies
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
    try {
      this.gatekeeper =
          new Gatekeeper(router.context(), new LegacyGate(sharedKey), minuteLog, refusals);
      router.socket().setPlainServer(true);
      // A client's next transfer comes under the same name, maybe before the last is seen to end.
      router.socket().setRouterHandover(true);
      this.loop =
          new RouterLoop(
              "legacy content port",
              router,
              gatekeeper,
              RouterLoop.SILENCE,
              SilentLines.Limits.ofHeap(5));
      this.port = router.bind(address, port, Settings.LEGACY_BACKEND_PORT.name());
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
    public void receive(RouterSocket.Incoming message) {
      String identity = LegacyJobSocket.identity(message.routingId());
      if (identity == null || !gatekeeper.isAdmitted(message.metadata())) {
        return;
      }
      try {
        LegacyMessage request = LegacyMessage.of(message.frames());
        if (request.control() == Control.TRANSFER_START) {
          LegacyMessage answer = answer(identity, request);
          router.send(message.routingId(), answer::toBytes);
        } else {
          minuteLog.warn("node " + identity, "asked for something other than a file: ignored");
        }
      } catch (BadMessageException e) {
        minuteLog.warn("node " + identity, "undecodable request: " + e.getMessage());
      }
    }
  }

  private LegacyMessage answer(String identity, LegacyMessage request) throws BadMessageException {
    long position;
    int max;
    UUID part;
    try {
      position = Long.parseLong(String.valueOf(request.command()));
      max = Integer.parseInt(request.dataText());
      part = UUID.fromString(String.valueOf(request.id()));
    } catch (IllegalArgumentException e) {
      throw new BadMessageException("offset, size and job are expected", e);
    }
    if (position < 0 || max < 1 || max > MAX_CHUNK_BYTES) {
      throw new BadMessageException("offset or size is out of range");
    }
    try {
      Optional<byte[]> chunk = contents.read(identity, part, request.info(), position, max);
      if (chunk.isPresent()) {
        return chunk(chunk.get(), max);
      }
      minuteLog.warn("node " + identity, "asked for a file that no job of its names: refused");
    } catch (IOException e) {
      minuteLog.warn("node " + identity, "cannot read " + request.info() + ": " + e);
    }
    String info = "File [ " + request.info() + " ] was not found";
    return answer(Control.FAILED, null, info);
  }

  /** The original marks as the last one what is short when encoded; its clients expect that. */
  private static LegacyMessage chunk(byte[] bytes, int max) {
    byte[] encoded = Base64.getEncoder().encode(bytes);
    return answer(encoded.length < max ? Control.TRANSFER_END : Control.PROCESSING, encoded, null);
  }

  private static LegacyMessage answer(Control control, byte[] data, String info) {
    String id = UUID.randomUUID().toString();
    return new LegacyMessage(id, control, null, data, info, null, null);
  }
}
