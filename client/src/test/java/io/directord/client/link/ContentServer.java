package io.directord.client.link;

import io.directord.common.security.Sealing;
import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** A content port for tests, which can be made to lose, damage and deny. */
final class ContentServer implements AutoCloseable {
  final Delivery delivery;
  final AtomicInteger requests = new AtomicInteger();

  /** The numbers of the chunks of these. */
  final Set<Long> asked = ConcurrentHashMap.newKeySet();

  /** Gives the answer to a request, or null for none. */
  volatile BiFunction<ContentMessage.Request, ContentMessage, ContentMessage> fault =
      (request, answer) -> answer;

  private final byte[] content;
  private final ZContext context = new ZContext(1);
  private final ZMQ.Socket socket = context.createSocket(SocketType.ROUTER);
  private final int port;
  private final Thread thread = new Thread(this::run, "content-server");
  private volatile boolean stopping;

  ContentServer(byte[] content, int wantedPort) throws Exception {
    this.content = content;
    byte[] secret = new byte[Sealing.SECRET_BYTES];
    UUID job = new UUID(1, 2);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    delivery =
        new Delivery(
            job,
            sha256,
            content.length,
            1000,
            Sealing.deliveryKey(secret, sha256, 1000),
            Sealing.ticket(secret, job, sha256));
    socket.bind("tcp://127.0.0.1:" + (wantedPort == 0 ? "*" : wantedPort));
    String endpoint = socket.getLastEndpoint();
    port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    thread.start();
  }

  int port() {
    return port;
  }

  private void run() {
    socket.setReceiveTimeOut(20);
    while (!stopping) {
      byte[] id = socket.recv();
      if (id == null) {
        continue;
      }
      List<byte[]> frames = new ArrayList<>();
      while (socket.hasReceiveMore()) {
        frames.add(socket.recv());
      }
      ContentMessage answer = answer(frames);
      if (answer != null) {
        socket.sendMore(id);
        List<byte[]> out = ContentCodec.encode(answer).toBytes();
        for (int i = 0; i < out.size(); i++) {
          socket.send(out.get(i), i < out.size() - 1 ? ZMQ.SNDMORE : 0);
        }
      }
    }
    socket.close();
  }

  private ContentMessage answer(List<byte[]> frames) {
    try {
      var request = (ContentMessage.Request) ContentCodec.decode(Frames.of(frames));
      requests.incrementAndGet();
      asked.add(request.chunk());
      ContentMessage answer;
      if (!Arrays.equals(request.ticket(), delivery.ticket())) {
        answer = new ContentMessage.Denied(request.ticket(), request.chunk(), new byte[0]);
      } else {
        int from = (int) request.chunk() * delivery.chunkBytes();
        byte[] plain =
            Arrays.copyOfRange(
                content, from, Math.min(content.length, from + delivery.chunkBytes()));
        answer =
            new ContentMessage.Chunk(
                request.ticket(),
                request.chunk(),
                Sealing.seal(
                    delivery.key(), request.chunk(), delivery.chunks(), plain, plain.length));
      }
      return fault.apply(request, answer);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    stopping = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    context.close();
  }
}
