package io.directord.client.link;

import io.directord.client.execution.ContentSource.Sink;
import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;
import io.directord.common.security.Sealing;
import io.directord.common.wire.BadMessageException;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import io.directord.common.wire.WireCodec;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * One transfer: asks for a window of chunks, opens them and hands them on in order. A chunk that
 * does not come is asked for again, so a lost message or a server that restarts costs time only.
 */
final class Transfer implements Runnable {
  /** Chunks asked for and not handed on; enough for a fast network, little memory. */
  static final int WINDOW = 8;

  /** Asked again for what did not come, when nothing has come for so long: till then it is late. */
  static final Duration AGAIN = Duration.ofSeconds(2);

  /** Given up when nothing at all came for so long. */
  static final Duration GIVE_UP = Duration.ofSeconds(60);

  /** Damaged chunks before it is called hopeless. */
  static final int MAX_DAMAGED = 5;

  private static final int LOOK_MILLIS = 100;

  private final ZContext context;
  private final ServerAddress server;
  private final Supplier<String> endpoint;
  private final Delivery delivery;
  private final Sink sink;
  private final LongSupplier nanoTime;
  private final long chunks;

  /** Opened chunks that wait for one before them. */
  private final Map<Long, byte[]> early = new HashMap<>();

  private final Map<Long, Long> askedAt = new HashMap<>();
  private long next;
  private long heardAt;
  private int damaged;
  private volatile boolean cancelled;
  private IOException sinkFailure;
  private JobException failure;
  private RuntimeException unexpected;

  Transfer(
      ZContext context,
      ServerAddress server,
      Supplier<String> endpoint,
      Delivery delivery,
      Sink sink,
      LongSupplier nanoTime) {
    this.context = context;
    this.server = server;
    this.endpoint = endpoint;
    this.delivery = delivery;
    this.sink = sink;
    this.nanoTime = nanoTime;
    this.chunks = delivery.chunks();
  }

  @Override
  public void run() {
    try {
      transfer();
    } catch (JobException e) {
      failure = e;
    } catch (IOException e) {
      sinkFailure = e;
    } catch (RuntimeException e) {
      unexpected = e;
    }
  }

  /** The transfer ends soon, without a result. */
  void cancel() {
    cancelled = true;
  }

  /** Called when it has ended; throws what went wrong. */
  void result() throws IOException, JobException {
    if (sinkFailure != null) {
      throw sinkFailure;
    }
    if (failure != null) {
      throw failure;
    }
    if (unexpected != null) {
      throw unexpected;
    }
  }

  private void transfer() throws JobException, IOException {
    heardAt = nanoTime.getAsLong();
    try (ZMQ.Socket socket = context.createSocket(SocketType.DEALER)) {
      SocketOptions.forContent(socket, server);
      socket.setReceiveTimeOut(LOOK_MILLIS);
      socket.connect(endpoint.get());
      while (next < chunks && !cancelled) {
        ask(socket);
        List<byte[]> frames = receive(socket);
        if (frames != null) {
          accept(frames);
        } else if (nanoTime.getAsLong() - heardAt > GIVE_UP.toNanos()) {
          throw new JobException(
              Outcome.Reason.REFUSED,
              "the server's content port sent nothing for " + GIVE_UP.toSeconds() + " s");
        }
      }
    }
  }

  /** Asks for what is in the window and was not asked for, or in vain. */
  private void ask(ZMQ.Socket socket) {
    long now = nanoTime.getAsLong();
    boolean silent = now - heardAt > AGAIN.toNanos();
    for (long chunk = next; chunk < Math.min(chunks, next + WINDOW); chunk++) {
      Long asked = askedAt.get(chunk);
      boolean due = asked == null || silent && now - asked > AGAIN.toNanos();
      if (due && !early.containsKey(chunk)) {
        askedAt.put(chunk, now);
        var request =
            new ContentMessage.Request(
                delivery.jobId(), delivery.sha256(), delivery.ticket(), chunk);
        send(socket, WireCodec.encode(request).toBytes());
      }
    }
  }

  private static void send(ZMQ.Socket socket, List<byte[]> frames) {
    for (int i = 0; i < frames.size(); i++) {
      int more = i < frames.size() - 1 ? ZMQ.SNDMORE : 0;
      if (!socket.send(frames.get(i), more | ZMQ.DONTWAIT)) {
        // No connection just now; asked for again later.
        return;
      }
    }
  }

  private static List<byte[]> receive(ZMQ.Socket socket) {
    byte[] first = socket.recv();
    if (first == null) {
      return null;
    }
    List<byte[]> frames = new ArrayList<>(1);
    frames.add(first);
    while (socket.hasReceiveMore()) {
      frames.add(socket.recv());
    }
    return frames;
  }

  private void accept(List<byte[]> raw) throws JobException, IOException {
    ContentMessage message;
    try {
      message = WireCodec.decodeContent(Frames.of(raw));
    } catch (BadMessageException e) {
      damaged(e.getMessage());
      return;
    }
    if (message instanceof ContentMessage.Denied denied && isOurs(denied.sha256())) {
      throw new JobException(
          Outcome.Reason.REFUSED, "the server denies the content: " + denied.reason());
    }
    if (message instanceof ContentMessage.Chunk chunk
        && isOurs(chunk.sha256())
        && chunk.chunk() >= next
        && chunk.chunk() < next + WINDOW) {
      open(chunk);
    }
  }

  private void open(ContentMessage.Chunk chunk) throws JobException, IOException {
    try {
      byte[] plain = Sealing.open(delivery.key(), chunk.chunk(), chunks, chunk.sealed());
      if (plain.length != lengthOf(chunk.chunk())) {
        damaged("chunk " + chunk.chunk() + " has " + plain.length + " bytes");
        return;
      }
      heardAt = nanoTime.getAsLong();
      early.put(chunk.chunk(), plain);
    } catch (GeneralSecurityException e) {
      damaged("chunk " + chunk.chunk() + " was changed on the way");
      return;
    }
    for (byte[] plain = early.remove(next); plain != null; plain = early.remove(next)) {
      askedAt.remove(next);
      next++;
      sink.accept(plain);
    }
  }

  private void damaged(String what) throws JobException {
    damaged++;
    if (damaged > MAX_DAMAGED) {
      throw new JobException(Outcome.Reason.REFUSED, "the content arrives damaged: " + what);
    }
  }

  private long lengthOf(long chunk) {
    return Math.min(delivery.chunkBytes(), delivery.size() - chunk * delivery.chunkBytes());
  }

  private boolean isOurs(String sha256) {
    return delivery.sha256().equals(sha256);
  }
}
